import { min, saturatingSub } from "./integers.ts";
import type { Policy } from "./policy.ts";
import { type BitField, placeField, readField } from "./words.ts";

/**
 * The stake of one model, amounts in the token's smallest unit, times in unix seconds. Field names of the struct in
 * contracts/interfaces/IAssayVault.sol.
 */
export interface ModelStake {
  /** Owner's bond, unbonding part included; takes losses first. */
  readonly bond: bigint;
  /** Part of the bond that is unbonding, and when it may leave. */
  readonly unbondingBond: bigint;
  readonly bondUnlocksAt: bigint;
  /** Unresolved freezes. */
  readonly openFreezes: bigint;
  /** Whether usage fees are streaming in. */
  readonly streaming: boolean;
  /** Assets and shares of the active delegation pool. */
  readonly delegated: bigint;
  readonly shares: bigint;
  /** While there is an unresolved freeze, nothing leaves before this time. */
  readonly heldUntil: bigint;
  /** Assets and shares of the pool of what is unbonding. */
  readonly unbondingAssets: bigint;
  readonly unbondingShares: bigint;
  /** Start of the current loss epoch, and stake frozen in it so far. */
  readonly lossEpochStart: bigint;
  readonly lossInEpoch: bigint;
}

/** Stake of a model that nobody has put anything into. */
export const emptyStake: ModelStake = {
  bond: 0n,
  unbondingBond: 0n,
  bondUnlocksAt: 0n,
  openFreezes: 0n,
  streaming: false,
  delegated: 0n,
  shares: 0n,
  heldUntil: 0n,
  unbondingAssets: 0n,
  unbondingShares: 0n,
  lossEpochStart: 0n,
  lossInEpoch: 0n,
};

/** A stake as ABI decoders return it: small integers may be numbers. */
export type DecodedStake = {
  readonly [Field in keyof ModelStake]: ModelStake[Field] extends boolean ? boolean : bigint | number;
};

/** The stake in an ABI decoder's answer, every number a bigint. */
export function stakeFromDecoded(decoded: DecodedStake): ModelStake {
  return {
    bond: BigInt(decoded.bond),
    unbondingBond: BigInt(decoded.unbondingBond),
    bondUnlocksAt: BigInt(decoded.bondUnlocksAt),
    openFreezes: BigInt(decoded.openFreezes),
    streaming: decoded.streaming,
    delegated: BigInt(decoded.delegated),
    shares: BigInt(decoded.shares),
    heldUntil: BigInt(decoded.heldUntil),
    unbondingAssets: BigInt(decoded.unbondingAssets),
    unbondingShares: BigInt(decoded.unbondingShares),
    lossEpochStart: BigInt(decoded.lossEpochStart),
    lossInEpoch: BigInt(decoded.lossInEpoch),
  };
}

/** Fields of the three words of a stake that events carry, lowest field in the lowest bits. */
export const stakeFields = {
  bondWord: {
    bond: { offset: 0n, bits: 96n },
    unbondingBond: { offset: 96n, bits: 96n },
    bondUnlocksAt: { offset: 192n, bits: 40n },
    openFreezes: { offset: 232n, bits: 8n },
    streaming: { offset: 240n, bits: 8n },
  },
  poolWord: {
    delegated: { offset: 0n, bits: 96n },
    shares: { offset: 96n, bits: 104n },
    heldUntil: { offset: 200n, bits: 40n },
  },
  lossWord: {
    unbondingAssets: { offset: 0n, bits: 96n },
    unbondingShares: { offset: 96n, bits: 104n },
    lossEpochStart: { offset: 200n, bits: 40n },
  },
} as const satisfies Record<string, Partial<Record<keyof ModelStake, BitField>>>;

/** The words of a stake as storage and events hold them. `lossInEpoch` has a slot of its own that only freezes touch. */
export interface StakeWords {
  readonly bondWord: bigint;
  readonly poolWord: bigint;
  readonly lossWord: bigint;
  readonly lossInEpoch: bigint;
}

/** The stake in its words. Twin of the storage layout of contracts/interfaces/IAssayVault.sol (ModelStake). */
export function stakeFromWords({ bondWord, poolWord, lossWord, lossInEpoch }: StakeWords): ModelStake {
  const { bondWord: bondFields, poolWord: poolFields, lossWord: lossFields } = stakeFields;
  return {
    bond: readField(bondWord, bondFields.bond),
    unbondingBond: readField(bondWord, bondFields.unbondingBond),
    bondUnlocksAt: readField(bondWord, bondFields.bondUnlocksAt),
    openFreezes: readField(bondWord, bondFields.openFreezes),
    streaming: readField(bondWord, bondFields.streaming) !== 0n,
    delegated: readField(poolWord, poolFields.delegated),
    shares: readField(poolWord, poolFields.shares),
    heldUntil: readField(poolWord, poolFields.heldUntil),
    unbondingAssets: readField(lossWord, lossFields.unbondingAssets),
    unbondingShares: readField(lossWord, lossFields.unbondingShares),
    lossEpochStart: readField(lossWord, lossFields.lossEpochStart),
    lossInEpoch,
  };
}

/** The words of a stake. Throws FieldOutOfRange for a value that does not fit. */
export function stakeToWords(stake: ModelStake): StakeWords {
  const { bondWord, poolWord, lossWord } = stakeFields;
  return {
    bondWord:
      placeField("bond", stake.bond, bondWord.bond) |
      placeField("unbondingBond", stake.unbondingBond, bondWord.unbondingBond) |
      placeField("bondUnlocksAt", stake.bondUnlocksAt, bondWord.bondUnlocksAt) |
      placeField("openFreezes", stake.openFreezes, bondWord.openFreezes) |
      placeField("streaming", stake.streaming ? 1n : 0n, bondWord.streaming),
    poolWord:
      placeField("delegated", stake.delegated, poolWord.delegated) |
      placeField("shares", stake.shares, poolWord.shares) |
      placeField("heldUntil", stake.heldUntil, poolWord.heldUntil),
    lossWord:
      placeField("unbondingAssets", stake.unbondingAssets, lossWord.unbondingAssets) |
      placeField("unbondingShares", stake.unbondingShares, lossWord.unbondingShares) |
      placeField("lossEpochStart", stake.lossEpochStart, lossWord.lossEpochStart),
    lossInEpoch: stake.lossInEpoch,
  };
}

const virtualShares = 1_000n;
const virtualAssets = 1n;

/** Shares and assets of a pool: the active delegations, or what is unbonding. */
export interface Pool {
  readonly totalShares: bigint;
  readonly totalAssets: bigint;
}

/** The pool of active delegations. */
export function activePool(stake: Pick<ModelStake, "shares" | "delegated">): Pool {
  return { totalShares: stake.shares, totalAssets: stake.delegated };
}

/** The pool of what is unbonding. */
export function unbondingPool(stake: Pick<ModelStake, "unbondingShares" | "unbondingAssets">): Pool {
  return { totalShares: stake.unbondingShares, totalAssets: stake.unbondingAssets };
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

/** The bond less the part that is unbonding. Twin of StakeLib.sol. */
export function activeBond(stake: Pick<ModelStake, "bond" | "unbondingBond">): bigint {
  return saturatingSub(stake.bond, stake.unbondingBond);
}

/** Assets of the active pool. What rounding left in a pool without shares is nobody's and counts for nothing. Twin of StakeLib.sol. */
export function activeDelegations(stake: Pick<ModelStake, "delegated" | "shares">): bigint {
  return stake.shares === 0n ? 0n : stake.delegated;
}

/**
 * Delegations as far as the active bond is at least the policy's share of bond and delegations together, rounded down: more than that
 * counts for nothing, and never against a model. A share of 0 bounds nothing. Twin of StakeLib.sol.
 */
export function countedDelegations(activeBond: bigint, delegations: bigint, bondShareBps: bigint): bigint {
  return bondShareBps === 0n ? delegations : min(delegations, (activeBond * (10_000n - bondShareBps)) / bondShareBps);
}

/** Active bond and the delegations that count beside it: what weight and exposure are computed from. Twin of StakeLib.sol. */
export function countedStake(stake: ModelStake, policy: Pick<Policy, "bondShareBps">): bigint {
  const bond = activeBond(stake);
  return bond + countedDelegations(bond, activeDelegations(stake), policy.bondShareBps);
}
