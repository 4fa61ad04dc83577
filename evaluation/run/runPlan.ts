import { setTimeout as sleep } from "node:timers/promises";
import { type AttemptRecord, canonicalAttempt } from "../evidence/evidenceRecord.ts";
import type { EvidenceWriter } from "../evidence/evidenceWriter.ts";
import { type Assessment, assess } from "../grading/assess.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Plan, Unit } from "../plan/plan.ts";
import type { Item, Probe } from "../plan/probe.ts";
import { type Message, requestBody } from "../plan/requestBody.ts";
import type { Suite } from "../suite/suite.ts";
import type { Exchange } from "../transport/exchange.ts";
import type { Transport } from "../transport/transport.ts";
import { Abandonment } from "./abandonment.ts";
import type { Observation } from "./observation.ts";
import { Pacer } from "./pacer.ts";

export interface RunOptions {
  readonly plan: Plan;
  readonly suite: Suite;
  readonly manifest: Manifest;
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
 * Sends the plan: `concurrency` workers take units in order, a conversation stays with one worker.
 * @returns what was observed, one entry per attempt, in the order of the records
 * @throws what `signal` was aborted with, or what the disk threw
 */
export async function runPlan(options: RunOptions): Promise<Observation[]> {
  const run = new Run(options);
  const workers = Array.from({ length: options.concurrency }, () => run.work());
  const ended = await Promise.allSettled(workers);
  const failed = ended.find((worker) => worker.status === "rejected");
  if (failed) throw failed.reason;
  return run.observations;
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
  #next = 0;
  #done = 0;
  #failed = false;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#pacer = new Pacer(options.manifest.declaredRate, options.clock);
    this.#abandonment = new Abandonment(options.suite.transport.abandonAfter);
  }

  async work(): Promise<void> {
    const { order } = this.#options.plan;
    try {
      while (!this.#abandonment.reached && !this.#failed) {
        const unit = order[this.#next++];
        if (!unit) return;
        await this.#runUnit(unit);
        this.#options.onProgress?.(++this.#done, order.length);
      }
    } catch (error) {
      this.#failed = true;
      throw error;
    }
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
    const { retryDelaysMs } = this.#options.suite.transport;
    for (let attempt = 0; attempt <= retryDelaysMs.length; attempt++) {
      if (attempt > 0) await this.#pause(retryDelaysMs[attempt - 1] ?? 0);
      const { text } = await this.#runAttempt(errand, attempt);
      if (text !== null) return text;
    }
    return null;
  }

  async #runAttempt(errand: Errand, attempt: number): Promise<Assessment> {
    const { transport, suite, evidence, signal } = this.#options;
    signal?.throwIfAborted();
    const scheduled = await this.#pacer.slot(signal);
    const exchange = await transport.send(errand.request);
    signal?.throwIfAborted();
    const assessment = assess(errand.probe, exchange, errand.item.family);
    const recordHash = evidence.write(canonicalAttempt(recordOf(errand, attempt, scheduled, exchange, assessment)));
    this.observations.push({
      item: errand.item.index,
      probe: errand.probeIndex,
      attempt,
      failure: assessment.failure,
      detail: exchange.detail,
      answer: assessment.answer,
      grade: assessment.grade,
      inventions: assessment.inventions,
      cleanup: assessment.cleanup,
      sent: exchange.sent,
      end: exchange.end,
      recordHash,
    });
    // Noted in the same turn as the record is written: a replay reads the order of events from the order of the lines.
    if (assessment.text !== null) this.#abandonment.note(true);
    else if (attempt === suite.transport.retryDelaysMs.length) this.#abandonment.note(false);
    await evidence.ready();
    return assessment;
  }

  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#options;
    await sleep(milliseconds, undefined, signal ? { signal } : {});
  }
}

function recordOf(
  { item, probe, probeIndex, request }: Errand,
  attempt: number,
  scheduled: number,
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
    status: exchange.status,
    body: exchange.body.toString("base64"),
    failure,
    detail: exchange.detail,
    answer,
    grade,
    grader: probe.grader,
  };
}
