import { createHash } from "node:crypto";
import type { AttemptRecord, EndRecord, ResumeRecord } from "../evidence/evidenceRecord.ts";
import { checkHash, type ParsedLine, parseLine } from "../evidence/parseLine.ts";
import type { Observation } from "../run/observation.ts";
import type { Pack } from "../suite/pack.ts";
import { type Opened, openHeader } from "./openHeader.ts";
import { ReplayMismatch } from "./replayMismatch.ts";

/** What the lines read so far tell. */
export interface ReadSoFar {
  readonly opened: Opened;
  /** In the order of the records. */
  readonly observations: readonly Observation[];
  readonly canaryFailures: readonly number[];
  readonly resumes: readonly ResumeRecord[];
  /** The latest time in any record, microseconds since the run began. */
  readonly lastTime: number;
}

/** A blob's last line. */
export interface ReadEnd {
  readonly record: EndRecord;
  readonly where: string;
  /** SHA-256 of every byte before it, as 0x and 64 hex digits. */
  readonly preceding: string;
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

/** Reads a blob line by line and holds every record against the plan that its header gives. */
export class RecordReader {
  /** Over all lines taken. */
  readonly blobHash = createHash("sha256");
  readonly #observations: Observation[] = [];
  readonly #canaryFailures: number[] = [];
  readonly #resumes: ResumeRecord[] = [];
  readonly #packs: readonly Pack[];
  readonly #onAttempt: AttemptReader | undefined;
  #opened: Opened | null = null;
  #end: ReadEnd | null = null;
  #preceding = "";
  #lines = 0;

  #lastTime = 0;

  /** @param packs opened private packs that the suite may commit to */
  constructor(packs: readonly Pack[], onAttempt?: AttemptReader) {
    this.#packs = packs;
    this.#onAttempt = onAttempt;
  }

  /** @throws ReplayMismatch */
  take(bytes: Buffer): void {
    this.#lines += 1;
    if (this.#end) throw new ReplayMismatch(`line ${this.#lines}`, "stands after the end record");
    const line = parseLine(bytes, this.#lines);
    if (line.record.kind === "end") this.#preceding = `0x${this.blobHash.copy().digest("hex")}`;
    this.blobHash.update(bytes).update("\n");
    this.#takeRecord(line);
  }

  /** @throws ReplayMismatch when there was no line at all */
  soFar(): ReadSoFar {
    if (!this.#opened) throw new ReplayMismatch("line 1", "is missing: the blob is empty");
    return {
      opened: this.#opened,
      observations: this.#observations,
      canaryFailures: this.#canaryFailures,
      resumes: this.#resumes,
      lastTime: this.#lastTime,
    };
  }

  /** @throws ReplayMismatch when the last line read is none */
  end(): ReadEnd {
    if (!this.#end) throw new ReplayMismatch(`line ${this.#lines + 1}`, "is missing: the blob has no end record");
    return this.#end;
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
        this.#note(record.end);
        return;
      }
      case "phase":
        this.#opened?.checker.begin(record, where);
        checkHash(line, where);
        this.#note(record.at);
        return;
      case "canary":
        if (record.source === "reference" && this.#opened?.referenceUrl === null) {
          throw new ReplayMismatch(`${where}, field source`, "the header names no reference URL");
        }
        checkHash(line, where);
        this.#canaryFailures.push(record.at);
        this.#note(record.at);
        return;
      case "resume":
        this.#takeResume(record, where);
        checkHash(line, where);
        return;
      case "end":
        this.#end = { record, where: `${where} (end record)`, preceding: this.#preceding };
        checkHash(line, this.#end.where);
    }
  }

  /** The clock goes on where it stood: what lies between is the gap, and nothing else. */
  #takeResume(record: ResumeRecord, where: string): void {
    const expected = this.#lastTime + record.gap;
    if (record.at !== expected)
      throw new ReplayMismatch(`${where}, field at`, `recorded ${record.at}, expected ${expected}`);
    this.#opened?.checker.resume(record, where);
    this.#resumes.push(record);
    this.#note(record.at);
  }

  #note(time: number): void {
    this.#lastTime = Math.max(this.#lastTime, time);
  }
}
