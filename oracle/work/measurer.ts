import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Counter } from "prom-client";
import type { Hex } from "viem";
import type { Measured, MeasureJob } from "./measureJob.ts";
import { heartbeatSeconds } from "./openBoss.ts";
import type { Claim, WorkQueue } from "./workQueue.ts";

/** Takes versions from the queue and measures some at once: in the node itself, and in every worker. It signs nothing. */
export interface Measurer {
  /** Begins to take jobs. */
  begin(): void;
  /** Versions being measured by this process. */
  running(): readonly Hex[];
  /** Comes true when this process turned out to be unfit for its work; it takes no more. */
  readonly unfit: Promise<UnfitWorkerError>;
  /** Aborts what runs, hands it back and waits for that. */
  stop(): Promise<void>;
}

export interface MeasurerParts {
  readonly queue: WorkQueue;
  /**
   * Measures one version and puts its evidence where it can be had.
   * @throws VoidedError when nothing came of it that may be posted, UnfitWorkerError when this process cannot do its work, and whatever
   * else keeps the version from being measured.
   */
  readonly measure: (job: MeasureJob, link: Hex, signal: AbortSignal) => Promise<Measured>;
  /** Versions at once. */
  readonly concurrency: number;
  /** Milliseconds between looks for jobs that nobody told of. */
  readonly pollMs: number;
  readonly evaluations: Counter<"outcome">;
  /** Of workers, who do not see what becomes of a measurement. */
  readonly onMeasured?: () => void;
  readonly log: Logger;
}

/** A run that must not be posted: too much of it failed for reasons that are not the model's. */
export class VoidedError extends Error {
  override name = "VoidedError";
}

/** This process cannot measure what its node gives out; another one may. */
export class UnfitWorkerError extends Error {
  override name = "UnfitWorkerError";
}

/** The job is not this worker's any more: its round is over, or the database was out of reach for too long. */
class ClaimLostError extends Error {
  override name = "ClaimLostError";
}

class StoppingError extends Error {
  override name = "StoppingError";
}

const renewEveryMs = 4_000;
/** Without a word to the database for so long, the job may be somebody else's soon: two at once would ask the endpoint too much. */
const giveUpAfterMs = (heartbeatSeconds - 3) * 1_000;

interface Held {
  readonly claim: Claim;
  readonly abort: AbortController;
  renewedAt: number;
}

export function createMeasurer(parts: MeasurerParts): Measurer {
  const { queue, concurrency, log } = parts;
  const held = new Map<string, Held>();
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  let woken = Promise.withResolvers<void>();
  let loops: Promise<unknown> = Promise.resolve();
  let isOutOfReach = false;
  const { promise: unfit, resolve: giveUp } = Promise.withResolvers<UnfitWorkerError>();

  const reach = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      const result = await work();
      if (isOutOfReach) log.info("job queue answers again");
      isOutOfReach = false;
      return result;
    } catch (error) {
      if (!isOutOfReach) log.warn({ reason: reasonOf(error) }, "job queue does not answer; trying again");
      isOutOfReach = true;
      return undefined;
    }
  };

  const renew = async (one: Held): Promise<void> => {
    const isStillOurs = await reach(() => queue.renew(one.claim));
    const now = performance.now();
    if (isStillOurs) one.renewedAt = now;
    else if (isStillOurs === false) one.abort.abort(new ClaimLostError("the job was taken back"));
    else if (now - one.renewedAt > giveUpAfterMs)
      one.abort.abort(new ClaimLostError("the job queue is out of reach: others may have the job by now"));
  };
  const renewAll = () => Promise.all([...held.values()].map(renew));

  const begin = (claim: Claim): void => {
    const one = { claim, abort: new AbortController(), renewedAt: performance.now() };
    held.set(claim.id, one);
    if (stopping.signal.aborted) one.abort.abort(stopping.signal.reason);
    const done = pursue(parts, one)
      .then((error) => {
        if (error instanceof UnfitWorkerError) stop(error);
      })
      .finally(() => {
        held.delete(claim.id);
        underWay.delete(done);
        woken.resolve();
      });
    underWay.add(done);
  };

  const stop = (reason: Error): void => {
    stopping.abort(reason);
    for (const { abort } of held.values()) abort.abort(reason);
    if (reason instanceof UnfitWorkerError) giveUp(reason);
  };

  const take = async (): Promise<void> => {
    while (held.size < concurrency && !stopping.signal.aborted) {
      const claim = await reach(() => queue.claim());
      if (!claim) return;
      begin(claim);
    }
  };

  const takeAlways = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      woken = Promise.withResolvers();
      await take();
      await Promise.race([delay(parts.pollMs, undefined, { signal: stopping.signal }).catch(ignore), woken.promise]);
    }
  };

  const renewAlways = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await delay(renewEveryMs, undefined, { signal: stopping.signal }).catch(ignore);
      await renewAll();
    }
  };

  queue.onEvent((event) => {
    if (event === "added") woken.resolve();
    if (event === "cancelled") void renewAll();
  });

  return {
    begin() {
      loops = Promise.all([takeAlways(), renewAlways()]);
    },
    running: () => [...held.values()].map(({ claim }) => claim.job.versionId),
    unfit,
    async stop() {
      stop(new StoppingError("the process is stopping"));
      await loops;
      await Promise.all(underWay);
    },
  };
}

/**
 * Measures a job and says what came of it. Whatever goes wrong is one job's trouble.
 * @returns what kept it from being measured
 */
async function pursue(parts: MeasurerParts, { claim, abort }: Held): Promise<unknown> {
  const { queue, evaluations } = parts;
  const { roundId, modelId } = claim.job;
  const log = parts.log.child({ roundId: `${roundId}`, modelId: `${modelId}` });
  try {
    const link = await queue.linkOf(claim.job);
    if (link === undefined) {
      log.info("job dropped: its round is over");
      return await queue.drop(claim);
    }
    const measured = await parts.measure(claim.job, link, abort.signal);
    const isTaken = await queue.complete(claim, measured);
    if (!isTaken) log.warn("measured, but the job was taken back meanwhile: left to others");
    parts.onMeasured?.();
    return undefined;
  } catch (error) {
    const outcome = abort.signal.aborted ? "aborted" : error instanceof VoidedError ? "voided" : "failed";
    evaluations.inc({ outcome });
    log.warn({ reason: reasonOf(error) }, `evaluation ${outcome}`);
    await settle(queue, claim, abort.signal.reason ?? error).catch((cause: unknown) =>
      log.warn({ reason: reasonOf(cause) }, "job not given back: it comes back when its worker is missed"),
    );
    return error;
  }
}

async function settle(queue: WorkQueue, claim: Claim, reason: unknown): Promise<void> {
  if (reason instanceof ClaimLostError) return;
  if (reason instanceof StoppingError || reason instanceof UnfitWorkerError) return queue.handBack(claim);
  await queue.fail(claim, reasonOf(reason));
}

const ignore = (): void => undefined;

const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split("\n")[0] ?? error.name) : `${error}`;
