import { day, type EdgeCasesByRule, goodStake, result, scores, start, token } from "./edgeFixtures.ts";

function freeze(fields: {
  stake?: object;
  resultWord?: bigint;
  failed?: bigint;
  wholeStrikes?: bigint;
  policy?: object;
}) {
  return {
    stake: { ...goodStake, ...fields.stake },
    resultWord: fields.resultWord ?? result({ scores: scores({ 0: 0n }) }),
    failed: fields.failed ?? 1n,
    wholeStrikes: fields.wholeStrikes ?? 0n,
    now: start,
    policy: fields.policy ?? {},
  };
}

/** Cases about prices of shares, active stake, and what a freeze takes. */
export const stakeEdgeCases: EdgeCasesByRule = {
  stake: {
    about: "Shares and assets of a pool, both rounded down; the active parts of a stake.",
    cases: {
      "the empty pool": {
        amount: 1n,
        totalShares: 0n,
        totalAssets: 0n,
        bond: 0n,
        unbondingBond: 0n,
        delegated: 0n,
        shares: 0n,
        unbondingShares: 0n,
      },
      "a fair pool": {
        amount: token,
        totalShares: 10n ** 24n,
        totalAssets: token,
        bond: 10n,
        unbondingBond: 4n,
        delegated: 1_000n,
        shares: 3n,
        unbondingShares: 1n,
      },
      "a pool that lost everything": {
        amount: token,
        totalShares: 10n ** 24n,
        totalAssets: 0n,
        bond: 1n,
        unbondingBond: 2n,
        delegated: 0n,
        shares: 10n ** 24n,
        unbondingShares: 0n,
      },
      "all shares are unbonding": {
        amount: 5n,
        totalShares: 7n,
        totalAssets: 1n,
        bond: 5n,
        unbondingBond: 5n,
        delegated: 9n,
        shares: 7n,
        unbondingShares: 7n,
      },
      "everything at its largest": {
        amount: (1n << 104n) - 1n,
        totalShares: (1n << 104n) - 1n,
        totalAssets: (1n << 96n) - 1n,
        bond: (1n << 96n) - 1n,
        unbondingBond: 1n,
        delegated: (1n << 96n) - 1n,
        shares: (1n << 104n) - 1n,
        unbondingShares: (1n << 104n) - 2n,
      },
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
      "one unit": freeze({ stake: { bond: 1n, delegated: 1n }, policy: { lossBaseBps: 10_000n, lossCapBps: 10_000n } }),
      "the bond cannot carry its share": freeze({
        stake: { bond: 100n, delegated: 900n },
        policy: { lossBaseBps: 10_000n, lossCapBps: 10_000n },
      }),
    },
  },
};
