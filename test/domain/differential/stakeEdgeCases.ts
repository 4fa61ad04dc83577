import { day, type EdgeCasesByRule, goodStake, result, scores, start, token } from "./edgeFixtures.ts";
import { maxAssets, maxShares } from "./fixtures.ts";

/** A pool of a fair price and the good stake, unless said otherwise. */
function stake(fields: object) {
  const usual = { amount: token, totalShares: 10n ** 24n, totalAssets: 10n ** 21n, bondShareBps: 1_000n };
  return { ...usual, stake: goodStake, ...fields };
}

function freeze(fields: {
  stake?: object;
  resultWord?: bigint;
  failed?: bigint;
  wholeStrikes?: bigint;
  standardTerms?: boolean;
  room?: bigint;
  policy?: object;
}) {
  return {
    stake: { ...goodStake, ...fields.stake },
    resultWord: fields.resultWord ?? result({ scores: scores({ 0: 0n }) }),
    failed: fields.failed ?? 1n,
    wholeStrikes: fields.wholeStrikes ?? 0n,
    standardTerms: fields.standardTerms ?? true,
    room: fields.room ?? maxAssets,
    now: start,
    policy: fields.policy ?? {},
  };
}

/** A freeze of 300, 500 and 100 that nobody has moved since, unless said otherwise. */
function restore(fields: { stake?: object; fromUnbonding?: bigint; poolShares?: bigint }) {
  const after = { bond: 700n, delegated: 9_500n, shares: 10_000n, unbondingAssets: 900n, unbondingShares: 1_000n };
  return {
    stake: { ...after, ...fields.stake },
    fromBond: 300n,
    fromDelegations: 500n,
    fromUnbonding: fields.fromUnbonding ?? 100n,
    poolShares: fields.poolShares ?? 10_000n,
  };
}

function bucket(fields: object) {
  const usual = { held: 1_000_000n, level: 50_000n, updatedAt: start, now: start };
  return { ...usual, bucketBps: 500n, bucketPeriod: day, ...fields };
}

/** 700 on their way over a week, half of which has passed, unless said otherwise. */
function stream(fields: object) {
  const usual = { amount: 700n, updatedAt: start, endsAt: start + 7n * day, now: start + (7n * day) / 2n };
  return {
    ...usual,
    assets: 1_000n,
    publicShareBps: 1_000n,
    activeBond: 1n,
    activeDelegations: 2n,
    unbonding: 3n,
    ...fields,
  };
}

const all = { lossBaseBps: 10_000n, lossCapBps: 10_000n };

/** Cases about prices of shares, stake that counts, freezes, the bucket, and fees. */
export const stakeEdgeCases: EdgeCasesByRule = {
  stake: {
    about: "Shares and assets of a pool, both rounded down; the parts of a stake that count; its words in storage.",
    cases: {
      "the empty pool": stake({ amount: 1n, totalShares: 0n, totalAssets: 0n, stake: {} }),
      "a fair pool": stake({}),
      "a pool that lost everything": stake({ totalAssets: 0n }),
      "all of the bond is unbonding": stake({ stake: { ...goodStake, unbondingBond: 2_000n * token } }),
      "more of the bond is unbonding than is left": stake({ stake: { bond: 1n, unbondingBond: 2n } }),
      "a pool without shares": stake({ stake: { bond: 5n, delegated: 9n } }),
      "as many delegations as count": stake({ stake: { bond: 10n, delegated: 90n, shares: 1n } }),
      "one more than counts": stake({ stake: { bond: 10n, delegated: 91n, shares: 1n } }),
      "a share that is no whole number": stake({
        bondShareBps: 3_333n,
        stake: { bond: 10n, delegated: 91n, shares: 1n },
      }),
      "a share of nothing bounds nothing": stake({ bondShareBps: 0n, stake: { bond: 0n, delegated: 91n, shares: 1n } }),
      "a share of all lets none count": stake({ bondShareBps: 10_000n }),
      "every field different": stake({
        stake: {
          bond: 1n,
          unbondingBond: 2n,
          bondUnlocksAt: 3n,
          openFreezes: 4n,
          streaming: true,
          delegated: 5n,
          shares: 6n,
          heldUntil: 7n,
          unbondingAssets: 8n,
          unbondingShares: 9n,
          lossEpochStart: 10n,
          lossInEpoch: 11n,
        },
      }),
      "everything at its largest": stake({
        amount: maxShares,
        totalShares: maxShares,
        totalAssets: maxAssets,
        bondShareBps: 1n,
        stake: {
          bond: maxAssets,
          unbondingBond: maxAssets,
          bondUnlocksAt: (1n << 40n) - 1n,
          openFreezes: 255n,
          streaming: true,
          delegated: maxAssets,
          shares: maxShares,
          heldUntil: (1n << 40n) - 1n,
          unbondingAssets: maxAssets,
          unbondingShares: maxShares,
          lossEpochStart: (1n << 40n) - 1n,
          lossInEpoch: maxAssets,
        },
      }),
    },
  },
  freeze: {
    about: "What a failing result sets aside of a stake, under the default policy with the changes given.",
    cases: {
      "a mild failure": freeze({ resultWord: result({ scores: scores({ 0: 6_900n }) }) }),
      "a total failure": freeze({ resultWord: result({ scores: scores({ 0: 0n }) }) }),
      "the worst family counts": freeze({
        resultWord: result({ scores: scores({ 0: 3_500n, 2: 1_000n }) }),
        failed: 5n,
      }),
      "one strike before": freeze({ wholeStrikes: 1n }),
      "two strikes before": freeze({ wholeStrikes: 2n }),
      "capped by the epoch": freeze({ wholeStrikes: 15n }),
      "the epoch's cap is used up": freeze({ stake: { lossInEpoch: 2_000n * token, lossEpochStart: start - day } }),
      "part of the epoch's cap is left": freeze({
        stake: { lossInEpoch: 1_000n * token, lossEpochStart: start - day },
      }),
      "the epoch's last second": freeze({
        stake: { lossInEpoch: 1_000n * token, lossEpochStart: start - 7n * day + 1n },
      }),
      "a new epoch": freeze({ stake: { lossInEpoch: 1_000n * token, lossEpochStart: start - 7n * day } }),
      "no delegations": freeze({ stake: { delegated: 0n, shares: 0n } }),
      "no bond": freeze({ stake: { bond: 0n } }),
      "no stake": freeze({ stake: { bond: 0n, delegated: 0n } }),
      "one unit each": freeze({ stake: { bond: 1n, delegated: 1n, unbondingAssets: 1n }, policy: all }),
      "a single unit, and no bond to carry it": freeze({ stake: { bond: 0n, delegated: 1n }, policy: all }),
      "the bond cannot carry its share": freeze({ stake: { bond: 100n, delegated: 900n }, policy: all }),
      "half of the delegations are unbonding": freeze({
        stake: { delegated: 5_000n * token, unbondingAssets: 5_000n * token },
      }),
      "the odd unit is unbonding": freeze({
        stake: { bond: 0n, delegated: 500n, unbondingAssets: 500n },
        policy: { lossBaseBps: 10n, lossCapBps: 31n },
        wholeStrikes: 4n,
      }),
      "all delegations are unbonding": freeze({ stake: { delegated: 0n, unbondingAssets: 10_000n * token } }),
      "experimental: the bond alone": freeze({ standardTerms: false }),
      "experimental: no bond": freeze({ standardTerms: false, stake: { bond: 0n } }),
      "experimental: the cap is used up": freeze({
        standardTerms: false,
        stake: { lossInEpoch: 100n * token, lossEpochStart: start - day },
      }),
      "the bucket has room for some": freeze({ room: 7n }),
      "the bucket has no room": freeze({ room: 0n }),
    },
  },
  restore: {
    about: "Where a freeze's stake goes back to.",
    cases: {
      "nobody moved": restore({}),
      "a third has moved to the unbonding pool": restore({ poolShares: 15_000n }),
      "all have moved": restore({ stake: { shares: 0n, delegated: 0n } }),
      "all have left": restore({ stake: { shares: 0n, delegated: 0n, unbondingAssets: 0n, unbondingShares: 0n } }),
      "the unbonding pool has room for some": restore({ fromUnbonding: 101n }),
      "there never was a pool": restore({ stake: { shares: 0n }, poolShares: 0n }),
    },
  },
  bucket: {
    about: "Stake that can be frozen at once, and what of it has not leaked out.",
    cases: {
      "nothing leaks in no time": bucket({}),
      "half of a period": bucket({ now: start + day / 2n }),
      "one second before it is empty": bucket({ now: start + day - 1n }),
      "a whole period": bucket({ now: start + day }),
      "no tokens, no capacity": bucket({ held: 0n, now: start + day }),
      "above the capacity": bucket({ level: 90_000n, now: start + day }),
      "rounded down": bucket({ held: 19n, level: 5n }),
    },
  },
  stream: {
    about: "What of a stream has come, whom it belongs to, and where a payment moves its end.",
    cases: {
      "half way": stream({}),
      "at its start": stream({ now: start }),
      "one second before its end": stream({ now: start + 7n * day - 1n }),
      "at its end": stream({ now: start + 7n * day }),
      "long after its end": stream({ now: start + 70n * day }),
      "settled at its end already": stream({ amount: 0n, updatedAt: start + 7n * day, now: start + 7n * day }),
      "an empty stream": stream({ amount: 0n, updatedAt: 0n, endsAt: 0n }),
      "dust does not postpone": stream({ amount: 10n ** 24n, assets: 1_000n }),
      "nobody is active": stream({ activeBond: 0n, activeDelegations: 0n }),
      "the bond alone": stream({ activeDelegations: 0n }),
      "the delegations alone": stream({ activeBond: 0n }),
      "nothing is unbonding": stream({ unbonding: 0n }),
      "a public share of half": stream({ assets: 999n, publicShareBps: 5_000n }),
      "everything at its largest": stream({
        amount: maxAssets,
        assets: maxAssets,
        activeBond: maxAssets,
        activeDelegations: maxAssets,
        unbonding: maxAssets,
      }),
    },
  },
};
