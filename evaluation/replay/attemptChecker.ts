import type { AttemptRecord } from "../evidence/evidenceRecord.ts";
import { type Assessment, assess } from "../grading/assess.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Plan, Unit } from "../plan/plan.ts";
import type { Item, Probe } from "../plan/probe.ts";
import { type Message, requestBody } from "../plan/requestBody.ts";
import { Abandonment } from "../run/abandonment.ts";
import type { Observation } from "../run/observation.ts";
import type { Suite } from "../suite/suite.ts";
import type { TransportFailure } from "../transport/failure.ts";
import type { RawReply } from "../transport/readCompletion.ts";
import { ReplayMismatch } from "./replayMismatch.ts";

/** Timers may fire this much early, in microseconds. */
const timerSlack = 2_000;

/** What has been read of one probe so far. */
interface Progress {
  attempts: number;
  text: string | null;
  end: number;
}

/** Holds every attempt against the plan: the request must be the one the seed demands, the grade the one the body earns. */
export class AttemptChecker {
  readonly #plan: Plan;
  readonly #suite: Suite;
  readonly #manifest: Manifest;
  readonly #progress = new Map<string, Progress>();
  readonly #abandonment: Abandonment;

  constructor(plan: Plan, suite: Suite, manifest: Manifest) {
    this.#plan = plan;
    this.#suite = suite;
    this.#manifest = manifest;
    this.#abandonment = new Abandonment(suite.transport.abandonAfter);
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
    this.#remember(record, assessment);
    const { failure, answer, grade, inventions, cleanup } = assessment;
    const { attempt, detail, sent, end } = record;
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
      sent,
      end,
      recordHash,
    };
  }

  /** Whether everything that had to be sent is there. @throws ReplayMismatch naming the first unit that is not */
  checkComplete(): void {
    const { order, items } = this.#plan;
    const sent = order.filter((unit) => this.#of(unit.item, unit.probes[0] ?? 0)).length;
    order.forEach((unit, place) => {
      const item = items[unit.item];
      const where = `end of the blob (${item?.family} item ${unit.item}, probe ${unit.probes[0]})`;
      if (place >= sent) return;
      if (!this.#isOver(unit))
        throw new ReplayMismatch(where, "attempts are missing: it neither succeeded nor was given up");
    });
    if (sent < order.length && !this.#abandonment.reached) {
      const next = order.find((unit) => !this.#of(unit.item, unit.probes[0] ?? 0));
      throw new ReplayMismatch(
        `end of the blob (item ${next?.item}, probe ${next?.probes[0]})`,
        "no attempt is recorded, and the run had no reason to give up",
      );
    }
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
    if (sent < earliest) throw mismatch(where, "sent", sent, `${earliest} or later`);
  }

  /** The messages up to this probe: its own alone, or a conversation with the replies that are in the evidence. */
  #history(item: Item, probe: Probe, record: AttemptRecord, where: string): Message[] {
    const messages: Message[] = [];
    for (let turn = 0; item.family === "C" && turn < record.probe; turn++) {
      const text = this.#of(item.index, turn)?.text ?? null;
      if (text === null) throw mismatch(where, "probe", record.probe, `turn ${turn} first`);
      messages.push({ role: "user", content: item.probes[turn]?.prompt ?? "" }, { role: "assistant", content: text });
    }
    return [...messages, { role: "user", content: probe.prompt }];
  }

  #assess(probe: Probe, record: AttemptRecord, where: string): Assessment {
    const reply = rawReply(record, this.#suite.transport.maxBodyBytes);
    const assessment = assess(probe, reply, record.family);
    const { failure, answer, grade } = assessment;
    expectSame(where, record, { body: reply.body.toString("base64"), failure, answer, grade });
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

/**
 * What the connection gave, out of the record. Connection failures can only be taken at their word;
 * everything else follows again from status and body.
 */
function rawReply({ status, body, failure }: AttemptRecord, maxBodyBytes: number): RawReply {
  const bytes = Buffer.from(body, "base64");
  return { status, body: bytes, failure: transportFailure(failure, bytes.length >= maxBodyBytes) };
}

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
  return new ReplayMismatch(`${where}, field ${field}`, `recorded ${excerpt(recorded)}, expected ${excerpt(expected)}`);
}

function excerpt(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
