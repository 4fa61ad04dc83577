import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exposureDown, maturityBpsDown, weightDown } from "../../domain/quality.ts";

const token = 10n ** 18n;
const amount = fc.bigInt({ min: 0n, max: (1n << 96n) - 1n });
const bps = fc.bigInt({ min: 0n, max: 10_000n });

describe("exposureDown", () => {
  test("default: the smaller of stake and committee's bonds, as far as the record has matured", () => {
    const half = { maturityBps: 5_000n, activeStake: 100n * token, committeeBonds: 70n * token };
    expect(exposureDown(half)).toBe(35n * token);
    expect(exposureDown({ ...half, committeeBonds: 700n * token })).toBe(50n * token);
    expect(exposureDown({ maturityBps: 3n, activeStake: 9_999n, committeeBonds: 9_999n })).toBe(2n);
  });

  test("behavior: never more than what stands behind it, and nothing without a record", () => {
    fc.assert(
      fc.property(bps, amount, amount, (maturityBps, activeStake, committeeBonds) => {
        const exposure = exposureDown({ maturityBps, activeStake, committeeBonds });
        expect(exposure).toBeLessThanOrEqual(activeStake);
        expect(exposure).toBeLessThanOrEqual(committeeBonds);
        expect(exposureDown({ maturityBps: 0n, activeStake, committeeBonds })).toBe(0n);
      }),
    );
  });
});

describe("weightDown", () => {
  test("default: half of its limit at half saturation", () => {
    const full = { qualityBps: 10_000n, maturityBps: 10_000n, halfSaturation: 100n * token };
    expect(weightDown({ ...full, activeStake: 100n * token })).toBe(50_000_000n);
    expect(weightDown({ ...full, activeStake: 0n })).toBe(0n);
  });

  test("behavior: saturates: doubling a stake never doubles the weight", () => {
    fc.assert(
      fc.property(bps, bps, amount, (qualityBps, maturityBps, activeStake) => {
        const factors = { qualityBps, maturityBps, halfSaturation: 100_000n * token };
        const once = weightDown({ ...factors, activeStake });
        const twice = weightDown({ ...factors, activeStake: 2n * activeStake });
        expect(twice).toBeGreaterThanOrEqual(once);
        expect(twice).toBeLessThanOrEqual(100_000_000n);
        // One step of the saturating factor (a basis point) is lost to rounding at most.
        expect(twice).toBeLessThanOrEqual(2n * once + (qualityBps * maturityBps) / 10_000n + 2n);
      }),
    );
  });

  test("default: maturity grows with the record up to one", () => {
    const full = { massFull: 4_000n, roundsFull: 75n };
    const maturity = (items: bigint, rounds: bigint, inheritedRounds = 0n) =>
      maturityBpsDown({ mass: items * 4_096n, rounds, inheritedRounds }, full);
    expect(maturity(2_000n, 75n)).toBe(5_000n);
    expect(maturity(4_000n, 75n)).toBe(10_000n);
    expect(maturity(4_095n, 255n)).toBe(10_000n);
  });

  test("behavior: a full mass is not mature before its rounds are, those of earlier versions included", () => {
    const full = { massFull: 4_000n, roundsFull: 75n };
    const maturity = (rounds: bigint, inheritedRounds: bigint) =>
      maturityBpsDown({ mass: 4_000n * 4_096n, rounds, inheritedRounds }, full);
    expect(maturity(3n, 0n)).toBe(400n);
    expect(maturity(74n, 0n)).toBe(9_866n);
    expect(maturity(3n, 15n)).toBe(8_400n);
    expect(maturity(15n, 15n)).toBe(10_000n);
    expect(
      maturityBpsDown({ mass: 4_000n * 4_096n, rounds: 3n, inheritedRounds: 0n }, { ...full, roundsFull: 1n }),
    ).toBe(10_000n);
  });
});
