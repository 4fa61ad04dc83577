import type { Policy } from "./policy.ts";

/** Usage fees on their way to a model's stake, linear in time. Field names of the struct in contracts/interfaces/IAssayVault.sol. */
export interface FeeStream {
  /** Not yet paid in, in the token's smallest unit. */
  readonly amount: bigint;
  /** Unix seconds. */
  readonly updatedAt: bigint;
  readonly endsAt: bigint;
}

/** A payment streams for this long (seconds): nobody can jump in for it. */
export const streamTime = 7n * 86_400n;

/** No fees on their way. */
export const emptyStream: FeeStream = { amount: 0n, updatedAt: 0n, endsAt: 0n };

/** What has streamed since the last time, rounded down; all of it after the end. Twin of contracts/libraries/FeeLib.sol (dueDown). */
export function streamedDown({ amount, updatedAt, endsAt }: FeeStream, now: bigint): bigint {
  if (now >= endsAt) return amount;
  return now <= updatedAt ? 0n : (amount * (now - updatedAt)) / (endsAt - updatedAt);
}

/** The stream after what has streamed was settled. */
export function settledStream(stream: FeeStream, now: bigint): { stream: FeeStream; streamed: bigint } {
  const streamed = streamedDown(stream, now);
  return { stream: { ...stream, amount: stream.amount - streamed, updatedAt: now }, streamed };
}

/**
 * The stream with a payment that ends `streamTime` from now. The end moves to the average of both ends, weighted by amount and rounded
 * down, so that dust cannot postpone what is on its way. Twin of contracts/libraries/FeeLib.sol (endAfter).
 * @param settled As of now (see settledStream).
 */
export function joinedStream(settled: FeeStream, assets: bigint, now: bigint): FeeStream {
  const amount = settled.amount + assets;
  const ends = settled.amount * settled.endsAt + assets * (now + streamTime);
  return { amount, updatedAt: now, endsAt: amount === 0n ? now : ends / amount };
}

/** The public share of a payment, rounded down; the rest streams. Twin of contracts/libraries/FeeLib.sol (publicShareDown). */
export function publicShareDown(assets: bigint, policy: Pick<Policy, "publicShareBps">): bigint {
  return (assets * policy.publicShareBps) / 10_000n;
}

/** Whom what has streamed belongs to. */
export interface FeeSplit {
  readonly toBond: bigint;
  readonly toDelegations: bigint;
  readonly toCommons: bigint;
}

/**
 * Pro rata to active bond and active delegations, the odd unit to the delegations; without either, to the commons fund. Twin of
 * contracts/libraries/FeeLib.sol (split).
 */
export function splitFees(streamed: bigint, activeBond: bigint, activeDelegations: bigint): FeeSplit {
  const active = activeBond + activeDelegations;
  if (active === 0n) return { toBond: 0n, toDelegations: 0n, toCommons: streamed };
  const toBond = (streamed * activeBond) / active;
  return { toBond, toDelegations: streamed - toBond, toCommons: 0n };
}

/**
 * What the unbonding pool gets of the delegations' part while a freeze is unresolved: by what both pools hold, rounded down. Twin of
 * contracts/libraries/FeeLib.sol (unbondingPartDown).
 * @param delegated Assets of the active pool, not 0.
 * @param unbonding Assets of the unbonding pool; 0 if it has no shares.
 */
export function unbondingPartDown(assets: bigint, delegated: bigint, unbonding: bigint): bigint {
  return (assets * unbonding) / (delegated + unbonding);
}
