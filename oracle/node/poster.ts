import type { Logger } from "pino";
import { concat, type Hex } from "viem";
import { versionIdOf } from "../../domain/version.ts";
import { signatureAt } from "../messages/compactSignature.ts";
import type { BuiltBatch, BuiltBatches } from "./buildBatches.ts";
import type { NodeCalls } from "./nodeCalls.ts";
import type { PeerMessage } from "./peerMessages.ts";
import type { RoundPlan } from "./roundPlan.ts";
import { TransactionFailed } from "./transactions.ts";

/** Brings a committee's batches on chain, each once enough of the committee has signed it. */
export interface Poster {
  /**
   * Posts when it is this node's turn, in the background.
   * @param signatures Batch signatures found on the boards; those over other batches are passed over.
   * @param posted Versions that have their result of the round on chain.
   * @param rank This node's place in line. @param now Seconds of the chain's clock.
   */
  pursue(
    built: BuiltBatches,
    signatures: readonly PeerMessage[],
    posted: ReadonlyMap<Hex, Hex>,
    rank: bigint,
    now: bigint,
  ): void;
  /** Waits for the transaction that is under way. */
  stop(): Promise<void>;
}

export interface PosterParts {
  readonly plan: RoundPlan;
  readonly calls: Pick<NodeCalls, "post" | "canPay">;
  /** Seconds between one node's turn and the next one's. */
  readonly stagger: bigint;
  readonly log: Logger;
}

const maxTries = 5;

/** How far one batch has come. */
interface Progress {
  readonly quorumAt: bigint;
  restUntil: bigint;
  tries: number;
}

export function createPoster({ plan, calls, stagger, log }: PosterParts): Poster {
  const progress = new Map<Hex, Progress>();
  let underWay: Promise<void> | undefined;

  const post = async (built: BuiltBatch, quorum: ReadonlyMap<number, Hex>): Promise<void> => {
    const { digest, entries } = built;
    const signers = [...quorum.keys()].reduce((bits, seat) => bits | (1n << BigInt(seat)), 0n);
    try {
      const outcome = await calls.post(built, signers, concat([...quorum.values()]));
      log.info({ ...outcome, results: entries.length, digest }, "batch posted");
    } catch (error) {
      if (!(error instanceof TransactionFailed)) throw error;
      log.warn({ digest }, error.message);
    }
  };

  const progressOf = (digest: Hex, now: bigint): Progress => {
    const known = progress.get(digest) ?? { quorumAt: now, restUntil: 0n, tries: 0 };
    progress.set(digest, known);
    return known;
  };

  return {
    pursue(built, signatures, posted, rank, now) {
      for (const [index, batch] of built.batches.entries()) {
        if (underWay || !calls.canPay()) return;
        if (isPosted(batch, posted)) {
          // Should its block vanish, the turns begin anew.
          progress.delete(batch.digest);
          continue;
        }
        const quorum = quorumOf(plan, built, index, signatures);
        if (!quorum) continue;
        const own = progressOf(batch.digest, now);
        const turn = rank + patienceWith(batch, quorum, plan.members.length);
        if (own.tries >= maxTries || now < own.restUntil || now < own.quorumAt + turn * stagger) continue;
        own.tries += 1;
        own.restUntil = now + 2n * stagger;
        underWay = post(batch, quorum).finally(() => {
          underWay = undefined;
        });
      }
    },
    async stop() {
      await underWay;
    },
  };
}

/**
 * Turns to wait before the first one's. Whoever has not signed what is posted is not paid for it, so the others wait for it, once; and as
 * long as everybody's turns take before one who measured nothing fills its place and earns its fee.
 */
function patienceWith(batch: BuiltBatch, quorum: ReadonlyMap<number, Hex>, members: number): bigint {
  if (quorum.size === members) return 0n;
  const hasFillers = [...quorum.keys()].some((seat) => !hasReportIn(batch, seat));
  return hasFillers ? 1n + BigInt(members) : 1n;
}

/** A round's result counts once for each version: with one of them on chain the batch is refused. */
const isPosted = ({ entries }: BuiltBatch, posted: ReadonlyMap<Hex, Hex>): boolean =>
  entries.some(({ modelId, digest }) => posted.has(versionIdOf(modelId, digest)));

/**
 * The signatures over one of the batches by seat, in seat order; undefined while there are fewer than the contract asks for. All there
 * are of members with a report in it, because the contract notes, and pays, who took part. Others have measured nothing of it: they
 * only fill up what is missing.
 */
export function quorumOf(
  { members }: RoundPlan,
  { identity, batches }: BuiltBatches,
  index: number,
  signatures: readonly PeerMessage[],
): ReadonlyMap<number, Hex> | undefined {
  const built = batches[index];
  if (!built) return undefined;
  const bySigner = new Map(
    signatures.filter((each) => each.digest === identity).map(({ message }) => [message.evaluator, message]),
  );
  const signed = members.flatMap(({ seat, signer }) => {
    const message = bySigner.get(signer);
    return message
      ? [{ seat, signature: signatureAt(message.signature, index), measured: hasReportIn(built, seat) }]
      : [];
  });
  if (signed.length < built.signersNeeded) return undefined;
  const missing = built.signersNeeded - signed.filter(({ measured }) => measured).length;
  const fillers = signed.filter(({ measured }) => !measured).slice(0, Math.max(0, missing));
  const chosen = signed.filter((each) => each.measured || fillers.includes(each));
  return new Map(chosen.map(({ seat, signature }) => [seat, signature]));
}

const hasReportIn = ({ entries }: BuiltBatch, seat: number): boolean =>
  entries.some(({ reporters }) => (reporters >> BigInt(seat)) % 2n === 1n);
