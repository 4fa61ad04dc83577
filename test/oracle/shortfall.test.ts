import { describe, expect, test } from "vitest";
import { buildBatches, selectAll } from "../../oracle/node/buildBatches.ts";
import { reportSetOf } from "../../oracle/node/reportSet.ts";
import { describeShortfall, shortfallOf } from "../../oracle/node/shortfall.ts";
import { batchSignature, commitAndReport, domain, fullRound, received, signedBatches, testPlan } from "./committee.ts";

describe("shortfall", () => {
  const plan = testPlan(1);

  test("default: nothing is missing from a round that all took part in", async () => {
    const set = reportSetOf(plan, await fullRound(plan, [0, 1, 2]));
    const built = buildBatches(domain, plan, set, selectAll(set));
    if (!built) throw new RangeError("three reports make a batch");
    const all = await Promise.all([0, 1, 2].map((seat) => batchSignature(plan, seat, signedBatches(built))));
    const found = shortfallOf(
      plan,
      set,
      all.map((message) => received(message)),
    );
    expect(found).toEqual({ commitments: [], reports: [], signatures: [], signed: 3, needed: 2 });
    expect(describeShortfall(found)).toBe(
      "3 signed the same batches, enough for results that pass, but they are not all on chain",
    );
  });

  test("error: who did not commit, who did not reveal and who did not sign is named", async () => {
    const silent = await commitAndReport(plan, 1, 0);
    const set = reportSetOf(plan, [...(await fullRound(plan, [0])), received(silent.commitment)]);
    expect(describeShortfall(shortfallOf(plan, set, []))).toBe(
      "places 2 did not commit to every version in time; places 1 did not reveal what they committed to; " +
        "0 signed the same batches where 2 are needed: places 0, 1, 2 did not",
    );
  });
});
