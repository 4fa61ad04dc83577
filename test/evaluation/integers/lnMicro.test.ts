import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lnMicro } from "../../../evaluation/integers/lnMicro.ts";

describe("lnMicro", () => {
  it.each([
    [1, 1, 0],
    [2, 1, 693_147],
    [10_000, 1, 9_210_340],
    [9_700, 8_000, 192_684],
    [300, 2_000, -1_897_119],
    [2 ** 32, 1, 22_180_709],
  ])("default: ln(%i/%i) = %i millionths", (numerator, denominator, micro) => {
    expect(lnMicro(numerator, denominator)).toBe(micro);
  });

  it("behavior: within one millionth of the real number, rounded towards zero", () => {
    const number = fc.integer({ min: 1, max: 2 ** 32 });
    fc.assert(
      fc.property(number, number, (numerator, denominator) => {
        const real = Math.log(numerator / denominator) * 1e6;
        expect(Math.abs(lnMicro(numerator, denominator) - real)).toBeLessThan(1.001);
        expect(Math.abs(lnMicro(numerator, denominator))).toBeLessThanOrEqual(Math.abs(real) + 0.001);
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});
