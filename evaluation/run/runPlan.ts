import { setTimeout as sleep } from "node:timers/promises";
import type { Hex } from "../../domain/hex.ts";
import { canonicalJson } from "../evidence/canonicalJson.ts";
import { type AttemptRecord, canonicalAttempt, type PhaseRecord } from "../evidence/evidenceRecord.ts";
import type { EvidenceWriter } from "../evidence/evidenceWriter.ts";
import { type Assessment, assess } from "../grading/assess.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { LoadStep } from "../plan/arrivals.ts";
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
  /** Called after each unit with how many of all units are over. */
  readonly onProgress?: (done: number, total: number) => void;
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
  }

  async work(): Promise<void> {
    const { order } = this.#options.plan;
    try {
      while (!this.#abandonment.reached && !this.#sequential.stopped && !this.#failed) {
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
    if (this.#abandonment.reached) return;
    const begins = clock();
    evidence.write(canonicalJson({ kind: "phase", stratum, at: begins } satisfies PhaseRecord));
    const failed: Errand[] = [];
    const underWay: Promise<void>[] = [];
    try {
      for (const { item, probe, offset } of arrivals) {
        if (this.#abandonment.reached || this.#failed) break;
        const errand = this.#errandOf(item, probe);
        if (!errand) continue;
        await sleepUntil(begins + offset, clock, signal);
        underWay.push(this.#arrive(errand, begins + offset, failed));
      }
    } finally {
      // Also when the wait was aborted: nobody else would hear what these come to.
      await settled(underWay);
    }
    await settled(failed.map((errand) => this.#retry(errand).then(() => {})));
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

  #errandOf(itemIndex: number, probeIndex: number): Errand | null {
    const { plan, manifest, suite } = this.#options;
    const item = plan.items[itemIndex];
    const probe = item?.probes[probeIndex];
    if (!item || !probe) return null;
    const request = requestBody(manifest, suite, [{ role: "user", content: probe.prompt }]);
    return { item, probe, probeIndex, request };
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
    const { text } = await this.#runAttempt(errand, 0, await this.#slot());
    return text ?? this.#retry(errand);
  }

  /** The attempts after one that failed. */
  async #retry(errand: Errand): Promise<string | null> {
    for (const [index, delayMs] of this.#options.suite.transport.retryDelaysMs.entries()) {
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
    const { transport, suite, evidence, signal, clock } = this.#options;
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
    this.observations.push(observation);
    this.#sequential.note(observation);
    // Noted in the same turn as the record is written: a replay reads the order of events from the order of the lines.
    if (assessment.text !== null) this.#abandonment.note(true);
    else if (attempt === suite.transport.retryDelaysMs.length) this.#abandonment.note(false);
    await evidence.ready();
    return assessment;
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
