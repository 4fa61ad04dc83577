import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measuringStart } from "../../oracle/node/measuringStart.ts";
import type { Member } from "../../oracle/node/roundPlan.ts";

const membersOf = (count: number): Member[] =>
  Array.from({ length: count }, (_, i) => ({
    seat: 3 * i + 1,
    signer: `0x${`${i}`.padStart(40, "0")}`,
    linkHead: "0x",
  }));
const planOf = (members: number, roundId = 1n, available = 70_000n) => ({
  roundId,
  members: membersOf(members),
  timing: { startsAt: 1_000n, commitBy: 1_000n + available, revealBy: 90_000n, closesAt: 200_000n },
});
const startsOf = (plan: ReturnType<typeof planOf>, index: number, runSeconds: number): number[] =>
  plan.members.map((member) => Number(measuringStart(plan, member, index, runSeconds)));
const byTime = (a: number, b: number) => a - b;

describe("measuringStart", () => {
  test("default: the members take turns at a version, a turn twice as long as a run", () => {
    const starts = startsOf(planOf(7), 0, 600).toSorted(byTime);
    expect(starts).toEqual([1_000, 2_200, 3_400, 4_600, 5_800, 7_000, 8_200]);
  });

  test("behavior: while runs fit one after the other, no two members measure a version at once, and each ends in time", () => {
    fc.assert(
      fc.property(
        fc.record({
          members: fc.integer({ min: 1, max: 15 }),
          index: fc.nat(500),
          roundId: fc.bigInt({ min: 1n, max: 10n ** 6n }),
          runSeconds: fc.integer({ min: 1, max: 2_000 }),
        }),
        ({ members, index, roundId, runSeconds }) => {
          const plan = planOf(members, roundId);
          const starts = startsOf(plan, index, runSeconds).toSorted(byTime);
          for (const [i, start] of starts.entries()) {
            expect(start + runSeconds).toBeLessThanOrEqual(Number(plan.timing.commitBy));
            if (i > 0) expect(start - (starts[i - 1] ?? 0)).toBeGreaterThanOrEqual(runSeconds);
          }
        },
      ),
      { seed: 21, numRuns: 300 },
    );
  });

  test("behavior: a member has as much to do in one turn as in another", () => {
    const plan = planOf(3);
    const [member] = plan.members;
    if (!member) throw new RangeError("the plan has members");
    const starts = Array.from({ length: 9 }, (_, index) => measuringStart(plan, member, index, 100));
    for (const start of [1_000n, 1_200n, 1_400n]) expect(starts.filter((each) => each === start)).toHaveLength(3);
  });

  test("behavior: runs that do not fit one after the other begin in time to end, and one that never fits at once", () => {
    expect(startsOf(planOf(3, 1n, 100n), 0, 40).toSorted(byTime)).toEqual([1_000, 1_020, 1_020]);
    expect(startsOf(planOf(3, 1n, 100n), 0, 60)).toEqual([1_000, 1_000, 1_000]);
  });
});
