import type { Logger } from "pino";
import type { Queryable } from "../database/openDatabase.ts";
import type { NodeMetrics } from "../node/metrics.ts";
import type { PlaceInLine } from "../node/placeInLine.ts";
import { TransactionFailed } from "../node/transactions.ts";
import { challengeName, type OpenChallenge, readUnansweredChallenges } from "./challengeTable.ts";
import type { CourtTransactions } from "./courtTransactions.ts";
import { createTurns } from "./turns.ts";

/**
 * Upholds challenges whose time is up, whoever began them: the challenger gets the deposit back, and whoever has no evidence loses a part of
 * the bond. Anyone may; the nodes take turns.
 */
export interface ChallengeKeeper {
  /** Upholds the next one that is due, in the background. @param now Seconds of the chain's clock. */
  pursue(now: bigint): Promise<void>;
  /** Waits for the transaction that is under way. */
  stop(): Promise<void>;
}

export interface ChallengeKeeperParts {
  readonly database: Queryable;
  readonly transactions: Pick<CourtTransactions, "uphold">;
  readonly line: PlaceInLine;
  /** Leaves what counts against it to others. */
  readonly seatId: bigint;
  readonly stagger: bigint;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

export function createChallengeKeeper(parts: ChallengeKeeperParts): ChallengeKeeper {
  const { database, line, stagger, metrics, log } = parts;
  const turns = createTurns(stagger);
  let underWay: Promise<void> | undefined;

  const uphold = async ({ report, request, ...challenge }: OpenChallenge): Promise<void> => {
    const about = {
      evaluator: report.evaluator,
      seat: `${challenge.seatId}`,
      roundId: `${report.roundId}`,
      modelId: `${report.modelId}`,
      leafIndex: `${request.leafIndex}`,
      recordIndex: `${request.recordIndex}`,
    };
    const fault = "unavailable";
    try {
      const outcome = await parts.transactions.uphold(challengeName({ ...challenge, request }), [report, request]);
      metrics.proofs.inc({ fault, outcome: "hash" in outcome ? "sent" : "alreadyDone" });
      log.warn({ ...about, ...outcome }, "challenge upheld: it was not answered in time");
    } catch (error) {
      if (!(error instanceof TransactionFailed)) throw error;
      metrics.proofs.inc({ fault, outcome: "failed" });
      log.warn(about, `challenge not upheld yet: ${error.message}`);
    }
  };

  const next = async (now: bigint): Promise<OpenChallenge | undefined> => {
    const unanswered = await readUnansweredChallenges(database, now, parts.seatId);
    turns.keepOnly(new Set(unanswered.map(challengeName)));
    for (const challenge of unanswered) {
      const rank = await line.of(challenge.report.roundId);
      if (turns.isDue(challengeName(challenge), rank, now)) return challenge;
    }
    return undefined;
  };

  return {
    async pursue(now) {
      if (underWay) return;
      const challenge = await next(now);
      if (!challenge) return;
      turns.rest(challengeName(challenge), now);
      underWay = uphold(challenge)
        .catch((error: unknown) => log.error({ err: error }, "challenge not upheld"))
        .finally(() => {
          underWay = undefined;
        });
    },
    async stop() {
      await underWay;
    },
  };
}
