import { expect, test } from "vitest";
import { disputeStages, isExecutable } from "../../domain/dispute.ts";

const deadline = 1_000n;

test.each([
  ["none", [false, false]],
  ["opened", [false, true]],
  ["drawn", [false, true]],
  ["reevaluated", [false, true]],
  ["appealed", [false, true]],
  ["ruled", [true, true]],
  ["executed", [false, false]],
] as const)("default: a dispute that is %s, one second before its deadline and at it", (stage, expected) => {
  expect([deadline - 1n, deadline].map((now) => isExecutable({ stage, deadline }, now))).toEqual(expected);
});

test("behavior: stages stand in the order of the contract's enum", () => {
  expect(disputeStages.indexOf("executed")).toBe(6);
});
