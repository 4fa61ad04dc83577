import type { Deployment } from "../../sdk/index.ts";
import type { NodeConfig } from "./nodeConfig.ts";

/** When a round's phases end, in unix seconds of the chain's clock. */
export interface RoundTiming {
  readonly startsAt: bigint;
  /** No evaluation goes on and no commitment is sent after this. */
  readonly commitBy: bigint;
  /** Missing reports are not waited for after this. */
  readonly revealBy: bigint;
  /** The contract takes no batch for the round from here on: two epochs after its own has ended. */
  readonly closesAt: bigint;
}

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
