import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { freezeAmounts } from "../../domain/freeze.ts";
import { activeStake, assetsForDown, sharesForDown } from "../../domain/stake.ts";
import { randomPolicy, randomStake } from "./differential/fixtures.ts";
import { Random } from "./differential/random.ts";
import { fuzzCases } from "./fuzzCases.ts";

const options = { numRuns: Math.max(1_000, Math.floor(fuzzCases / 5)), seed: 20_260_101 };
/** The seed of a whole made-up situation; a shrunk one is as good as any. */
const situation = fc.noShrink(fc.integer({ min: 0, max: 0xffff_ffff }));
const start = 1_800_000_000n;

describe("stake", () => {
  const assets = fc.bigInt({ min: 0n, max: 1n << 84n });

  test("behavior: joining and leaving at once never gains", () => {
    fc.assert(
      fc.property(assets, assets, assets, (held, totalAssets, deposit) => {
        const before = { totalShares: held * 1_000n, totalAssets };
        const shares = sharesForDown(deposit, before);
        const after = { totalShares: before.totalShares + shares, totalAssets: before.totalAssets + deposit };
        expect(assetsForDown(shares, after)).toBeLessThanOrEqual(deposit);
      }),
      options,
    );
  });

  test("behavior: another's deposit never lowers what shares are worth", () => {
    fc.assert(
      fc.property(assets, assets, assets, assets, (held, totalAssets, deposit, mine) => {
        const before = { totalShares: held * 1_000n + mine, totalAssets };
        const shares = sharesForDown(deposit, before);
        const after = { totalShares: before.totalShares + shares, totalAssets: before.totalAssets + deposit };
        expect(assetsForDown(mine, after)).toBeGreaterThanOrEqual(assetsForDown(mine, before));
      }),
      options,
    );
  });

  test("behavior: moving the price of an empty pool costs far more than it takes from the next", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 24n }), fc.bigInt({ min: 1n, max: 10n ** 24n }), (gift, deposit) => {
        // A first staker with one unit, then assets that arrive without shares (what a donation could at best do).
        const first = sharesForDown(1n, { totalShares: 0n, totalAssets: 0n });
        const poisoned = { totalShares: first, totalAssets: 1n + gift };
        const shares = sharesForDown(deposit, poisoned);
        const after = { totalShares: first + shares, totalAssets: 1n + gift + deposit };
        const lost = deposit - assetsForDown(shares, after);
        const attackerLost = 1n + gift - assetsForDown(first, after);
        expect(lost * 1_000n).toBeLessThanOrEqual(attackerLost + 3_000n);
        expect(attackerLost).toBeGreaterThanOrEqual((gift * 49n) / 100n - 2n);
      }),
      options,
    );
  });

  test("behavior: a freeze takes no more than there is, nor than the epoch allows", () => {
    fc.assert(
      fc.property(
        situation,
        fc.bigInt({ min: 1_000n, max: 10_000n }),
        fc.bigInt({ min: 0n, max: 15n }),
        (seed, severity, strikes) => {
          const random = new Random(seed);
          const policy = randomPolicy(random);
          const stake = { ...randomStake(random), lossInEpoch: 0n };
          const amounts = freezeAmounts({ stake, severityBps: severity, wholeStrikes: strikes, policy, now: start });
          const taken = amounts.fromBond + amounts.fromDelegations;
          expect(amounts.fromBond).toBeLessThanOrEqual(stake.bond);
          expect(amounts.fromDelegations).toBeLessThanOrEqual(stake.delegated);
          expect(amounts.fromDelegations).toBeGreaterThanOrEqual(0n);
          expect(taken * 10_000n).toBeLessThanOrEqual(policy.lossCapBps * (stake.bond + stake.delegated));
          expect(amounts.lossInEpoch).toBe(taken);
          expect(activeStake(stake)).toBeLessThanOrEqual(stake.bond + stake.delegated);
        },
      ),
      options,
    );
  });
});
