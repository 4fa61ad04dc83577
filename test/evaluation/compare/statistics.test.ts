import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fisherTestMillionths, holm, signTestMillionths } from "../../../evaluation/compare/exactTests.ts";
import { independentDifference, pairedDifference, wilsonInterval } from "../../../evaluation/compare/newcombe.ts";

describe("signTestMillionths", () => {
  it.each<[number, number, number]>([
    // 2·Σ C(n, k)/2^n, by hand.
    [0, 0, 1_000_000],
    [0, 5, 62_500],
    [5, 0, 62_500],
    [1, 9, 21_485],
    [3, 3, 1_000_000],
    [2, 10, 38_575],
    [0, 6, 31_250],
    [12, 2, 12_940],
    [0, 30, 1],
  ])("default: %i better and %i worse", (better, worse, p) => {
    expect(signTestMillionths(better, worse)).toBe(p);
  });

  it("behavior: all splits of n pairs together are certain", () => {
    // Twice the mass of the smaller tail, summed over every split, from the binomial itself.
    for (const n of [1, 7, 20]) {
      for (let better = 0; better <= n; better++) {
        const tail = Array.from({ length: Math.min(better, n - better) + 1 }, (_, k) => binomial(n, k));
        const exact = Math.min(1, (2 * tail.reduce((sum, weight) => sum + weight, 0)) / 2 ** n);
        expect(Math.abs(signTestMillionths(better, n - better) / 1e6 - exact)).toBeLessThanOrEqual(1e-6);
      }
    }
  });
});

describe("fisherTestMillionths", () => {
  it.each<[string, number, number, number, number, number]>([
    ["the lady tasting tea", 3, 4, 1, 4, 485_715],
    ["all and nothing", 4, 4, 0, 4, 28_572],
    ["2·(792 + 12) of 2,496,144 tables", 10, 12, 1, 12, 645],
    ["no difference", 5, 10, 5, 10, 1_000_000],
    ["nothing asked", 0, 0, 3, 5, 1_000_000],
  ])("default: %s", (_, right1, of1, right2, of2, p) => {
    expect(fisherTestMillionths({ right: right1, of: of1 }, { right: right2, of: of2 })).toBe(p);
  });

  it("behavior: which is first makes no difference", () => {
    const share = fc.nat(40).chain((of) => fc.record({ right: fc.nat(of), of: fc.constant(of) }));
    fc.assert(
      fc.property(share, share, (a, b) => {
        expect(fisherTestMillionths(a, b)).toBe(fisherTestMillionths(b, a));
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe("holm", () => {
  it("default: steps down and stops at the first that fails", () => {
    expect(holm([10_000, 40_000, 30_000, 5_000], 50_000)).toEqual([true, false, false, true]);
    expect(holm([10_000, 20_000, 50_000], 50_000)).toEqual([true, true, true]);
    expect(holm([60_000], 50_000)).toEqual([false]);
    expect(holm([], 50_000)).toEqual([]);
  });
});

describe("intervals", () => {
  const digits = ({ low, high }: { low: number; high: number }) => [low.toFixed(4), high.toFixed(4)];

  it.each<[number, number, string, string]>([
    // Newcombe 1998, Stat Med 17:857, table I, method 3.
    [81, 263, "0.2553", "0.3662"],
    [15, 148, "0.0624", "0.1605"],
    [0, 20, "0.0000", "0.1611"],
    [1, 29, "0.0061", "0.1718"],
  ])("default: Wilson, %i of %i", (right, of, low, high) => {
    expect(digits(wilsonInterval({ right, of }))).toEqual([low, high]);
  });

  it.each<[number, number, number, number, string, string]>([
    // Newcombe 1998, Stat Med 17:873, table II, method 10: first minus second there.
    [48, 80, 56, 70, "0.0524", "0.3339"],
    [3, 10, 9, 10, "0.1705", "0.8090"],
    [2, 7, 6, 7, "0.0582", "0.8062"],
    [0, 29, 5, 56, "-0.0381", "0.1926"],
    [0, 10, 10, 10, "0.6075", "1.0000"],
  ])("default: independent, %i/%i and %i/%i", (right1, of1, right2, of2, low, high) => {
    expect(digits(independentDifference({ right: right1, of: of1 }, { right: right2, of: of2 }))).toEqual([low, high]);
  });

  it.each<[[number, number, number, number], string, string]>([
    // Newcombe 1998, Stat Med 17:2635, table II, method 10.
    [[36, 2, 12, 0], "0.0569", "0.3404"],
    [[20, 2, 12, 16], "0.0562", "0.3292"],
  ])("default: paired, %j", ([both, onlyFirst, onlySecond, neither], low, high) => {
    expect(digits(pairedDifference({ both, onlyFirst, onlySecond, neither }))).toEqual([low, high]);
  });

  it("behavior: an interval holds its difference, and turns with its sides", () => {
    const cell = fc.nat(60);
    fc.assert(
      fc.property(cell, cell, cell, cell, (both, onlyFirst, onlySecond, neither) => {
        const of = both + onlyFirst + onlySecond + neither;
        fc.pre(of > 0);
        const there = pairedDifference({ both, onlyFirst, onlySecond, neither });
        const back = pairedDifference({ both, onlyFirst: onlySecond, onlySecond: onlyFirst, neither });
        const difference = (onlySecond - onlyFirst) / of;
        expect(there.low).toBeLessThanOrEqual(difference + 1e-12);
        expect(there.high).toBeGreaterThanOrEqual(difference - 1e-12);
        expect(back.low).toBeCloseTo(-there.high, 10);
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});

function binomial(n: number, k: number): number {
  return k === 0 ? 1 : (binomial(n, k - 1) * (n - k + 1)) / k;
}
