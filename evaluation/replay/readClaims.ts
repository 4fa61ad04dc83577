import { canonicalJson } from "../evidence/canonicalJson.ts";
import type { AttemptRecord, EndRecord } from "../evidence/evidenceRecord.ts";
import { type ClaimedTree, claimsOf } from "../evidence/findWrongSums.ts";
import { packLanes } from "../evidence/lanes.ts";
import { type EvidenceRecord, type ParsedLine, parseLine } from "../evidence/parseLine.ts";
import { readLines } from "../evidence/readLines.ts";
import { itemHash, judge, type Verdict } from "../grading/judge.ts";
import type { RunIdentity } from "../grading/runIdentity.ts";
import type { Plan } from "../plan/plan.ts";
import type { Observation } from "../run/observation.ts";
import type { Pack } from "../suite/pack.ts";
import { type Opened, openHeader } from "./openHeader.ts";
import { ReplayMismatch } from "./replayMismatch.ts";

/** The first record that is not what the seed and its own bytes demand. */
export interface WrongRecord {
  readonly where: string;
  readonly why: string;
  /** Null when it belongs to none. */
  readonly item: number | null;
  /** 64 hex digits; null when what is wrong is that it is missing. */
  readonly recordHash: string | null;
}

/** A blob taken at its word: grades and sums as its records claim them, and what is wrong with them first. */
export interface Claims {
  readonly identity: RunIdentity;
  readonly plan: Plan;
  readonly verdict: Verdict;
  readonly tree: ClaimedTree;
  readonly end: EndRecord;
  readonly wrong: WrongRecord | null;
  /** Canonical JSON of the records of the item asked for, by hash. */
  readonly recordsOf: (item: number) => readonly ClaimedRecord[];
}

/** A record as it stands in the blob. */
export interface ClaimedRecord {
  /** 64 hex digits. */
  readonly hash: string;
  readonly text: string;
}

/**
 * Reads a blob without believing or refusing it: what an evaluator published, to be opened or disproved.
 * @throws ReplayMismatch when a line cannot be read at all, or header or end are missing
 */
export async function readClaims(bytes: AsyncIterable<Buffer>, packs: readonly Pack[] = []): Promise<Claims> {
  const reader = new ClaimsReader(packs);
  for await (const line of readLines(bytes)) reader.take(line);
  return reader.finish();
}

class ClaimsReader {
  readonly #attempts: { record: AttemptRecord; hash: string }[] = [];
  readonly #canaryFailures: number[] = [];
  readonly #packs: readonly Pack[];
  #opened: Opened | null = null;
  #end: EndRecord | null = null;
  #wrong: WrongRecord | null = null;
  #lines = 0;

  constructor(packs: readonly Pack[]) {
    this.#packs = packs;
  }

  take(bytes: Buffer): void {
    this.#lines += 1;
    const line = parseLine(bytes, this.#lines);
    const { record, where } = line;
    if (record.kind === "header") this.#opened ??= openHeader(record, where, this.#packs);
    else if (record.kind === "attempt") this.#takeAttempt(record, line);
    else if (record.kind === "phase") this.#holding(record, line, () => this.#opened?.checker.begin(record, where));
    else if (record.kind === "resume") this.#holding(record, line, () => this.#opened?.checker.resume(record, where));
    else if (record.kind === "canary") this.#canaryFailures.push(record.at);
    else if (record.kind === "end") this.#end = record;
  }

  finish(): Claims {
    if (!this.#opened) throw new ReplayMismatch("line 1", "is no header: nothing follows from this blob");
    if (!this.#end) throw new ReplayMismatch(`line ${this.#lines + 1}`, "is missing: the blob has no end record");
    const { identity, plan } = this.#opened;
    const observations = this.#attempts.map(({ record, hash }) => claimedObservation(record, hash));
    const verdict = judge({ plan, suite: identity.suite, observations, canaryFailures: this.#canaryFailures });
    const leaves = verdict.items.map(({ observations: seen, sums, counts }) => ({
      itemHash: itemHash(seen),
      sums: packLanes(sums),
      counts: packLanes(counts),
    }));
    return {
      identity,
      plan,
      verdict,
      tree: claimsOf(verdict.tree, leaves),
      end: this.#end,
      wrong: this.#wrong ?? this.#missing(verdict),
      recordsOf: (item) => this.#recordsOf(verdict, item),
    };
  }

  #takeAttempt(record: AttemptRecord, line: ParsedLine): void {
    this.#attempts.push({ record, hash: line.hash });
    this.#holding(record, line, () => this.#opened?.checker.check(record, line.where, line.hash));
  }

  /** Holds a record against the plan. Once one is wrong, those after it cannot be judged by it. */
  #holding(record: EvidenceRecord, { hash }: ParsedLine, check: () => unknown): void {
    if (this.#wrong) return;
    try {
      check();
    } catch (error) {
      if (!(error instanceof ReplayMismatch)) throw error;
      const item = record.kind === "attempt" ? record.item : null;
      this.#wrong = { where: error.where, why: error.why, item, recordHash: hash };
    }
  }

  #missing({ stop }: Verdict): WrongRecord | null {
    try {
      this.#opened?.checker.checkComplete(stop !== null);
      return null;
    } catch (error) {
      if (!(error instanceof ReplayMismatch)) throw error;
      const item = Number(/item (\d+)/.exec(error.where)?.[1] ?? 0);
      return { where: error.where, why: error.why, item, recordHash: null };
    }
  }

  #recordsOf({ items }: Verdict, item: number): ClaimedRecord[] {
    const texts = new Map(this.#attempts.map(({ record, hash }) => [hash, record]));
    return (items[item]?.observations ?? []).map(({ recordHash }) => ({
      hash: recordHash,
      // A line that is not canonical was refused when it was read.
      text: canonicalJson(texts.get(recordHash)),
    }));
  }
}

/** What a record says it came to, with nothing derived. */
function claimedObservation(record: AttemptRecord, recordHash: string): Observation {
  const { item, probe, attempt, failure, detail, answer, grade, scheduled, sent, end, late, tokenTimes } = record;
  return {
    item,
    probe,
    attempt,
    failure,
    detail,
    answer,
    grade,
    inventions: [],
    cleanup: null,
    isLooselyRight: false,
    scheduled,
    sent,
    end,
    late,
    tokenTimes,
    recordHash,
  };
}
