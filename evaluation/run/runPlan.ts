import { setTimeout as sleep } from "node:timers/promises";
import type { Hex } from "../../domain/hex.ts";
import { canonicalJson } from "../evidence/canonicalJson.ts";
import { type AttemptRecord, canonicalAttempt, type PhaseRecord } from "../evidence/evidenceRecord.ts";
import type { EvidenceWriter } from "../evidence/evidenceWriter.ts";
import { type Assessment, assess } from "../grading/assess.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Arrival, LoadStep } from "../plan/arrivals.ts";
import type { Plan } from "../plan/plan.ts";
import type { Item, Probe } from "../plan/probe.ts";
import { type Message, requestBody } from "../plan/requestBody.ts";
import type { Unit } from "../plan/sendingOrder.ts";
import type { Suite } from "../suite/suite.ts";
import type { Exchange } from "../transport/exchange.ts";
import { attemptNonce } from "../transport/responseSignature.ts";
import type { Transport } from "../transport/transport.ts";
import { Abandonment } from "./abandonment.ts";
import type { Observation } from "./observation.ts";
import { Pacer } from "./pacer.ts";
import { Places } from "./places.ts";
import { SequentialRun } from "./sequentialRun.ts";
import { sleepUntil } from "./sleepUntil.ts";

export interface RunOptions {
  readonly plan: Plan;
  readonly suite: Suite;
  readonly manifest: Manifest;
  readonly seed: Hex;
  readonly transport: Transport;
  readonly evidence: EvidenceWriter;
  readonly concurrency: number;
  /** Microseconds since the run began. */
  readonly clock: () => number;
  readonly signal?: AbortSignal;
  /** What an interrupted run has left. */
  readonly before?: RunSoFar | undefined;
  /** Called after each unit with how many of all units are over. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What is recorded of a run that goes on. It stands: nothing of it is asked again. */
export interface RunSoFar {
  /** In the order of the records. */
  readonly observations: readonly Observation[];
  /** Attempts of a probe, and the reply of the one that succeeded; undefined when there was none. */
  progressOf(item: number, probe: number): { readonly attempts: number; readonly text: string | null } | undefined;
  /** Whether a step of the load phase has begun. */
  hasBegun(stratum: string): boolean;
}

/**
 * Sends the plan: the main phase, in which `concurrency` workers take units in order and a conversation stays with one worker, then
 * the load phase, whose requests leave at their times whatever became of the others.
 * @returns what was observed, one entry per attempt, in the order of the records
 * @throws what `signal` was aborted with, or what the disk threw
 */
export async function runPlan(options: RunOptions): Promise<Observation[]> {
  const run = new Run(options);
  await settled(Array.from({ length: options.concurrency }, () => run.work()));
  for (const step of options.plan.load) await run.load(step);
  return run.observations;
}

/** Waits for all of them. @throws what the first of them threw */
async function settled(work: readonly Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(work);
  const failed = ended.find((worker) => worker.status === "rejected");
  if (failed) throw failed.reason;
}

/** A probe on its way: what all its attempts have in common. */
interface Errand {
  readonly item: Item;
  readonly probe: Probe;
  readonly probeIndex: number;
  readonly request: string;
}

class Run {
  readonly observations: Observation[] = [];
  readonly #options: RunOptions;
  readonly #pacer: Pacer;
  readonly #abandonment: Abandonment;
  readonly #places: Places;
  readonly #sequential: SequentialRun;
  readonly #total: number;
  /** The last unit that was begun before an interruption: up to there every unit is finished, whatever came of the others. */
  readonly #begun: number;
  #next = 0;
  #done = 0;
  #failed = false;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#pacer = new Pacer(options.manifest.declaredRate, options.clock);
    this.#abandonment = new Abandonment(options.suite.transport.abandonAfter);
    // Not the declared concurrency: in an open loop it is the model's business where arrivals wait for each other.
    this.#places = new Places(options.suite.transport.maxConcurrency, options.clock);
    this.#sequential = new SequentialRun(options.plan, options.suite);
    this.#total = options.plan.load.reduce((sum, { arrivals }) => sum + arrivals.length, options.plan.order.length);
    this.#begun = options.plan.order.findLastIndex(({ item, probes }) => this.#before(item, probes[0] ?? 0));
    for (const observation of options.before?.observations ?? []) this.#note(observation);
  }

  /** Whether there is reason to begin no further unit of the main phase. */
  get #isEnough(): boolean {
    return this.#next > this.#begun && (this.#abandonment.reached || this.#sequential.stopped);
  }

  async work(): Promise<void> {
    const { order } = this.#options.plan;
    try {
      while (!this.#isEnough && !this.#failed) {
        const unit = order[this.#next++];
        if (!unit) return;
        await this.#runUnit(unit);
        this.#options.onProgress?.(++this.#done, this.#total);
      }
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  /**
   * Sends one step of the load phase. Further attempts wait until the step is over: they would be load that nobody scheduled.
   * @throws as runPlan
   */
  async load({ stratum, arrivals }: LoadStep): Promise<void> {
    const { evidence, clock, signal } = this.#options;
    const left = arrivals.filter(({ item, probe }) => !this.#before(item, probe));
    const last = arrivals.findLast(({ item, probe }) => this.#before(item, probe));
    const failed = arrivals.flatMap(({ item, probe }) =>
      this.#isPending(item, probe) ? this.#errandOf(item, probe) : [],
    );
    this.#done += arrivals.length - left.length;
    // What an interruption left of a step arrives at the intervals it was to arrive at, its first request at once.
    const passed = last || this.#options.before?.hasBegun(stratum) ? (left[0]?.offset ?? 0) : 0;
    const begins = Math.max(0, clock() - passed);
    const mayBegin = ({ offset }: Arrival) => !this.#abandonment.reached || (last && offset <= last.offset);
    if (left.some(mayBegin))
      evidence.write(canonicalJson({ kind: "phase", stratum, at: begins } satisfies PhaseRecord));
    const underWay: Promise<void>[] = [];
    try {
      for (const arrival of left) {
        if (!mayBegin(arrival) || this.#failed) break;
        const [errand] = this.#errandOf(arrival.item, arrival.probe);
        if (!errand) continue;
        await sleepUntil(begins + arrival.offset, clock, signal);
        underWay.push(this.#arrive(errand, begins + arrival.offset, failed));
      }
    } finally {
      // Also when the wait was aborted: nobody else would hear what these come to.
      await settled(underWay);
    }
    await settled(failed.map((errand) => this.#retry(errand).then(() => {})));
  }

  #before(item: number, probe: number) {
    return this.#options.before?.progressOf(item, probe);
  }

  /** Tried before an interruption, without a reply, and not as often as it is to be. */
  #isPending(item: number, probe: number): boolean {
    const before = this.#before(item, probe);
    return before?.text === null && before.attempts <= this.#options.suite.transport.retryDelaysMs.length;
  }

  /** The first attempt of a load request, whatever became of the others. */
  async #arrive(errand: Errand, scheduled: number, failed: Errand[]): Promise<void> {
    try {
      const { text } = await this.#runAttempt(errand, 0, scheduled);
      if (text === null) failed.push(errand);
      this.#options.onProgress?.(++this.#done, this.#total);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  #errandOf(itemIndex: number, probeIndex: number): Errand[] {
    const { plan, manifest, suite } = this.#options;
    const item = plan.items[itemIndex];
    const probe = item?.probes[probeIndex];
    if (!item || !probe) return [];
    const request = requestBody(manifest, suite, [{ role: "user", content: probe.prompt }]);
    return [{ item, probe, probeIndex, request }];
  }

  /** Asks a unit's probes in turn, each with the history of the ones before; a turn that never succeeds ends the conversation. */
  async #runUnit(unit: Unit): Promise<void> {
    const { plan, manifest, suite } = this.#options;
    const item = plan.items[unit.item];
    const history: Message[] = [];
    for (const probeIndex of unit.probes) {
      const probe = item?.probes[probeIndex];
      if (!item || !probe) return;
      history.push({ role: "user", content: probe.prompt });
      const text = await this.#runProbe({ item, probe, probeIndex, request: requestBody(manifest, suite, history) });
      if (text === null) return;
      history.push({ role: "assistant", content: text });
    }
  }

  /** Attempt 0 decides; the others only tell a transient failure from a hard one. @returns the first reply, or null */
  async #runProbe(errand: Errand): Promise<string | null> {
    const before = this.#before(errand.item.index, errand.probeIndex);
    if (before) return before.text ?? this.#retry(errand);
    const { text } = await this.#runAttempt(errand, 0, await this.#slot());
    return text ?? this.#retry(errand);
  }

  /** The attempts after one that failed. */
  async #retry(errand: Errand): Promise<string | null> {
    const tried = this.#before(errand.item.index, errand.probeIndex)?.attempts ?? 1;
    for (const [index, delayMs] of this.#options.suite.transport.retryDelaysMs.entries()) {
      if (index + 1 < tried) continue;
      await this.#pause(delayMs);
      const { text } = await this.#runAttempt(errand, index + 1, await this.#slot());
      if (text !== null) return text;
    }
    return null;
  }

  /** The next time that the declared rate leaves free. */
  async #slot(): Promise<number> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    return this.#pacer.slot(signal);
  }

  /** Sends one attempt as soon as there is a place in flight, and writes its record. */
  async #runAttempt(errand: Errand, attempt: number, scheduled: number): Promise<Assessment> {
    const freeSince = await this.#places.take();
    try {
      return await this.#sendAttempt(errand, attempt, { scheduled, due: Math.max(scheduled, freeSince) });
    } finally {
      this.#places.free();
    }
  }

  async #sendAttempt(errand: Errand, attempt: number, { scheduled, due }: Departure): Promise<Assessment> {
    const { transport, evidence, signal, clock } = this.#options;
    signal?.throwIfAborted();
    const late = Math.max(0, clock() - due);
    const exchange = await transport.send(errand.request, this.#nonceOf(errand, attempt));
    signal?.throwIfAborted();
    const assessment = assess(errand.probe, exchange, {
      family: errand.item.family,
      elapsedMicros: exchange.end - exchange.sent,
    });
    const recordHash = evidence.write(
      canonicalAttempt(recordOf(errand, { attempt, scheduled, late }, exchange, assessment)),
    );
    const observation: Observation = {
      item: errand.item.index,
      probe: errand.probeIndex,
      attempt,
      failure: assessment.failure,
      detail: exchange.detail,
      answer: assessment.answer,
      grade: assessment.grade,
      inventions: assessment.inventions,
      cleanup: assessment.cleanup,
      isLooselyRight: assessment.isLooselyRight,
      scheduled,
      sent: exchange.sent,
      end: exchange.end,
      late,
      tokenTimes: exchange.tokenTimes,
      recordHash,
    };
    // In the same turn as the record is written: a replay reads the order of events from the order of the lines.
    this.#note(observation);
    await evidence.ready();
    return assessment;
  }

  #note(observation: Observation): void {
    const { failure, attempt } = observation;
    this.observations.push(observation);
    this.#sequential.note(observation);
    if (failure === null) this.#abandonment.note(true);
    else if (attempt === this.#options.suite.transport.retryDelaysMs.length) this.#abandonment.note(false);
  }

  /** Only a model that signs is shown one: others could tell by it who asks. */
  #nonceOf({ item, probeIndex }: Errand, attempt: number): string | null {
    const { manifest, seed } = this.#options;
    if (manifest.responseKey === undefined) return null;
    return attemptNonce(seed, { item: item.index, probe: probeIndex, attempt });
  }

  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#options;
    await sleep(milliseconds, undefined, signal ? { signal } : {});
  }
}

/** When an attempt should leave, and when it is due once a place in flight is free. Microseconds since the run began. */
interface Departure {
  readonly scheduled: number;
  readonly due: number;
}

function recordOf(
  { item, probe, probeIndex, request }: Errand,
  { attempt, scheduled, late }: Pick<AttemptRecord, "attempt" | "scheduled" | "late">,
  exchange: Exchange,
  { failure, answer, grade }: Assessment,
): AttemptRecord {
  return {
    kind: "attempt",
    item: item.index,
    family: item.family,
    stratum: probe.stratum,
    probe: probeIndex,
    attempt,
    salt: probe.salt,
    request,
    scheduled,
    sent: exchange.sent,
    firstByte: exchange.firstByte,
    end: exchange.end,
    late,
    status: exchange.status,
    body: exchange.body.toString("base64"),
    redirects: [...exchange.redirects],
    tokenTimes: exchange.tokenTimes,
    nonce: exchange.nonce,
    signature: exchange.signature,
    failure,
    detail: exchange.detail,
    answer,
    grade,
    grader: probe.grader,
  };
}
