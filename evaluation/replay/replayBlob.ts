import { createReadStream } from "node:fs";
import { basename } from "node:path";
import type { Evaluation } from "../evaluation.ts";
import { canonicalJson } from "../evidence/canonicalJson.ts";
import type { EndRecord } from "../evidence/evidenceRecord.ts";
import { readLines } from "../evidence/readLines.ts";
import { endRecord } from "../grading/endRecord.ts";
import { judge, type Verdict } from "../grading/judge.ts";
import type { RunIdentity } from "../grading/runIdentity.ts";
import { summarise } from "../grading/summarise.ts";
import type { Pack } from "../suite/pack.ts";
import { type AttemptReader, type ReadEnd, RecordReader } from "./recordReader.ts";
import { ReplayMismatch } from "./replayMismatch.ts";

/**
 * Derives plan, grades, sums, root and word again from a blob alone, and holds every byte of it against them.
 * @param opened private packs that the suite commits to
 * @throws ReplayMismatch at the first line that differs
 */
export async function replayBlob(path: string, opened: readonly Pack[] = []): Promise<Evaluation> {
  return (await replayRun(path, opened)).evaluation;
}

/** A run as its blob tells it. */
export interface ReplayedRun {
  readonly identity: RunIdentity;
  readonly verdict: Verdict;
  readonly evaluation: Evaluation;
}

export interface ReplayOptions {
  /** Opened private packs that the suite commits to. */
  readonly packs?: readonly Pack[];
  readonly onAttempt?: AttemptReader | undefined;
}

/** The same, with what was asked and what every item came to. @throws ReplayMismatch */
export async function replayRun(
  path: string,
  opened: readonly Pack[] = [],
  onAttempt?: AttemptReader,
): Promise<ReplayedRun> {
  const run = await replayBytes(createReadStream(path), path, { packs: opened, onAttempt });
  const { evaluation } = run;
  const named = /^(0x[0-9a-f]{64})\.ndjson$/.exec(basename(path))?.[1];
  if (named !== undefined && named !== evaluation.evidenceHash) {
    throw new ReplayMismatch(`file name ${basename(path)}`, `the blob's SHA-256 is ${evaluation.evidenceHash}`);
  }
  return run;
}

/**
 * The same for bytes from anywhere.
 * @param path Where they come from, for the evaluation.
 */
export async function replayBytes(
  bytes: AsyncIterable<Buffer>,
  path: string,
  { packs = [], onAttempt }: ReplayOptions = {},
): Promise<ReplayedRun> {
  const reader = new RecordReader(packs, onAttempt);
  for await (const line of readLines(bytes)) reader.take(line);
  const { opened, observations, canaryFailures, resumes } = reader.soFar();
  const end = reader.end();
  const { identity, plan, checker } = opened;
  const verdict = judge({ plan, suite: identity.suite, observations, canaryFailures, resumes });
  checker.checkComplete(verdict.stop !== null);
  compareEnd(end, endRecord(verdict, observations.length, `0x${end.preceding.slice(2)}`));
  const evidenceHash = `0x${reader.blobHash.digest("hex")}` as const;
  const evaluation = { ...summarise(identity, verdict, observations), evidenceHash, path };
  return { identity, verdict, evaluation };
}

function compareEnd({ record: recorded, where }: ReadEnd, expected: EndRecord): void {
  for (const [field, value] of Object.entries(expected)) {
    const found = Object.entries(recorded).find(([name]) => name === field)?.[1];
    if (canonicalJson(found) === canonicalJson(value)) continue;
    throw new ReplayMismatch(
      `${where}, field ${field}`,
      `recorded ${canonicalJson(found)}, derived ${canonicalJson(value)}`,
    );
  }
}
