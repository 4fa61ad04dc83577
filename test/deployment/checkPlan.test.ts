import { zeroAddress } from "viem";
import { expect, test } from "vitest";
import { checkPlan } from "../../deployment/checkPlan.ts";
import type { SystemPlan, TimelockPlan } from "../../deployment/plan.ts";
import { defaultPolicy, type Policy } from "../../domain/policy.ts";

const day = 86_400n;
const signer = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const seat = { owner: signer, signer, linkHead: `0x${"11".repeat(32)}` } as const;
const sound: SystemPlan = {
  token: { name: "Test", symbol: "TST", supply: 1n },
  policy: defaultPolicy,
  seats: [],
  epochLength: day,
  unbondingDelay: 14n * day,
};
const withPolicy = (policy: Partial<Policy>): SystemPlan => ({ ...sound, policy: { ...defaultPolicy, ...policy } });
const withTimelock = (timelock: Partial<TimelockPlan>): SystemPlan => ({
  ...sound,
  timelock: { delay: 2n * day, proposers: [signer], executors: [], ...timelock },
});

test("default: nothing speaks against the default standards with days as epochs", () => {
  expect(checkPlan(sound)).toEqual([]);
});

test.each<[string, SystemPlan, RegExp]>([
  ["stake that leaves before its fault is posted", { ...sound, unbondingDelay: 3n * day }, /unbondingDelay 259200 s/],
  ["a dispute that outlasts the hold", withPolicy({ freezeWindow: 9n * day }), /freezeWindow 777600 s/],
  [
    "a dispute that outlasts the log",
    { ...sound, epochLength: 2_400n },
    /265 rounds of 2400 s, more than the 255 results/,
  ],
  ["admissions that end with one missed round", withPolicy({ maxAge: day }), /maxAge 86400 s/],
  ["evidence that fades faster than it comes", withPolicy({ halfLife: 64n * 300n }), /massMin 900 items/],
  [
    "a floor no model can prove",
    withPolicy({ floorsBps: [9_900n, 0n, 0n, 0n, 0n, 0n, 0n], massCap: 1_000n }),
    /floor of R, 9900 bps/,
  ],
  ["a slash floor no round can fail", withPolicy({ itemsCap: 14n }), /slash floor of R/],
  ["a committee larger than the seats", { ...sound, seats: [seat] }, /committeeSize 7 with 1 seats/],
  ["one key at two seats", { ...withPolicy({ committeeSize: 1n }), seats: [seat, seat] }, /same signer/],
  ["a timelock without a delay", withTimelock({ delay: 0n }), /timelock delay 0 s/],
  [
    "a timelock that nobody can propose to",
    withTimelock({ proposers: [zeroAddress] }),
    /timelock proposer 0x0{40}: nobody/,
  ],
  ["fees that nothing pays", withPolicy({ evaluationPrice: 0n }), /evaluators would earn/],
])("error: %s is named with its values", (_, plan, words) => {
  expect(checkPlan(plan).join("\n")).toMatch(words);
});
