import { type AttemptRecord, maxResumes, type PhaseRecord, type ResumeRecord } from "../evidence/evidenceRecord.ts";
import { type Assessment, assess } from "../grading/assess.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Plan } from "../plan/plan.ts";
import type { Item, Probe } from "../plan/probe.ts";
import { type Message, requestBody } from "../plan/requestBody.ts";
import type { Unit } from "../plan/sendingOrder.ts";
import { unitsOf } from "../plan/unitsOf.ts";
import { Abandonment } from "../run/abandonment.ts";
import type { Observation } from "../run/observation.ts";
import type { Suite } from "../suite/suite.ts";
import type { TransportFailure } from "../transport/failure.ts";
import { ReplayMismatch } from "./replayMismatch.ts";
import { WireChecker } from "./wireChecker.ts";

/** Timers may fire this much early, in microseconds. */
const timerSlack = 2_000;

/** What has been read of one probe so far. */
interface Progress {
  attempts: number;
  text: string | null;
  end: number;
}

interface CheckerParts {
  readonly plan: Plan;
  readonly suite: Suite;
  readonly manifest: Manifest;
  readonly seed: string;
}

/** Holds every attempt against the plan: the request must be the one the seed demands, the grade the one the body earns. */
export class AttemptChecker {
  readonly #plan: Plan;
  readonly #suite: Suite;
  readonly #manifest: Manifest;
  readonly #progress = new Map<string, Progress>();
  readonly #wire: WireChecker;
  readonly #abandonment: Abandonment;
  /** When each load request was due after the beginning of its step, by item and probe; and when the steps began. */
  readonly #arrivals: ReadonlyMap<string, { stratum: string; offset: number }>;
  readonly #phases = new Map<string, number>();
  /** The step that an interruption cut, which may begin once more for what is left of it. */
  #cutStep: string | null = null;
  #resumedAt = 0;
  #resumes = 0;

  constructor({ plan, suite, manifest, seed }: CheckerParts) {
    this.#plan = plan;
    this.#suite = suite;
    this.#manifest = manifest;
    this.#wire = new WireChecker(manifest, seed);
    this.#abandonment = new Abandonment(suite.transport.abandonAfter);
    this.#arrivals = new Map(
      plan.load.flatMap(({ stratum, arrivals }) =>
        arrivals.map(({ item, probe, offset }) => [`${item}/${probe}`, { stratum, offset }] as const),
      ),
    );
  }

  /** Steps of the load phase begin in their order, each once, and once more after an interruption. @throws ReplayMismatch */
  begin({ stratum, at }: PhaseRecord, where: string): void {
    const expected = this.#plan.load[this.#phases.size]?.stratum;
    const goesOn = stratum === this.#cutStep;
    this.#cutStep = null;
    if (stratum !== expected && !goesOn) throw mismatch(where, "stratum", stratum, expected ?? "no further step");
    this.#phases.set(stratum, at);
  }

  /** The run was interrupted and goes on. @throws ReplayMismatch when it was too often */
  resume({ at }: ResumeRecord, where: string): void {
    this.#resumes += 1;
    if (this.#resumes > maxResumes)
      throw new ReplayMismatch(where, `is resumption ${this.#resumes}, of at most ${maxResumes}`);
    this.#resumedAt = at;
    this.#cutStep = this.#plan.load[this.#phases.size - 1]?.stratum ?? null;
  }

  /** What is recorded of a probe: attempts, and the reply of the one that succeeded. */
  progressOf(item: number, probe: number): Readonly<Pick<Progress, "attempts" | "text">> | undefined {
    return this.#of(item, probe);
  }

  /** Whether a step of the load phase has begun. */
  hasBegun(stratum: string): boolean {
    return this.#phases.has(stratum);
  }

  /** @throws ReplayMismatch naming the field */
  check(record: AttemptRecord, where: string, recordHash: string): Observation {
    const item = this.#plan.items[record.item];
    if (!item) throw mismatch(where, "item", record.item, `0..${this.#plan.items.length - 1}`);
    const probe = item.probes[record.probe];
    if (!probe) throw mismatch(where, "probe", record.probe, `0..${item.probes.length - 1}`);
    expectSame(where, record, { family: item.family, stratum: probe.stratum, salt: probe.salt, grader: probe.grader });
    this.#checkAttempt(record, where);
    expectSame(where, record, {
      request: requestBody(this.#manifest, this.#suite, this.#history(item, probe, record, where)),
    });
    const assessment = this.#assess(probe, record, where);
    checkTimes(record, where);
    this.#checkSchedule(record, where);
    this.#remember(record, assessment);
    const { failure, answer, grade, inventions, cleanup, isLooselyRight } = assessment;
    const { attempt, detail, scheduled, sent, end, late } = record;
    return {
      item: item.index,
      probe: record.probe,
      attempt,
      failure,
      detail,
      answer,
      grade,
      inventions,
      cleanup,
      isLooselyRight,
      scheduled,
      sent,
      end,
      late,
      tokenTimes: record.tokenTimes,
      recordHash,
    };
  }

  /**
   * Whether everything that had to be sent is there.
   * @param stopped whether the main phase had reason to end early
   * @throws ReplayMismatch naming the first unit that is not there
   */
  checkComplete(stopped: boolean): void {
    const { order, load } = this.#plan;
    const loadUnits = load.flatMap(({ arrivals }) => arrivals.map(({ item, probe }) => ({ item, probes: [probe] })));
    this.#checkPhase(order, stopped || this.#abandonment.reached);
    this.#checkPhase(loadUnits, this.#abandonment.reached);
  }

  /** Units are sent in order: what was begun is complete, and there is a reason for whatever was not begun. */
  #checkPhase(units: readonly Unit[], mayEndEarly: boolean): void {
    const begun = units.filter((unit) => this.#of(unit.item, unit.probes[0] ?? 0)).length;
    const unfinished = units.slice(0, begun).find((unit) => !this.#isOver(unit));
    if (unfinished) {
      throw this.#missing(unfinished, "attempts are missing: it neither succeeded nor was given up");
    }
    const next = units[begun];
    if (next && !mayEndEarly) throw this.#missing(next, "no attempt is recorded, and the run had no reason to give up");
  }

  #missing({ item, probes }: Unit, why: string): ReplayMismatch {
    const family = this.#plan.items[item]?.family;
    return new ReplayMismatch(`end of the blob (${family} item ${item}, probe ${probes[0]})`, why);
  }

  /** What the model said in the attempt of this probe that was checked last; null when it failed. */
  textOf({ item, probe }: Pick<AttemptRecord, "item" | "probe">): string | null {
    return this.#of(item, probe)?.text ?? null;
  }

  #of(item: number, probe: number): Progress | undefined {
    return this.#progress.get(`${item}/${probe}`);
  }

  /** Attempts come in order, only after a failure, and not before the suite's delay. */
  #checkAttempt({ item, probe, attempt, sent }: AttemptRecord, where: string): void {
    const before = this.#of(item, probe);
    if (attempt !== (before?.attempts ?? 0)) throw mismatch(where, "attempt", attempt, before?.attempts ?? 0);
    if (before && before.text !== null) throw mismatch(where, "attempt", attempt, "none after a success");
    const delays = this.#suite.transport.retryDelaysMs;
    if (attempt > delays.length) throw mismatch(where, "attempt", attempt, `at most ${delays.length}`);
    const earliest = before ? before.end + (delays[attempt - 1] ?? 0) * 1000 - timerSlack : 0;
    const from = Math.max(earliest, this.#resumedAt);
    if (sent < from) throw mismatch(where, "sent", sent, `${from} or later`);
  }

  /** A load request has its time in the plan; what the evaluator calls its own lateness lies between schedule and sending. */
  #checkSchedule({ item, probe, attempt, scheduled, sent, late }: AttemptRecord, where: string): void {
    const arrival = attempt === 0 ? this.#arrivals.get(`${item}/${probe}`) : undefined;
    if (arrival) {
      const begun = this.#phases.get(arrival.stratum);
      if (begun === undefined)
        throw mismatch(where, "scheduled", scheduled, `the step ${arrival.stratum} to have begun`);
      if (scheduled !== begun + arrival.offset) throw mismatch(where, "scheduled", scheduled, begun + arrival.offset);
    }
    const latest = Math.max(0, sent - scheduled);
    if (late > latest) throw mismatch(where, "late", late, `at most ${latest}`);
  }

  /** The messages up to this probe: its own alone, or a conversation with the replies that are in the evidence. */
  #history(item: Item, probe: Probe, record: AttemptRecord, where: string): Message[] {
    const messages: Message[] = [];
    const unit = unitsOf(item).find((probes) => probes.includes(record.probe)) ?? [];
    for (const turn of unit.filter((before) => before < record.probe)) {
      const text = this.#of(item.index, turn)?.text ?? null;
      if (text === null) throw mismatch(where, "probe", record.probe, `turn ${turn} first`);
      messages.push({ role: "user", content: item.probes[turn]?.prompt ?? "" }, { role: "assistant", content: text });
    }
    return [...messages, { role: "user", content: probe.prompt }];
  }

  #assess(probe: Probe, record: AttemptRecord, where: string): Assessment {
    const body = Buffer.from(record.body, "base64");
    const authentic = this.#wire.check(record, body, where);
    const failure = transportFailure(record.failure, body.length >= this.#suite.transport.maxBodyBytes);
    const reply = { status: record.status, body, failure, streaming: this.#manifest.streaming ?? false, authentic };
    const assessment = assess(probe, reply, { family: record.family, elapsedMicros: record.end - record.sent });
    const { answer, grade } = assessment;
    expectSame(where, record, { body: body.toString("base64"), failure: assessment.failure, answer, grade });
    return assessment;
  }

  #remember(record: AttemptRecord, { text }: Assessment): void {
    const { item, probe, attempt, end } = record;
    this.#progress.set(`${item}/${probe}`, { attempts: attempt + 1, text, end });
    if (text !== null) this.#abandonment.note(true);
    else if (attempt === this.#suite.transport.retryDelaysMs.length) this.#abandonment.note(false);
  }

  /** Every probe succeeded, or one was tried as often as the suite allows and ended the unit. */
  #isOver({ item, probes }: Unit): boolean {
    for (const probe of probes) {
      const progress = this.#of(item, probe);
      if (!progress) return false;
      if (progress.text === null) return progress.attempts === 1 + this.#suite.transport.retryDelaysMs.length;
    }
    return true;
  }
}

/** Connection failures can only be taken at their word; everything else follows again from status and body. */
function transportFailure(failure: AttemptRecord["failure"], atBound: boolean): TransportFailure | null {
  if (failure === "truncated") return atBound ? "truncated" : null;
  const observed = ["connect", "tls", "timeout", "streamBroken"] as const;
  return observed.find((kind) => kind === failure) ?? null;
}

function checkTimes({ sent, firstByte, end }: AttemptRecord, where: string): void {
  if (firstByte !== null && firstByte < sent) throw mismatch(where, "firstByte", firstByte, `${sent} or later`);
  if (end < (firstByte ?? sent)) throw mismatch(where, "end", end, `${firstByte ?? sent} or later`);
}

function expectSame(where: string, record: AttemptRecord, expected: Partial<AttemptRecord>): void {
  const recorded: Partial<AttemptRecord> = record;
  for (const [field, value] of Object.entries(expected)) {
    const found = Object.entries(recorded).find(([name]) => name === field)?.[1];
    if (found !== value) throw mismatch(where, field, found, value);
  }
}

function mismatch(where: string, field: string, recorded: unknown, expected: unknown): ReplayMismatch {
  const [found, wanted] = [textOf(recorded), textOf(expected)];
  const from = Math.max(0, firstDifference(found, wanted) - 80);
  return new ReplayMismatch(
    `${where}, field ${field}`,
    `recorded ${excerpt(found, from)}, expected ${excerpt(wanted, from)}`,
  );
}

const textOf = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

/** At most 160 characters, from `from` on: long texts often begin alike. */
function excerpt(text: string, from: number): string {
  const end = from + 160;
  return `${from > 0 ? "…" : ""}${text.slice(from, end)}${text.length > end ? "…" : ""}`;
}
