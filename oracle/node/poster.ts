import type { Logger } from "pino";
import type { Hex } from "viem";
import type { BuiltBatch } from "./buildBatch.ts";
import type { PeerMessage } from "./peerMessages.ts";
import type { RoundPlan } from "./roundPlan.ts";
import { TransactionFailed, type Transactions } from "./transactions.ts";

/** Brings a batch on chain once enough of the committee has signed it. */
export interface Poster {
  /**
   * Posts when it is this node's turn, in the background.
   * @param signatures Batch signatures found on the boards; those over another batch are passed over.
   * @param rank This node's place in line. @param now Seconds of the chain's clock.
   */
  pursue(built: BuiltBatch, signatures: readonly PeerMessage[], rank: bigint, now: bigint): void;
  /** Waits for the transaction that is under way. */
  stop(): Promise<void>;
}

export interface PosterParts {
  readonly plan: RoundPlan;
  readonly transactions: Transactions;
  /** Seconds between one node's turn and the next one's. */
  readonly stagger: bigint;
  readonly log: Logger;
}

const maxTries = 5;

export function createPoster({ plan, transactions, stagger, log }: PosterParts): Poster {
  let underWay: Promise<void> | undefined;
  let quorumAt: bigint | undefined;
  let restUntil = 0n;
  let tries = 0;

  const post = async (built: BuiltBatch, quorum: ReadonlyMap<number, Hex>): Promise<void> => {
    const signers = [...quorum.keys()].reduce((bits, seat) => bits | (1n << BigInt(seat)), 0n);
    try {
      const outcome = await transactions.post(built.batch, signers, [...quorum.values()]);
      log.info({ ...outcome, results: built.entries.length, digest: built.digest }, "batch posted");
    } catch (error) {
      if (!(error instanceof TransactionFailed)) throw error;
      log.warn({ digest: built.digest }, error.message);
    }
  };

  return {
    pursue(built, signatures, rank, now) {
      if (underWay || tries >= maxTries || now < restUntil) return;
      const quorum = quorumOf(plan, built, signatures);
      if (!quorum) return;
      quorumAt ??= now;
      if (now < quorumAt + rank * stagger) return;
      tries += 1;
      restUntil = now + 2n * stagger;
      underWay = post(built, quorum).finally(() => {
        underWay = undefined;
      });
    },
    async stop() {
      await underWay;
    },
  };
}

/** As many signatures as the contract asks for, in seat order; undefined while there are fewer. More would only cost gas. */
export function quorumOf(
  { members }: RoundPlan,
  { digest, signersNeeded }: BuiltBatch,
  signatures: readonly PeerMessage[],
): ReadonlyMap<number, Hex> | undefined {
  const bySigner = new Map(
    signatures.filter((s) => s.digest === digest).map(({ message }) => [message.evaluator, message]),
  );
  const quorum = new Map<number, Hex>();
  for (const { seat, signer } of members) {
    const message = bySigner.get(signer);
    if (message && quorum.size < signersNeeded) quorum.set(seat, message.signature);
  }
  return quorum.size < signersNeeded ? undefined : quorum;
}
