import { saturatingSub } from "./integers.ts";

/** The stake of one model, amounts in the token's smallest unit. Field names of the struct in contracts/interfaces/IAssay.sol. */
export interface ModelStake {
  /** Owner's bond, unbonding part included. */
  readonly bond: bigint;
  /** Assets of the delegation pool, unbonding part included. */
  readonly delegated: bigint;
  /** 0 experimental, 1 standard. */
  readonly lane: bigint;
  /** Unresolved freezes. */
  readonly openFreezes: bigint;
  /** While there is an unresolved freeze, nothing leaves before this time (unix seconds). */
  readonly heldUntil: bigint;
  /** Delegation shares, and the part of them that is unbonding. */
  readonly shares: bigint;
  readonly unbondingShares: bigint;
  /** Part of the bond that is unbonding, and when it may leave (unix seconds). */
  readonly unbondingBond: bigint;
  readonly bondUnlocksAt: bigint;
  /** Start of the current loss epoch (unix seconds), and stake frozen in it so far. */
  readonly lossEpochStart: bigint;
  readonly lossInEpoch: bigint;
}

export const lanes = { experimental: 0n, standard: 1n } as const;

/** Stake of a model that nobody has put anything into. */
export const emptyStake: ModelStake = {
  bond: 0n,
  delegated: 0n,
  lane: lanes.experimental,
  openFreezes: 0n,
  heldUntil: 0n,
  shares: 0n,
  unbondingShares: 0n,
  unbondingBond: 0n,
  bondUnlocksAt: 0n,
  lossEpochStart: 0n,
  lossInEpoch: 0n,
};

/** The stake in an ABI decoder's answer, every number a bigint. */
export function stakeFromDecoded(decoded: { readonly [Field in keyof ModelStake]: bigint | number }): ModelStake {
  return {
    bond: BigInt(decoded.bond),
    delegated: BigInt(decoded.delegated),
    lane: BigInt(decoded.lane),
    openFreezes: BigInt(decoded.openFreezes),
    heldUntil: BigInt(decoded.heldUntil),
    shares: BigInt(decoded.shares),
    unbondingShares: BigInt(decoded.unbondingShares),
    unbondingBond: BigInt(decoded.unbondingBond),
    bondUnlocksAt: BigInt(decoded.bondUnlocksAt),
    lossEpochStart: BigInt(decoded.lossEpochStart),
    lossInEpoch: BigInt(decoded.lossInEpoch),
  };
}

const virtualShares = 1_000n;
const virtualAssets = 1n;

/** Shares and assets of a delegation pool. */
export interface Pool {
  readonly totalShares: bigint;
  readonly totalAssets: bigint;
}

/**
 * Shares that `assets` buy, rounded down. Virtual shares and assets give an empty pool a price and make moving it cost about a
 * thousand times what anybody else can lose by rounding. Twin of contracts/libraries/StakeLib.sol (sharesForDown).
 */
export function sharesForDown(assets: bigint, { totalShares, totalAssets }: Pool): bigint {
  return (assets * (totalShares + virtualShares)) / (totalAssets + virtualAssets);
}

/** Assets that `shares` are worth, rounded down. Twin of contracts/libraries/StakeLib.sol (assetsForDown). */
export function assetsForDown(shares: bigint, { totalShares, totalAssets }: Pool): bigint {
  return (shares * (totalAssets + virtualAssets)) / (totalShares + virtualShares);
}

/** The bond less the part that is unbonding (a freeze may have taken more than the rest). Twin of StakeLib.sol. */
export function activeBond(stake: Pick<ModelStake, "bond" | "unbondingBond">): bigint {
  return saturatingSub(stake.bond, stake.unbondingBond);
}

/** The pool's assets behind shares that are not unbonding, rounded down. Twin of StakeLib.sol. */
export function activeDelegations(stake: Pick<ModelStake, "delegated" | "shares" | "unbondingShares">): bigint {
  const { delegated, shares, unbondingShares } = stake;
  return unbondingShares >= shares ? 0n : (delegated * (shares - unbondingShares)) / shares;
}

/** Bond and delegations that are not unbonding: what admission and weight count. Twin of StakeLib.sol. */
export function activeStake(stake: ModelStake): bigint {
  return activeBond(stake) + activeDelegations(stake);
}
