import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { proportionsDiffer } from "../../domain/proportion.ts";

const itemsShare = fc.bigInt({ min: 1n, max: 65_535n * 10_000n });
const scoreBps = fc.bigInt({ min: 0n, max: 10_000n });

/** A rate of whole items. */
const of = (scoreBps: bigint, items: bigint) => ({ scoreBps, itemsShare: items * 10_000n });

describe("proportionsDiffer", () => {
  test("default: 50 and 60 of 100 do not differ by two standard errors, 50 and 70 do", () => {
    expect(proportionsDiffer(of(5_000n, 100n), of(6_000n, 100n), 4n)).toBe(false);
    expect(proportionsDiffer(of(5_000n, 100n), of(7_000n, 100n), 4n)).toBe(true);
  });

  test("behavior: equal rates never differ, nor does anything from no evidence", () => {
    fc.assert(
      fc.property(itemsShare, itemsShare, scoreBps, scoreBps, (n1, n2, score, other) => {
        const first = { scoreBps: score, itemsShare: n1 };
        expect(proportionsDiffer(first, { scoreBps: score, itemsShare: n2 }, 1n)).toBe(false);
        expect(proportionsDiffer(first, { scoreBps: other, itemsShare: 0n }, 1n)).toBe(false);
      }),
    );
  });

  test("behavior: is the z-test of the pooled proportion, whichever comes first", () => {
    fc.assert(
      fc.property(itemsShare, itemsShare, scoreBps, scoreBps, (n1, n2, s1, s2) => {
        const first = { scoreBps: s1, itemsShare: n1 };
        const second = { scoreBps: s2, itemsShare: n2 };
        const differ = proportionsDiffer(first, second, 4n);
        expect(proportionsDiffer(second, first, 4n)).toBe(differ);
        const [items1, items2] = [Number(n1) / 10_000, Number(n2) / 10_000];
        const [rate1, rate2] = [Number(s1) / 10_000, Number(s2) / 10_000];
        const pooled = (rate1 * items1 + rate2 * items2) / (items1 + items2);
        const z = Math.abs(rate1 - rate2) / Math.sqrt(pooled * (1 - pooled) * (1 / items1 + 1 / items2));
        if (Math.abs(z - 2) > 1e-6) expect(differ).toBe(z > 2);
      }),
      { numRuns: 2_000, seed: 20_260_101 },
    );
  });
});
