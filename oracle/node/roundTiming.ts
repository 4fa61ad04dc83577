import type { Deployment } from "../../sdk/index.ts";
import type { NodeConfig } from "./nodeConfig.ts";

/** When a round's phases end, in unix seconds of the chain's clock. */
export interface RoundTiming {
  readonly startsAt: bigint;
  /** No evaluation goes on and no commitment is made after this. */
  readonly commitBy: bigint;
  /** Reports seen until then must be in what is signed. */
  readonly revealBy: bigint;
  /** The contract takes no batch for the round from here on: two epochs after its own has ended. */
  readonly closesAt: bigint;
}

/** Seconds at most. */
const maxSpread = 60n;

/**
 * Seconds in which what one member has seen on a board gets to all of them, over the boards that work. Members see messages at
 * different times; so that they agree all the same, what one of them insists on is what the next one proposes, and what that one
 * proposes is what all accept, each this much later.
 */
export function spreadOf({ commitBy, revealBy }: RoundTiming): bigint {
  const share = (revealBy - commitBy) / 3n;
  return share < maxSpread ? share : maxSpread;
}

/** Commitments seen here until then are in what this node proposes; those seen until commitBy must be in what others propose. */
export const proposeUntil = (timing: RoundTiming): bigint => timing.commitBy + spreadOf(timing);

/** No commitment counts that is seen here later, and no report goes out before, unless all have committed. */
export const revealFrom = (timing: RoundTiming): bigint => timing.commitBy + 2n * spreadOf(timing);

/** With reports missing, nothing is proposed before: what was revealed in time to anyone is here by then. */
export const proposeFrom = (timing: RoundTiming): bigint => timing.revealBy + spreadOf(timing);

type Epochs = Pick<Deployment, "genesis" | "epochLength">;

export const roundIdAt = ({ genesis, epochLength }: Epochs, timestamp: bigint): bigint =>
  timestamp < BigInt(genesis) ? 0n : 1n + (timestamp - BigInt(genesis)) / BigInt(epochLength);

/** Start of a round's epoch, unix seconds. */
export const epochStartOf = ({ genesis, epochLength }: Epochs, roundId: bigint): bigint =>
  BigInt(genesis) + (roundId - 1n) * BigInt(epochLength);

export function roundTiming(epochs: Epochs, timing: NodeConfig["timing"], roundId: bigint): RoundTiming {
  const length = BigInt(epochs.epochLength);
  const startsAt = epochStartOf(epochs, roundId);
  const after = (bps: number) => startsAt + (length * BigInt(bps)) / 10_000n;
  return {
    startsAt,
    commitBy: after(timing.commitByBps),
    revealBy: after(timing.revealByBps),
    closesAt: startsAt + 3n * length,
  };
}

/** Seconds between one member's turn and the next one's. */
export function staggerOf(epochs: Epochs, timing: NodeConfig["timing"]): bigint {
  if (timing.staggerSeconds !== undefined) return BigInt(timing.staggerSeconds);
  return BigInt(Math.min(30, Math.max(1, Math.floor(epochs.epochLength / 20))));
}
