import { type Address, getAddress, type Hex } from "viem";
import { z } from "zod";
import type { Report } from "../../domain/typedData.ts";
import type { Queryable } from "../database/openDatabase.ts";
import type { CourtEventArgs } from "./courtEvents.ts";
import { decimalJson } from "./decimalJson.ts";

const uint = z.string().transform((text) => BigInt(text));
const hex = z.string().transform((text): Hex => `0x${text.slice(2)}`);
/** A report as an event tells it, from JSON. */
export const storedReport = z.object({
  roundId: uint,
  modelId: uint,
  digest: hex,
  evaluator: z.string().transform((text): Address => getAddress(text)),
  word: uint,
  evidenceRoot: hex,
  evidenceHash: hex,
  link: hex,
});

/** A record of somebody's evidence that was asked for and is not shown yet. */
export interface OpenChallenge {
  readonly reportDigest: Hex;
  /** Of the report's evaluator. */
  readonly seatId: bigint;
  readonly report: Report;
  readonly request: { readonly leafIndex: bigint; readonly recordIndex: bigint };
  /** Unix seconds: an answer must be on chain before. */
  readonly answerBy: bigint;
}

/** One word for a challenge: as an idempotency key, and to tell it from others. */
export const challengeName = ({ reportDigest, request }: Pick<OpenChallenge, "reportDigest" | "request">): string =>
  `${reportDigest}:${request.leafIndex}:${request.recordIndex}`;

/** What became of a challenge. */
export type ChallengeOutcome = "open" | "answered" | "upheld";

export async function openChallenge(
  tx: Queryable,
  { reportDigest, seatId, report, request, answerBy }: CourtEventArgs<"ChallengeOpened">,
  transaction: Hex,
): Promise<void> {
  await tx.query("insert into challenges values ($1, $2, $3, $4, $5, $6, $7, 'open') on conflict do nothing", [
    reportDigest,
    request.leafIndex.toString(),
    request.recordIndex.toString(),
    seatId.toString(),
    report.roundId.toString(),
    decimalJson(report),
    answerBy.toString(),
  ]);
  await tx.query("insert into challenge_calls values ($1, $2, $3, $4, null) on conflict do nothing", [
    reportDigest,
    request.leafIndex.toString(),
    request.recordIndex.toString(),
    transaction,
  ]);
}

/** Notes where the answer stands: the event tells of it, hashes and record are in the transaction alone. */
export async function noteAnswer(
  tx: Queryable,
  { reportDigest, request }: CourtEventArgs<"ChallengeAnswered">,
  transaction: Hex,
): Promise<void> {
  await tx.query(
    "update challenge_calls set answered = $4 where report_digest = $1 and leaf_index = $2 and record_index = $3",
    [reportDigest, request.leafIndex.toString(), request.recordIndex.toString(), transaction],
  );
}

/** Transactions that answered challenges of a report, the first ones asked for in front. */
export async function readAnswers(tx: Queryable, reportDigest: Hex): Promise<Hex[]> {
  const found = await tx.query<{ answered: Hex }>(
    `select answered from challenge_calls where report_digest = $1 and answered is not null
     order by challenge_calls.leaf_index, challenge_calls.record_index`,
    [reportDigest],
  );
  return found.rows.map(({ answered }) => answered);
}

export async function endChallenge(
  tx: Queryable,
  { reportDigest, request }: CourtEventArgs<"ChallengeUpheld">,
  outcome: ChallengeOutcome,
): Promise<void> {
  await tx.query(
    "update challenges set outcome = $4 where report_digest = $1 and leaf_index = $2 and record_index = $3",
    [reportDigest, request.leafIndex.toString(), request.recordIndex.toString(), outcome],
  );
}

interface ChallengeRow {
  report_digest: Hex;
  leaf_index: string;
  record_index: string;
  seat_id: string;
  report: string;
  answer_by: string;
}

const columns = "report_digest, leaf_index, record_index, seat_id, report, answer_by";
const inOrder = "order by answer_by::numeric, report_digest, leaf_index, record_index";

const toChallenge = (row: ChallengeRow): OpenChallenge => ({
  reportDigest: row.report_digest,
  seatId: BigInt(row.seat_id),
  report: storedReport.parse(JSON.parse(row.report)),
  request: { leafIndex: BigInt(row.leaf_index), recordIndex: BigInt(row.record_index) },
  answerBy: BigInt(row.answer_by),
});

/** Looked at in one go; the rest when these are settled. */
const atOnce = 1_024;

/** Open challenges, those that have to be answered first in front. @param seatId Only of this seat; of all without. */
export async function readOpenChallenges(tx: Queryable, seatId?: bigint): Promise<OpenChallenge[]> {
  const found = await tx.query<ChallengeRow>(
    `select ${columns} from challenges where outcome = 'open' and ($1::text is null or seat_id = $1) ${inOrder}`,
    [seatId === undefined ? null : seatId.toString()],
  );
  return found.rows.map(toChallenge);
}

/** Challenges of other seats that nobody can answer any more, and nobody has upheld. @param now Unix seconds. */
export async function readUnansweredChallenges(tx: Queryable, now: bigint, own: bigint): Promise<OpenChallenge[]> {
  const found = await tx.query<ChallengeRow>(
    `select ${columns} from challenges
     where outcome = 'open' and answer_by::numeric <= $1::numeric and seat_id <> $2 ${inOrder} limit ${atOnce}`,
    [now.toString(), own.toString()],
  );
  return found.rows.map(toChallenge);
}

/** The oldest round that a challenge which is not answered asks about. @param after Unix seconds: not those that had to be answered before. */
export async function oldestChallenged(tx: Queryable, after: bigint): Promise<bigint | undefined> {
  const found = await tx.query<{ round_id: string | null }>(
    "select min(round_id)::text as round_id from challenges where outcome = 'open' and answer_by::numeric > $1::numeric",
    [after.toString()],
  );
  const oldest = found.rows[0]?.round_id;
  return oldest === null || oldest === undefined ? undefined : BigInt(oldest);
}

/** Forgets challenges about rounds before `roundId`. */
export async function forgetChallenges(tx: Queryable, roundId: bigint): Promise<void> {
  await tx.query(
    "delete from challenge_calls where report_digest in (select report_digest from challenges where round_id < $1)",
    [roundId.toString()],
  );
  await tx.query("delete from challenges where round_id < $1", [roundId.toString()]);
}
