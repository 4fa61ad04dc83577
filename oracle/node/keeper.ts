import type { Logger } from "pino";
import type { Address } from "viem";
import type { ChainFold, Head } from "./chainFold.ts";
import type { NodeCalls } from "./nodeCalls.ts";
import type { Policies } from "./policies.ts";
import type { RoundTiming } from "./roundTiming.ts";
import { type Outcome, TransactionFailed } from "./transactions.ts";

/** Opens the round of the epoch and captures its entropy when nobody else does. Anyone may; the nodes take turns. */
export interface Keeper {
  /** Does what is due, in the background. */
  pursue(head: Head, roundId: bigint, timing: RoundTiming): Promise<void>;
  /** Waits for the transaction that is under way. */
  stop(): Promise<void>;
}

export interface KeeperParts {
  readonly fold: ChainFold;
  readonly policies: Policies;
  readonly calls: NodeCalls;
  readonly own: Address;
  readonly seatId: bigint;
  /** Whether the commons fund can pay for a lottery slot under a policy. */
  readonly isLotteryFunded: (policyId: bigint) => Promise<boolean>;
  /** Seconds between one node's turn and the next one's. */
  readonly stagger: bigint;
  readonly log: Logger;
}

/** Blocks between one node's turn to capture entropy and the next one's. */
const staggerBlocks = 2n;

export function createKeeper(parts: KeeperParts): Keeper {
  const { fold, policies, calls, stagger, log } = parts;
  let underWay: Promise<void> | undefined;
  let restUntil = 0n;

  const attempt = (call: string, roundId: bigint, now: bigint, work: () => Promise<Outcome>): void => {
    restUntil = now + stagger;
    underWay = work()
      .then((outcome) => log.info({ call, roundId: `${roundId}`, ...outcome }, "round kept going"))
      .catch((error: unknown) => {
        if (!(error instanceof TransactionFailed)) throw error;
        log.warn({ call, roundId: `${roundId}` }, error.message);
      })
      .finally(() => {
        underWay = undefined;
      });
  };

  /** By its place on the list; a key that is not on it (yet) comes last. */
  const rankIn = async (roundId: bigint): Promise<bigint> => {
    const list = await fold.place(parts.own);
    if (!list) return parts.seatId;
    if (list.place === undefined) return BigInt(list.seats);
    return (BigInt(list.place) + roundId) % BigInt(list.seats);
  };

  const isWorthOpening = async (roundId: bigint): Promise<boolean> => {
    const policyId = await policies.current();
    return fold.isWorthOpening(roundId, policyId, await parts.isLotteryFunded(policyId));
  };

  return {
    async pursue(head, roundId, timing) {
      const now = head.timestamp;
      if (underWay || !calls.canPay() || now < restUntil || now >= timing.commitBy) return;
      const record = await fold.round(roundId);
      if (record?.drawn) return;
      const rank = await rankIn(roundId);
      if (!record) {
        if (now < timing.startsAt + rank * stagger) return;
        // Asked again in a while: it means a look at every model.
        restUntil = now + stagger;
        if (!(await isWorthOpening(roundId))) return;
        attempt("openRound", roundId, now, () => calls.openRound(roundId));
      } else if (head.number > record.entropyBlock + rank * staggerBlocks) {
        attempt("captureEntropy", roundId, now, () => calls.captureEntropy(roundId));
      }
    },
    async stop() {
      await underWay;
    },
  };
}
