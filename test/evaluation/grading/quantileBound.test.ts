import { describe, expect, it } from "vitest";
import { upperRank } from "../../../evaluation/grading/quantileBound.ts";

describe("upperRank", () => {
  it.each([
    [93, 50, 59],
    [93, 95, 93],
    [90, 95, 90],
    [89, 95, null],
    [279, 95, 274],
    [458, 99, null],
    [459, 99, 459],
    [0, 50, null],
  ])("default: of %i values the bound of p%i is the one of rank %s", (n, percent, rank) => {
    expect(upperRank(n, percent)).toBe(rank);
  });

  it("behavior: the rank is the first at which the exact binomial probability reaches 99 %", () => {
    for (const [n, percent] of [
      [60, 50],
      [93, 90],
      [300, 95],
    ] as const) {
      const rank = upperRank(n, percent) ?? 0;
      expect(belowProbability(n, percent / 100, rank)).toBeGreaterThanOrEqual(0.99);
      expect(belowProbability(n, percent / 100, rank - 1)).toBeLessThan(0.99);
    }
  });
});

/** P(Binomial(n, q) < k), by logarithms. */
function belowProbability(n: number, q: number, k: number): number {
  let logChoose = 0;
  let sum = 0;
  for (let j = 0; j < k; j++) {
    sum += Math.exp(logChoose + j * Math.log(q) + (n - j) * Math.log(1 - q));
    logChoose += Math.log(n - j) - Math.log(j + 1);
  }
  return sum;
}
