import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decay } from "../../domain/decay.ts";
import { decayMemory } from "../../domain/memory.ts";
import { defaultPolicy } from "../../domain/policy.ts";
import { randomMemory } from "./differential/fixtures.ts";
import { Random } from "./differential/random.ts";
import { fuzzCases } from "./fuzzCases.ts";

const options = { numRuns: Math.max(1_000, Math.floor(fuzzCases / 5)), seed: 20_260_101 };
const mass = fc.bigInt({ min: 0n, max: (1n << 24n) - 1n });
const ticks = fc.bigInt({ min: 0n, max: 9_000n });
/** The seed of a whole made-up situation; a shrunk one is as good as any. */
const situation = fc.noShrink(fc.integer({ min: 0, max: 0xffff_ffff }));
const start = 1_800_000_000n;

describe("decay", () => {
  test("behavior: never grows, and falls with time", () => {
    fc.assert(
      fc.property(mass, ticks, ticks, (x, early, more) => {
        expect(decay(x, early)).toBeLessThanOrEqual(x);
        // Single steps are rounded, so two neighbouring tick counts may differ by rounding in the wrong direction.
        expect(decay(x, early + more)).toBeLessThanOrEqual(decay(x, early) + 6n);
      }),
      options,
    );
  });

  test("behavior: more never becomes less than less", () => {
    fc.assert(
      fc.property(mass, mass, ticks, (x, y, time) => {
        const [low, high] = x < y ? [x, y] : [y, x];
        expect(decay(low, time)).toBeLessThanOrEqual(decay(high, time));
      }),
      options,
    );
  });

  test("behavior: two spans give what one gives, but for a unit a rounding step", () => {
    fc.assert(
      fc.property(mass, ticks, ticks, (x, first, second) => {
        const apart = decay(decay(x, first), second) - decay(x, first + second);
        expect(apart >= -14n && apart <= 14n).toBe(true);
      }),
      options,
    );
  });

  test("behavior: is within seven units of the real half-life curve", () => {
    fc.assert(
      fc.property(mass, fc.integer({ min: 0, max: 2_000 }), (x, time) => {
        const real = Number(x) * 2 ** (-time / 64);
        expect(Math.abs(Number(decay(x, BigInt(time))) - real)).toBeLessThan(7);
      }),
      options,
    );
  });

  test("behavior: reading often does not slow a memory's fading down", () => {
    fc.assert(
      fc.property(situation, fc.array(fc.bigInt({ min: 0n, max: 100_000n }), { maxLength: 20 }), (seed, steps) => {
        const memory = { ...randomMemory(new Random(seed)), tickedAt: start };
        let stepped = memory;
        let now = start;
        for (const step of steps) {
          now += step;
          stepped = decayMemory(stepped, now, defaultPolicy.halfLife);
        }
        const once = decayMemory(memory, now, defaultPolicy.halfLife);
        expect(stepped.tickedAt).toBe(once.tickedAt);
        const slack = 7n * BigInt(steps.length + 1);
        expect(stepped.mass >= once.mass - slack && stepped.mass <= once.mass + slack).toBe(true);
      }),
      options,
    );
  });
});
