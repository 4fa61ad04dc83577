import { familyIndexes } from "./families.ts";
import { ceilDiv, max, min, saturatingSub } from "./integers.ts";
import type { Policy } from "./policy.ts";
import { unpackResult } from "./result.ts";
import type { ModelStake } from "./stake.ts";

const minSeverityBps = 1_000n;
/** First-loss weight of the bond; delegations weigh 1, unbonding or not. */
const bondWeight = 3n;

type LiableStake = Pick<ModelStake, "bond" | "delegated" | "unbondingAssets">;

/** What a freeze takes, in the token's smallest unit, what it leaves for later, and the loss epoch after it. */
export interface FreezeAmounts {
  readonly fromBond: bigint;
  readonly fromDelegations: bigint;
  readonly fromUnbonding: bigint;
  /** What the caps allow and the bucket has no room for. */
  readonly waiting: bigint;
  /** Unix seconds. */
  readonly lossEpochStart: bigint;
  readonly lossInEpoch: bigint;
}

/** Whose stake a freeze took, of a freeze record in contracts/interfaces/IAssayVault.sol. */
export interface FrozenStake {
  readonly fromBond: bigint;
  readonly fromDelegations: bigint;
  readonly fromUnbonding: bigint;
  /** Shares of the active pool when `fromDelegations` was counted last. */
  readonly poolShares: bigint;
}

/** Where a freeze's stake goes back to, in the token's smallest unit. */
export interface RestoreAmounts {
  readonly toBond: bigint;
  readonly toDelegations: bigint;
  readonly toUnbonding: bigint;
}

/**
 * How far below its slash floor the worst failed family is: (ψ − s)/ψ, bps rounded down, 1,000..10,000.
 * Twin of contracts/libraries/FreezeLib.sol (severityBps).
 * @param failed Bitmap of failed families (see applyResult).
 */
export function severityBps(word: bigint, failed: bigint, policy: Pick<Policy, "slashFloorsBps">): bigint {
  const { scores } = unpackResult(word);
  let severity = minSeverityBps;
  for (const index of familyIndexes) {
    const slashFloor = policy.slashFloorsBps[index];
    if (((failed >> BigInt(index)) & 1n) === 0n || slashFloor === 0n) continue;
    severity = max(severity, (saturatingSub(slashFloor, scores[index]) * 10_000n) / slashFloor);
  }
  return severity;
}

/**
 * Stake that answers for a failing result: bond, pool and what is unbonding of both; in the experimental lane the bond alone. Twin of
 * contracts/libraries/FreezeLib.sol (liableStake).
 */
export function liableStake(stake: LiableStake, standardTerms: boolean): bigint {
  return standardTerms ? stake.bond + stake.delegated + stake.unbondingAssets : stake.bond;
}

/**
 * liable stake · base · severity · (1 + strikes/2), rounded down, before any cap. Twin of contracts/libraries/FreezeLib.sol
 * (lossWantedDown).
 */
export function lossWantedDown(loss: {
  /** Before the freeze. */
  stake: LiableStake;
  standardTerms: boolean;
  severityBps: bigint;
  /** Whole strikes held before the result, faded to the time of the freeze. */
  wholeStrikes: bigint;
  policy: Pick<Policy, "lossBaseBps">;
}): bigint {
  const liable = liableStake(loss.stake, loss.standardTerms);
  return (liable * loss.policy.lossBaseBps * loss.severityBps * (2n + loss.wholeStrikes)) / 200_000_000n;
}

/**
 * Sets `wanted` aside, as far as the running loss epoch's cap and the bucket's room allow; the bond carries three times its share.
 * Twin of contracts/libraries/FreezeLib.sol (freezeAmounts).
 */
export function freezeAmounts(freeze: {
  /** Before the freeze. */
  stake: ModelStake;
  /** See lossWantedDown; or what waits of an earlier freeze. */
  wanted: bigint;
  standardTerms: boolean;
  /** See bucketRoom. */
  room: bigint;
  policy: Pick<Policy, "lossCapBps" | "lossEpoch" | "experimentalLossCapBps">;
  /** Unix seconds. */
  now: bigint;
}): FreezeAmounts {
  const { stake, standardTerms, policy, now } = freeze;
  const restart = now >= stake.lossEpochStart + policy.lossEpoch;
  const already = restart ? 0n : stake.lossInEpoch;
  const loss = min(freeze.wanted, allowedLoss(stake, standardTerms, already, policy));
  const taken = min(loss, freeze.room);
  return {
    ...splitLoss(taken, stake, standardTerms),
    waiting: loss - taken,
    lossEpochStart: restart ? now : stake.lossEpochStart,
    lossInEpoch: already + taken,
  };
}

/** What the cap of the loss epoch leaves, at most all there is. What was frozen in this epoch was part of the stake when it began. */
function allowedLoss(
  stake: LiableStake,
  standardTerms: boolean,
  already: bigint,
  policy: Pick<Policy, "lossCapBps" | "experimentalLossCapBps">,
): bigint {
  const liable = liableStake(stake, standardTerms);
  const capBps = standardTerms ? policy.lossCapBps : policy.experimentalLossCapBps;
  return min(liable, saturatingSub((capBps * (liable + already)) / 10_000n, already));
}

/**
 * A loss by first-loss weights, each side bounded by what is there, the odd unit to the bond; the delegations' part by what is in the
 * two pools, the odd unit to the active one.
 * @param loss At most the liable stake.
 */
function splitLoss(loss: bigint, stake: LiableStake, standardTerms: boolean): Omit<FrozenStake, "poolShares"> {
  const pools = stake.delegated + stake.unbondingAssets;
  if (loss === 0n || !standardTerms || pools === 0n) return { fromBond: loss, fromDelegations: 0n, fromUnbonding: 0n };
  const weighted = bondWeight * stake.bond;
  const fromBond = min(stake.bond, ceilDiv(loss * weighted, weighted + pools));
  const fromUnbonding = ((loss - fromBond) * stake.unbondingAssets) / pools;
  return { fromBond, fromDelegations: loss - fromBond - fromUnbonding, fromUnbonding };
}

/**
 * A freeze with the delegations' part where its owners are now: who moved to the unbonding pool took their part along. Twin of
 * contracts/libraries/FreezeLib.sol (follow).
 * @param shares Of the active pool now: at most `frozen.poolShares`, because nobody joins while a freeze is unresolved.
 */
export function followFrozen(frozen: FrozenStake, shares: bigint): FrozenStake {
  if (shares === frozen.poolShares) return frozen;
  const staying = (frozen.fromDelegations * shares) / frozen.poolShares;
  return {
    fromBond: frozen.fromBond,
    fromDelegations: staying,
    fromUnbonding: frozen.fromUnbonding + frozen.fromDelegations - staying,
    poolShares: shares,
  };
}

/**
 * Where a freeze's stake goes back to: where it came from, with those who moved. Who withdrew after the hold has left their part behind:
 * the unbonding pool takes it as far as a share's price stays at one unit at most, the rest goes to the bond. Twin of
 * contracts/libraries/FreezeLib.sol (restoreAmounts).
 */
export function restoreAmounts(
  stake: Pick<ModelStake, "shares" | "unbondingShares" | "unbondingAssets">,
  frozen: FrozenStake,
): RestoreAmounts {
  const followed = followFrozen(frozen, stake.shares);
  const toUnbonding = min(followed.fromUnbonding, saturatingSub(stake.unbondingShares, stake.unbondingAssets));
  return {
    toBond: followed.fromBond + followed.fromUnbonding - toUnbonding,
    toDelegations: followed.fromDelegations,
    toUnbonding,
  };
}
