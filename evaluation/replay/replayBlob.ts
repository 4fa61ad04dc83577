import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Evaluation } from "../evaluation.ts";
import { EvaluationError } from "../evaluationError.ts";
import { canonicalJson } from "../evidence/canonicalJson.ts";
import type { AttemptRecord, EndRecord, Header } from "../evidence/evidenceRecord.ts";
import { checkHash, type ParsedLine, parseLine } from "../evidence/parseLine.ts";
import { readLines } from "../evidence/readLines.ts";
import { endRecord } from "../grading/endRecord.ts";
import { judge, type Verdict } from "../grading/judge.ts";
import type { RunIdentity } from "../grading/runIdentity.ts";
import { summarise } from "../grading/summarise.ts";
import { parseManifest } from "../manifest/manifest.ts";
import { buildPlan, type Plan } from "../plan/plan.ts";
import type { Observation } from "../run/observation.ts";
import type { Pack } from "../suite/pack.ts";
import { parseSuite } from "../suite/suite.ts";
import { AttemptChecker } from "./attemptChecker.ts";
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

/** An attempt once it was checked. */
export interface CheckedAttempt {
  readonly record: AttemptRecord;
  readonly observation: Observation;
  /** What the model said; null when the attempt failed. */
  readonly text: string | null;
  /** Its place in the blob, from 1. */
  readonly line: number;
}

export type AttemptReader = (attempt: CheckedAttempt) => void;

/** The same, with what was asked and what every item came to. @throws ReplayMismatch */
export async function replayRun(
  path: string,
  opened: readonly Pack[] = [],
  onAttempt?: AttemptReader,
): Promise<ReplayedRun> {
  const replay = new BlobReplay(opened, onAttempt);
  for await (const line of readLines(path)) replay.take(line);
  const run = replay.finish(path);
  const { evaluation } = run;
  const named = /^(0x[0-9a-f]{64})\.ndjson$/.exec(basename(path))?.[1];
  if (named !== undefined && named !== evaluation.evidenceHash) {
    throw new ReplayMismatch(`file name ${basename(path)}`, `the blob's SHA-256 is ${evaluation.evidenceHash}`);
  }
  return run;
}

/** What the header gives. */
interface Opened {
  readonly identity: RunIdentity;
  readonly plan: Plan;
  readonly checker: AttemptChecker;
  readonly referenceUrl: string | null;
}

class BlobReplay {
  readonly #onAttempt: AttemptReader | undefined;
  readonly #blobHash = createHash("sha256");
  readonly #observations: Observation[] = [];
  readonly #canaryFailures: number[] = [];
  readonly #packs: readonly Pack[];
  #opened: Opened | null = null;
  #end: EndRecord | null = null;
  #endWhere = "";
  #preceding = "";
  #lines = 0;

  constructor(packs: readonly Pack[], onAttempt?: AttemptReader) {
    this.#packs = packs;
    this.#onAttempt = onAttempt;
  }

  take(bytes: Buffer): void {
    this.#lines += 1;
    if (this.#end) throw new ReplayMismatch(`line ${this.#lines}`, "stands after the end record");
    const line = parseLine(bytes, this.#lines);
    if (line.record.kind === "end") this.#preceding = `0x${this.#blobHash.copy().digest("hex")}`;
    this.#blobHash.update(bytes).update("\n");
    this.#takeRecord(line);
  }

  finish(path: string): ReplayedRun {
    if (!this.#opened) throw new ReplayMismatch("line 1", "is missing: the blob is empty");
    if (!this.#end) throw new ReplayMismatch(`line ${this.#lines + 1}`, "is missing: the blob has no end record");
    const { identity, plan, checker } = this.#opened;
    const evidence = {
      plan,
      suite: identity.suite,
      observations: this.#observations,
      canaryFailures: this.#canaryFailures,
    };
    const verdict = judge(evidence);
    checker.checkComplete(verdict.stop !== null);
    const expected = endRecord(verdict, this.#observations.length, `0x${this.#preceding.slice(2)}`);
    compareEnd(this.#end, expected, this.#endWhere);
    const evidenceHash = `0x${this.#blobHash.digest("hex")}` as const;
    const evaluation = { ...summarise(identity, verdict, this.#observations), evidenceHash, path };
    return { identity, verdict, evaluation };
  }

  #takeRecord(line: ParsedLine): void {
    const { record, where } = line;
    if ((record.kind === "header") !== (this.#lines === 1)) {
      throw new ReplayMismatch(`${where}, field kind`, "the header stands in line 1 and nowhere else");
    }
    switch (record.kind) {
      case "header":
        // Hash first: a changed seed or suite would show as a wrong request in every later line.
        checkHash(line, where);
        this.#opened = openHeader(record, where, this.#packs);
        return;
      case "attempt": {
        const place = `${where} (${record.family} item ${record.item}, probe ${record.probe}, attempt ${record.attempt})`;
        if (!this.#opened) return;
        const { checker } = this.#opened;
        const observation = checker.check(record, place, line.hash);
        checkHash(line, place);
        this.#observations.push(observation);
        this.#onAttempt?.({ record, observation, text: checker.textOf(record), line: this.#lines });
        return;
      }
      case "phase":
        this.#opened?.checker.begin(record, where);
        checkHash(line, where);
        return;
      case "canary":
        if (record.source === "reference" && this.#opened?.referenceUrl === null) {
          throw new ReplayMismatch(`${where}, field source`, "the header names no reference URL");
        }
        checkHash(line, where);
        this.#canaryFailures.push(record.at);
        return;
      case "end":
        this.#end = record;
        this.#endWhere = `${where} (end record)`;
        checkHash(line, this.#endWhere);
    }
  }
}

function openHeader(header: Header, where: string, packs: readonly Pack[]): Opened {
  const { profile, seed, context } = header;
  try {
    const manifest = parseManifest(header.manifest, `${where}, field manifest`);
    const suite = parseSuite(header.suite, `${where}, field suite`, packs);
    // Kept as strings of hex by the schema; the template type is narrower than what zod infers.
    const previous = header.previous ?? undefined;
    const identity: RunIdentity = { manifest, suite, profile, seed: `0x${seed.slice(2)}`, context, previous };
    const plan = buildPlan(identity);
    const checker = new AttemptChecker({ plan, suite, manifest, seed: identity.seed });
    return { identity, plan, checker, referenceUrl: header.referenceUrl };
  } catch (error) {
    if (error instanceof EvaluationError) throw new ReplayMismatch(where, error.message);
    throw error;
  }
}

function compareEnd(recorded: EndRecord, expected: EndRecord, where: string): void {
  for (const [field, value] of Object.entries(expected)) {
    const found = Object.entries(recorded).find(([name]) => name === field)?.[1];
    if (canonicalJson(found) === canonicalJson(value)) continue;
    throw new ReplayMismatch(
      `${where}, field ${field}`,
      `recorded ${canonicalJson(found)}, derived ${canonicalJson(value)}`,
    );
  }
}
