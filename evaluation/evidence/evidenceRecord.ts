import { z } from "zod";
import { loadSteps } from "../plan/loadSteps.ts";
import { previousRunSchema } from "../plan/previousRun.ts";
import { graders, probeFamilies } from "../plan/probe.ts";
import { profiles } from "../suite/suite.ts";
import { canarySources } from "../transport/canarySource.ts";
import { failureClasses } from "../transport/failure.ts";
import { maxLocation, maxRedirects } from "../transport/redirect.ts";
import type { TokenTimes } from "../transport/tokenClock.ts";

/** Names the layout of the blob; a change of the layout or of a grader changes the name. */
export const evidenceFormat = "assay.evidence.v2";

const micros = z.int().min(0);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/, "expected 0x and 64 hex digits");
const lanes = z.array(z.int().min(0).max(0xffff_ffff)).length(8);

/** First line: all that the plan follows from. */
export const headerSchema = z.strictObject({
  kind: z.literal("header"),
  format: z.literal(evidenceFormat),
  manifest: z.unknown(),
  suite: z.unknown(),
  profile: z.enum(profiles),
  seed: hash,
  /** Round, version, evaluator … as the caller names them. */
  context: z.record(z.string(), z.string()),
  /** The page the canary asked beside the loopback server. */
  referenceUrl: z.string().nullable(),
  /** What V asks again; null without evidence of the version before. */
  previous: previousRunSchema.nullable(),
});

/** One HTTP attempt. Times are integer microseconds since the run began. */
export const attemptSchema = z.strictObject({
  kind: z.literal("attempt"),
  item: z.int().min(0),
  family: z.enum(probeFamilies),
  stratum: z.string(),
  probe: z.int().min(0),
  attempt: z.int().min(0).max(2),
  salt: z.string().nullable(),
  /** The exact request body; its UTF-8 bytes were sent. */
  request: z.string(),
  /** When it should go (the declared rate or the load's schedule), when it went, when the status line came, when it was over. */
  scheduled: micros,
  sent: micros,
  firstByte: micros.nullable(),
  end: micros,
  /** How late the evaluator let it go: after its schedule, or after the place in flight that it waited for became free. */
  late: micros,
  status: z.int().min(200).max(999).nullable(),
  /** Raw bytes, base64: a reply may hold what is no valid text. */
  body: z.base64(),
  /** 3xx answers on the way, in order. */
  redirects: z
    .array(z.strictObject({ status: z.int().min(300).max(399), location: z.string().max(maxLocation).nullable() }))
    .max(maxRedirects + 1),
  /** When the text of a streamed reply came; null when none did, or the manifest declares no streaming. */
  tokenTimes: z
    .strictObject({ tokens: z.int().min(1), firstToken: micros, gapP50: micros, gapP95: micros, gapMax: micros })
    .nullable(),
  /** What a declared response key had to sign, and the signature that came. */
  nonce: z.string().nullable(),
  signature: z
    .string()
    .regex(/^[0-9a-f]{128}$/)
    .nullable(),
  failure: z.enum(failureClasses).nullable(),
  detail: z.string().nullable(),
  answer: z.string().nullable(),
  grade: z.int().min(0).max(10_000),
  grader: z.enum(graders),
});

/** A step of the load phase begins: its requests are scheduled relative to this time. */
export const phaseSchema = z.strictObject({
  kind: z.literal("phase"),
  stratum: z.enum(loadSteps.map(({ stratum }) => stratum)),
  at: micros,
});

/** The evaluator's own loopback server, or its reference page, did not answer in time: failures around it are void. */
export const canarySchema = z.strictObject({
  kind: z.literal("canary"),
  at: micros,
  source: z.enum(canarySources),
  detail: z.string(),
});

/** Interruptions that a run may have: each may ask again what was under way when it came. */
export const maxResumes = 16;

/**
 * The run was interrupted and goes on: all before it stands, and what was under way and left no record is asked again.
 * `at` is the latest time recorded before plus `gap`, in which nothing was measured.
 */
export const resumeSchema = z.strictObject({ kind: z.literal("resume"), at: micros, gap: micros });

/** Last line: what was posted. `preceding` is the SHA-256 of every byte before this line. */
export const endSchema = z.strictObject({
  kind: z.literal("end"),
  attempts: z.int().min(0),
  items: z.int().min(1),
  preceding: hash,
  root: hash,
  sums: lanes,
  counts: lanes,
  voided: z.boolean(),
  /** The result word, 0x and 64 hex digits. */
  word: hash,
});

export type Header = z.infer<typeof headerSchema>;
export type AttemptRecord = z.infer<typeof attemptSchema>;
export type PhaseRecord = z.infer<typeof phaseSchema>;
export type CanaryRecord = z.infer<typeof canarySchema>;
export type ResumeRecord = z.infer<typeof resumeSchema>;
export type EndRecord = z.infer<typeof endSchema>;

/** Canonical JSON of an attempt at the price of one stringify: the members stand in sorted order. A test holds it to canonicalJson. */
export function canonicalAttempt(record: AttemptRecord): string {
  return JSON.stringify({
    answer: record.answer,
    attempt: record.attempt,
    body: record.body,
    detail: record.detail,
    end: record.end,
    failure: record.failure,
    family: record.family,
    firstByte: record.firstByte,
    grade: record.grade,
    grader: record.grader,
    item: record.item,
    kind: record.kind,
    late: record.late,
    nonce: record.nonce,
    probe: record.probe,
    redirects: record.redirects.map(({ status, location }) => ({ location, status })),
    request: record.request,
    salt: record.salt,
    scheduled: record.scheduled,
    sent: record.sent,
    signature: record.signature,
    status: record.status,
    stratum: record.stratum,
    tokenTimes: record.tokenTimes && inOrder(record.tokenTimes),
  } satisfies AttemptRecord);
}

function inOrder({ firstToken, gapMax, gapP50, gapP95, tokens }: TokenTimes): TokenTimes {
  return { firstToken, gapMax, gapP50, gapP95, tokens };
}
