import type { Logger } from "pino";
import { EvaluationError } from "../../evaluation/evaluationError.ts";
import { type EvidenceAnswer, openItem } from "../../evaluation/replay/openItem.ts";
import { readClaims } from "../../evaluation/replay/readClaims.ts";
import type { Pack } from "../../evaluation/suite/pack.ts";
import type { Queryable } from "../database/openDatabase.ts";
import type { EvidenceStore } from "../node/evidenceStore.ts";
import type { NodeMetrics } from "../node/metrics.ts";
import { TransactionFailed } from "../node/transactions.ts";
import { challengeName, type OpenChallenge, readOpenChallenges } from "./challengeTable.ts";
import { answerSeconds, type Clocks } from "./clocks.ts";
import type { CourtTransactions } from "./courtTransactions.ts";

/** Where a challenge against this node's seat stands: waiting for its answer, or for evidence that is not here. */
export interface ChallengeView {
  readonly reportDigest: string;
  readonly roundId: bigint;
  readonly leafIndex: bigint;
  readonly recordIndex: bigint;
  /** Unix seconds. */
  readonly answerBy: bigint;
  readonly state: "answering" | "evidence missing";
}

/** Publishes what challengers ask of this node's evidence, before their deadline. */
export interface ChallengeAnswerer {
  /** Answers in the background. @param now Seconds of the chain's clock. */
  pursue(now: bigint): Promise<void>;
  views(): readonly ChallengeView[];
  /** Waits for the answer that is under way. */
  stop(): Promise<void>;
}

export interface ChallengeAnswererParts {
  readonly database: Queryable;
  readonly evidence: Pick<EvidenceStore, "open">;
  /** Opened private packs that a suite commits to: without them its evidence cannot be read. */
  readonly packs: readonly Pack[];
  readonly transactions: Pick<CourtTransactions, "answer">;
  readonly seatId: bigint;
  readonly clocks: Clocks;
  /** Whether to answer for others too when their evidence is here. */
  readonly answersForOthers: boolean;
  /** Seconds between tries. */
  readonly stagger: bigint;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

/** Evidence that a report was signed for is in no store, or is not what was signed: nobody can answer for this node. */
class EvidenceMissingError extends Error {
  override name = "EvidenceMissingError";
}

export function createChallengeAnswerer(parts: ChallengeAnswererParts): ChallengeAnswerer {
  const { database, transactions, metrics, log, stagger } = parts;
  metrics.challengeAnswerTime.set(Number(answerSeconds(parts.clocks)));
  const missing = new Set<string>();
  const restUntil = new Map<string, bigint>();
  let views: ChallengeView[] = [];
  let underWay: Promise<void> | undefined;

  const answer = async (challenge: OpenChallenge, isOwn: boolean): Promise<void> => {
    const { report, request, answerBy } = challenge;
    const asked = { roundId: `${report.roundId}`, modelId: `${report.modelId}`, ...textOf(challenge) };
    const name = challengeName(challenge);
    try {
      const opened = await openAsked(parts, challenge);
      const outcome = await transactions.answer(name, [report, request, answerArgument(opened)]);
      missing.delete(name);
      metrics.challenges.inc({ outcome: "answered" });
      log.info({ ...asked, ...outcome }, "challenge answered");
    } catch (error) {
      if (error instanceof EvidenceMissingError) {
        if (isOwn && !missing.has(name)) {
          metrics.challenges.inc({ outcome: "missing" });
          log.error(
            { ...asked, answerBy: `${answerBy}`, reason: error.message },
            "challenge cannot be answered: bring the evidence back before answerBy, or the seat loses a part of its bond",
          );
        }
        missing.add(name);
        return;
      }
      if (!(error instanceof TransactionFailed)) throw error;
      metrics.challenges.inc({ outcome: "failed" });
      log.error({ ...asked, answerBy: `${answerBy}` }, `answer not sent yet: ${error.message}`);
    }
  };

  return {
    async pursue(now) {
      const own = await readOpenChallenges(database, parts.seatId);
      const open = own.filter(({ answerBy }) => now < answerBy);
      views = open.map((challenge) => viewOf(challenge, missing));
      metrics.challengesOpen.set(open.length);
      metrics.challengeSecondsLeft.set(
        open[0] === undefined ? Number.POSITIVE_INFINITY : Number(open[0].answerBy - now),
      );
      if (underWay) return;
      const others = parts.answersForOthers ? await readOpenChallenges(database) : [];
      const isOwn = new Set(open.map(challengeName));
      const next = [...open, ...others.filter((each) => now < each.answerBy && !isOwn.has(challengeName(each)))].find(
        (challenge) => now >= (restUntil.get(challengeName(challenge)) ?? 0n),
      );
      if (!next) return;
      restUntil.set(challengeName(next), now + 2n * stagger);
      underWay = answer(next, isOwn.has(challengeName(next)))
        .catch((error: unknown) => log.error({ err: error }, "challenge not answered"))
        .finally(() => {
          underWay = undefined;
        });
    },
    views: () => views,
    async stop() {
      await underWay;
    },
  };
}

/**
 * What was asked for, opened from the evidence: the record, or the last item, which proves that there is none beyond it.
 * @throws EvidenceMissingError
 */
async function openAsked(
  { evidence, packs }: ChallengeAnswererParts,
  { report, request }: OpenChallenge,
): Promise<EvidenceAnswer> {
  const blob = await evidence.open(report.evidenceHash);
  if (!blob) throw new EvidenceMissingError(`no store here has the evidence ${report.evidenceHash}`);
  try {
    const claims = await readClaims(blob.bytes, packs);
    const { root, leaves } = claims.tree;
    if (root.hash !== report.evidenceRoot)
      throw new EvidenceMissingError(
        `the evidence here leads to the root ${root.hash}, signed was ${report.evidenceRoot}`,
      );
    const last = leaves.length - 1;
    const isThere = request.leafIndex <= BigInt(last);
    return openItem(claims, isThere ? Number(request.leafIndex) : last, isThere ? Number(request.recordIndex) : 0)
      .answer;
  } catch (error) {
    if (error instanceof EvaluationError) throw new EvidenceMissingError(error.message);
    throw error;
  }
}

const answerArgument = ({ path, leaf, recordHashes, record }: EvidenceAnswer) => ({
  path: { index: path.index, siblings: [...path.siblings] },
  leaf,
  recordHashes: [...recordHashes],
  record,
});

const textOf = ({ request }: OpenChallenge) => ({
  leafIndex: `${request.leafIndex}`,
  recordIndex: `${request.recordIndex}`,
});

const viewOf = (challenge: OpenChallenge, missing: ReadonlySet<string>): ChallengeView => ({
  reportDigest: challenge.reportDigest,
  roundId: challenge.report.roundId,
  ...challenge.request,
  answerBy: challenge.answerBy,
  state: missing.has(challengeName(challenge)) ? "evidence missing" : "answering",
});
