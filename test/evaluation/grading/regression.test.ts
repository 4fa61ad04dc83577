import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { penalised, regressionPenalty } from "../../../evaluation/grading/regression.ts";

describe("regressionPenalty", () => {
  it.each([
    [60, 0, 0, 0],
    [60, 4, 0, 0],
    [60, 5, 0, 87],
    [60, 8, 0, 390],
    [60, 8, 3, 0],
    [60, 20, 2, 1_436],
    [60, 60, 0, 7_418],
    [60, 0, 60, 0],
    [0, 0, 0, 0],
  ])("default: of %i asked again %i broke and %i were mended: %i bps", (asked, broken, mended, penalty) => {
    expect(regressionPenalty({ asked, broken, mended })).toBe(penalty);
  });

  it("behavior: an integer of 0 to 10,000 bps, within one of the real number", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.nat(500), (broken, mended, same) => {
        const asked = broken + mended + same;
        const penalty = regressionPenalty({ asked, broken, mended });
        const real = asked && (10_000 * (broken - mended)) / asked - (20_000 * Math.sqrt(broken + mended)) / asked;
        expect(Number.isInteger(penalty)).toBe(true);
        expect(penalty).toBeGreaterThanOrEqual(0);
        expect(penalty).toBeLessThanOrEqual(10_000);
        expect(Math.abs(penalty - Math.max(0, real))).toBeLessThanOrEqual(1.01);
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

describe("penalised", () => {
  it("default: the score falls by exactly the penalty", () => {
    expect(penalised([10_000, 10_000, 0, 10_000], 4, 400)).toEqual([9_467, 9_467, 0, 9_466]);
  });

  it("behavior: exact in total, never negative, never more than before", () => {
    const weight = 6;
    fc.assert(
      fc.property(fc.array(fc.nat(10_000 * weight), { maxLength: 200 }), fc.nat(10_000), (points, penalty) => {
        const denominator = points.length * weight;
        const left = penalised(points, denominator, penalty);
        const total = points.reduce((sum, point) => sum + point, 0);
        const rest = left.reduce((sum, point) => sum + point, 0);
        expect(rest).toBe(Math.max(0, total - penalty * denominator));
        left.forEach((point, index) => {
          expect(point).toBeGreaterThanOrEqual(0);
          expect(point).toBeLessThanOrEqual(points[index] ?? 0);
        });
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
