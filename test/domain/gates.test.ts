import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { barUp, massNeeded, massSharePerItem, passes } from "../../domain/gates.ts";
import { rateOne } from "../../domain/memory.ts";
import { lowerBoundDown } from "../../domain/wilson.ts";
import { fuzzCases } from "./fuzzCases.ts";

const options = { numRuns: Math.max(1_000, Math.floor(fuzzCases / 5)), seed: 20_260_101 };
const rate = fc.bigInt({ min: 0n, max: rateOne });
const massShare = fc.bigInt({ min: 0n, max: 4_095n * massSharePerItem });
const z2 = fc.bigInt({ min: 1n, max: 100n });
const _mass = fc.bigInt({ min: 0n, max: (1n << 24n) - 1n });

describe("gates", () => {
  test("behavior: the lower bound reaches the bar exactly when the gate passes", () => {
    fc.assert(
      fc.property(
        rate,
        rate,
        massShare,
        z2,
        fc.bigInt({ min: -1n, max: 1n }),
        (measured, other, evidence, z, nudge) => {
          const lowerBound = lowerBoundDown(measured, evidence, z);
          for (const bar of [other, lowerBound + nudge]) {
            if (bar < 0n || bar > rateOne) continue;
            expect(passes({ rate: measured, bar, massShare: evidence, z2: z })).toBe(lowerBound >= bar);
          }
        },
      ),
      options,
    );
  });

  test("behavior: the lower bound is the floor of Wilson's", () => {
    fc.assert(
      fc.property(rate, fc.bigInt({ min: 1n, max: 4_095n }), z2, (measured, items, z) => {
        const [p, n, square] = [Number(measured) / 50_000, Number(items), Number(z)];
        const spread = Math.sqrt(square * ((p * (1 - p)) / n + square / (4 * n * n)));
        const real = (50_000 * (p + square / (2 * n) - spread)) / (1 + square / n);
        const exact = Number(lowerBoundDown(measured, items * massSharePerItem, z));
        expect(real - exact).toBeGreaterThan(-1e-6);
        expect(real - exact).toBeLessThan(1 + 1e-6);
      }),
      options,
    );
  });

  test("behavior: better rates and more evidence above the bar never fail what passed", () => {
    fc.assert(
      fc.property(rate, rate, massShare, rate, massShare, (measured, bar, evidence, better, more) => {
        if (!passes({ rate: measured, bar, massShare: evidence, z2: 4n })) return;
        const improved = measured > better ? measured : better;
        expect(passes({ rate: improved, bar, massShare: evidence + more, z2: 4n })).toBe(true);
      }),
      options,
    );
  });

  test("behavior: the bar rises with the scar, never beyond 1", () => {
    const scar = fc.bigInt({ min: 0n, max: (1n << 24n) - 1n });
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 9_900n }), scar, scar, (floorBps, first, second) => {
        const [low, high] = first < second ? [first, second] : [second, first];
        const bar = (value: bigint) => barUp({ floorBps, easeBps: 0n, scar: value, scarK: 2_000n });
        expect(bar(low)).toBeLessThanOrEqual(bar(high));
        expect(bar(high)).toBeLessThanOrEqual(rateOne);
        expect(bar(low)).toBeGreaterThanOrEqual(5n * floorBps);
      }),
      options,
    );
  });

  test("behavior: the mass needed is the least that passes", () => {
    fc.assert(
      fc.property(
        rate,
        fc.bigInt({ min: 1n, max: rateOne - 1n }),
        fc.bigInt({ min: 1n, max: 10_000n }),
        (measured, bar, shareBps) => {
          const needed = massNeeded({ rate: measured, bar, shareBps, z2: 4n });
          if (needed === undefined) return;
          const passesWith = (items: bigint) => passes({ rate: measured, bar, massShare: items * shareBps, z2: 4n });
          expect(passesWith(needed)).toBe(true);
          expect(passesWith(needed - 1n)).toBe(false);
        },
      ),
      options,
    );
  });
});
