import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import type { Evaluation } from "../evaluation.ts";
import { canonicalJson } from "../evidence/canonicalJson.ts";
import type { EndRecord } from "../evidence/evidenceRecord.ts";
import { checkHash, type ParsedLine, parseLine } from "../evidence/parseLine.ts";
import { readLines } from "../evidence/readLines.ts";
import { endRecord } from "../grading/endRecord.ts";
import { judge, type Verdict } from "../grading/judge.ts";
import type { RunIdentity } from "../grading/runIdentity.ts";
import { summarise } from "../grading/summarise.ts";
import type { Observation } from "../run/observation.ts";
import { type Opened, openHeader } from "./openHeader.ts";
import { ReplayMismatch } from "./replayMismatch.ts";

/**
 * Derives plan, grades, sums, root and word again from a blob alone, and holds every byte of it against them.
 * @throws ReplayMismatch at the first line that differs
 */
export async function replayBlob(path: string): Promise<Evaluation> {
  return (await replayRun(path)).evaluation;
}

/** A run as its blob tells it. */
export interface ReplayedRun {
  readonly identity: RunIdentity;
  readonly verdict: Verdict;
  readonly evaluation: Evaluation;
}

/** The same, with what was asked and what every item came to. @throws ReplayMismatch */
export async function replayRun(path: string): Promise<ReplayedRun> {
  const run = await replayBytes(createReadStream(path), path);
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
export async function replayBytes(bytes: AsyncIterable<Buffer>, path: string): Promise<ReplayedRun> {
  const replay = new BlobReplay();
  for await (const line of readLines(bytes)) replay.take(line);
  return replay.finish(path);
}

class BlobReplay {
  readonly #blobHash = createHash("sha256");
  readonly #observations: Observation[] = [];
  readonly #canaryFailures: number[] = [];
  #opened: Opened | null = null;
  #end: EndRecord | null = null;
  #endWhere = "";
  #preceding = "";
  #lines = 0;

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
        this.#opened = openHeader(record, where);
        return;
      case "attempt": {
        const place = `${where} (${record.family} item ${record.item}, probe ${record.probe}, attempt ${record.attempt})`;
        const observation = this.#opened?.checker.check(record, place, line.hash);
        checkHash(line, place);
        if (observation) this.#observations.push(observation);
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
