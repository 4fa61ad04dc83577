import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { followFrozen, freezeAmounts, liableStake, lossWantedDown, restoreAmounts } from "../../domain/freeze.ts";
import {
  activeBond,
  activeDelegations,
  assetsForDown,
  countedStake,
  emptyStake,
  sharesForDown,
  stakeFromWords,
  stakeToWords,
} from "../../domain/stake.ts";
import { FieldOutOfRange } from "../../domain/words.ts";
import { maxAssets, randomPolicy, randomStake } from "./differential/fixtures.ts";
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

  test("behavior: delegations never count for more than the bond's share allows", () => {
    fc.assert(
      fc.property(situation, (seed) => {
        const random = new Random(seed);
        const policy = { bondShareBps: random.between(0n, 10_000n) };
        const stake = randomStake(random);
        const [bond, counted] = [activeBond(stake), countedStake(stake, policy)];
        expect(counted).toBeLessThanOrEqual(bond + activeDelegations(stake));
        expect(bond * 10_000n).toBeGreaterThanOrEqual(policy.bondShareBps * counted);
      }),
      options,
    );
  });

  test("behavior: a stake is the same out of its words, and a value that does not fit is named", () => {
    fc.assert(
      fc.property(situation, (seed) => {
        const stake = randomStake(new Random(seed));
        expect(stakeFromWords(stakeToWords(stake))).toEqual(stake);
      }),
      options,
    );
    expect(() => stakeToWords({ ...emptyStake, shares: 1n << 104n })).toThrow(FieldOutOfRange);
  });
});

describe("freezes", () => {
  const severity = fc.bigInt({ min: 1_000n, max: 10_000n });
  const strikes = fc.bigInt({ min: 0n, max: 15n });

  function freezeOf(seed: number, severityBps: bigint, wholeStrikes: bigint) {
    const random = new Random(seed);
    const policy = randomPolicy(random);
    const stake = { ...randomStake(random), lossInEpoch: 0n };
    const standardTerms = !random.chance(3);
    const room = random.chance(2) ? maxAssets : random.between(0n, maxAssets);
    const wanted = lossWantedDown({ stake, standardTerms, severityBps, wholeStrikes, policy });
    const amounts = freezeAmounts({ stake, wanted, standardTerms, room, policy, now: start });
    return { policy, stake, standardTerms, room, wanted, amounts };
  }

  test("behavior: a freeze takes no more than there is, nor than the epoch and the bucket allow", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), severity, strikes, (seed, severityBps, wholeStrikes) => {
        const { policy, stake, standardTerms, room, wanted, amounts } = freezeOf(seed, severityBps, wholeStrikes);
        const { fromBond, fromDelegations, fromUnbonding, waiting } = amounts;
        const taken = fromBond + fromDelegations + fromUnbonding;
        const capBps = standardTerms ? policy.lossCapBps : policy.experimentalLossCapBps;
        expect(fromBond <= stake.bond && fromDelegations <= stake.delegated).toBe(true);
        expect(fromUnbonding <= stake.unbondingAssets).toBe(true);
        expect(fromDelegations >= 0n && fromUnbonding >= 0n && waiting >= 0n).toBe(true);
        expect(taken).toBeLessThanOrEqual(room);
        expect(taken + waiting).toBeLessThanOrEqual(wanted);
        expect((taken + waiting) * 10_000n).toBeLessThanOrEqual(capBps * liableStake(stake, standardTerms));
        expect(amounts.lossInEpoch).toBe(taken);
        if (!standardTerms) expect(fromDelegations + fromUnbonding).toBe(0n);
      }),
      options,
    );
  });

  test("behavior: the bond carries at least its weight, and no pool is spared for being the one or the other", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), severity, strikes, (seed, severityBps, wholeStrikes) => {
        const { stake, standardTerms, amounts } = freezeOf(seed, severityBps, wholeStrikes);
        const { fromBond, fromDelegations, fromUnbonding } = amounts;
        const pools = stake.delegated + stake.unbondingAssets;
        if (!standardTerms || pools === 0n || stake.bond === 0n) return;
        const taken = fromBond + fromDelegations + fromUnbonding;
        if (fromBond < stake.bond) {
          expect(fromBond * (3n * stake.bond + pools)).toBeGreaterThanOrEqual(taken * 3n * stake.bond);
        }
        const ofBoth = (fromDelegations + fromUnbonding) * stake.unbondingAssets;
        expect(fromUnbonding * pools).toBeLessThanOrEqual(ofBoth);
        expect((fromUnbonding + 1n) * pools).toBeGreaterThan(ofBoth);
      }),
      options,
    );
  });

  test("behavior: restoring gives back all of a freeze, and each side its own if nobody moved", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), severity, strikes, (seed, severityBps, wholeStrikes) => {
        const { stake, amounts } = freezeOf(seed, severityBps, wholeStrikes);
        const { fromBond, fromDelegations, fromUnbonding } = amounts;
        const frozen = { fromBond, fromDelegations, fromUnbonding, poolShares: stake.shares };
        const after = { ...stake, unbondingAssets: stake.unbondingAssets - fromUnbonding };
        const { toBond, toDelegations, toUnbonding } = restoreAmounts(after, frozen);
        expect(toBond + toDelegations + toUnbonding).toBe(fromBond + fromDelegations + fromUnbonding);
        expect(toDelegations).toBe(fromDelegations);
        // A share of the unbonding pool costs a unit at most, unless it did before.
        if (stake.unbondingAssets <= stake.unbondingShares) expect(toUnbonding).toBe(fromUnbonding);
      }),
      options,
    );
  });

  test("behavior: who moved to the unbonding pool takes their part along, rounded in their favour", () => {
    const frozen = { fromBond: 0n, fromDelegations: 1_000n, fromUnbonding: 7n, poolShares: 3_000n };
    expect(followFrozen(frozen, 3_000n)).toEqual(frozen);
    expect(followFrozen(frozen, 1_000n)).toEqual({
      fromBond: 0n,
      fromDelegations: 333n,
      fromUnbonding: 674n,
      poolShares: 1_000n,
    });
    expect(followFrozen(frozen, 0n).fromUnbonding).toBe(1_007n);
  });
});
