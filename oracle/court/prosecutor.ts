import type { Logger } from "pino";
import type { Address } from "viem";
import type { Queryable } from "../database/openDatabase.ts";
import type { Message } from "../messages/message.ts";
import type { NodeMetrics } from "../node/metrics.ts";
import type { PlaceInLine } from "../node/placeInLine.ts";
import { type Outcome, TransactionFailed } from "../node/transactions.ts";
import { type Clocks, provableUntil } from "./clocks.ts";
import { type Contradiction, readContradictions } from "./contradictions.ts";
import type { CourtTransactions } from "./courtTransactions.ts";
import { createTurns } from "./turns.ts";

/** Submits proofs of what other evaluators have signed twice. */
export interface Prosecutor {
  /** Proves the next thing that is due, in the background. @param roundId Number of the running epoch. */
  pursue(now: bigint, roundId: bigint): Promise<void>;
  /** Waits for the proof that is under way. */
  stop(): Promise<void>;
}

export interface ProsecutorParts {
  readonly database: Queryable;
  readonly transactions: CourtTransactions;
  readonly own: Address;
  readonly line: PlaceInLine;
  readonly clocks: Clocks;
  /** A seat's bond that can still be taken, smallest unit. */
  readonly seatBond: (seatId: bigint) => Promise<bigint>;
  readonly stagger: bigint;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

/** Rounds whose commitments and reports are compared: those that still change. */
const roundsCompared = 4n;

export function createProsecutor(parts: ProsecutorParts): Prosecutor {
  const { database, own, line, clocks, stagger, metrics, log } = parts;
  const turns = createTurns(stagger);
  const told = new Set<string>();
  let underWay: Promise<void> | undefined;
  let lookAgainAt = 0n;

  const tellOnce = (subject: string, tell: () => void): void => {
    if (!told.has(subject)) tell();
    told.add(subject);
  };

  const prove = async (found: Contradiction, subject: string): Promise<void> => {
    const about = {
      evaluator: found.evaluator,
      seat: `${found.seatId}`,
      roundId: `${found.roundId}`,
      versionId: found.versionId,
    };
    const fault = "equivocation";
    try {
      const outcome = await send(parts.transactions, found, subject);
      metrics.proofs.inc({ fault, outcome: "hash" in outcome ? "sent" : "alreadyDone" });
      log.warn({ ...about, ...outcome }, "equivocation proven");
    } catch (error) {
      if (!(error instanceof TransactionFailed)) throw error;
      metrics.proofs.inc({ fault, outcome: "failed" });
      log.warn(about, `equivocation not proven yet: ${error.message}`);
    }
  };

  /** A bond is taken whole by the first proof: more of them would cost gas and nobody anything. */
  const isWorthProving = async (found: Contradiction, now: bigint): Promise<boolean> => {
    const subject = subjectOf(found);
    if (found.evaluator === own) {
      tellOnce(subject, () => log.error({ roundId: `${found.roundId}` }, "somebody else signs with this node's key"));
      return false;
    }
    if (now >= provableUntil(clocks, found.roundId)) return false;
    if (!turns.isDue(subject, await line.of(found.roundId), now)) return false;
    return (await parts.seatBond(found.seatId)) > 0n;
  };

  return {
    async pursue(now, roundId) {
      if (underWay || now < lookAgainAt) return;
      lookAgainAt = now + (stagger > 1n ? stagger / 2n : 1n);
      const found = await readContradictions(database, { from: roundId - roundsCompared, to: roundId + 1n });
      turns.keepOnly(new Set(found.map(subjectOf)));
      for (const each of found) {
        if (!(await isWorthProving(each, now))) continue;
        const subject = subjectOf(each);
        turns.rest(subject, now);
        underWay = prove(each, subject)
          .catch((error: unknown) => log.error({ err: error }, "equivocation not proven"))
          .finally(() => {
            underWay = undefined;
          });
        return;
      }
    },
    async stop() {
      await underWay;
    },
  };
}

const subjectOf = ({ roundId, versionId, seatId }: Contradiction): string => `${roundId}:${versionId}:${seatId}`;

function send(transactions: CourtTransactions, { first, second }: Contradiction, subject: string): Promise<Outcome> {
  if (first.kind === "report" && second.kind === "report")
    return transactions.proveTwoReports(subject, [first, first.signature, second, second.signature]);
  if (first.kind === "commitment" && second.kind === "commitment")
    return transactions.proveTwoCommitments(subject, [first, first.signature, second, second.signature]);
  if (first.kind === "commitment" && second.kind === "report")
    return transactions.proveBrokenCommitment(subject, [first, first.signature, second, second.signature]);
  throw new TypeError(`${kindsOf(first, second)} contradict each other in no way that can be proven`);
}

const kindsOf = (first: Message, second: Message): string => `${first.kind} and ${second.kind}`;
