import { join, resolve } from "node:path";
import type { Logger } from "pino";
import type { Hex } from "viem";
import { makeFolderSync } from "../../evaluation/evidence/makeFolder.ts";
import type { BlobStore } from "../../evaluation/store/blobStore.ts";
import type { Pack } from "../../evaluation/suite/pack.ts";
import type { Suite } from "../../evaluation/suite/suite.ts";
import type { PostgresPlace } from "../database/databasePlace.ts";
import { type Database, openDatabase } from "../database/openDatabase.ts";
import { serveApp } from "../http/serveApp.ts";
import { forgetDisputeFolders, forgetRoundFolders } from "../node/evidenceFolders.ts";
import type { GrantedKey } from "../node/grantedKeys.ts";
import { createMeasure, ForeignSuiteError, type Measure } from "../node/measure.ts";
import { createMeasurer, UnfitWorkerError } from "./measurer.ts";
import { queuePlace } from "./queuePlace.ts";
import { createWorkerApp } from "./workerApp.ts";
import type { WorkerConfig } from "./workerConfig.ts";
import { createWorkerMetrics } from "./workerMetrics.ts";
import { openWorkQueue } from "./workQueue.ts";

export interface WorkerOptions {
  readonly config: WorkerConfig;
  readonly place: PostgresPlace;
  readonly suite: Suite;
  /** Opened private packs: of this suite, or of those that evidence before was measured with. */
  readonly packs: readonly Pack[];
  readonly apiKeys: readonly GrantedKey[];
  /** Gets all evidence, before the node hears of it. */
  readonly store: BlobStore;
  readonly log: Logger;
}

export interface Worker {
  /** Where health and metrics are served. */
  readonly url: string;
  /** Comes true when this worker is unfit for its node's work: it has taken none since, and has to end. */
  readonly failed: Promise<Error>;
  /** Aborts what is measured and hands it back: another worker goes on with it at once. */
  close(): Promise<void>;
}

/**
 * Starts a worker: it measures what a node gives out, puts the evidence into the shared store and says what came of it. It holds no
 * signing key, and knows neither chain nor boards.
 * @throws RefusedStart (one line) when the database, or the queue in it, is not what it must be, or the port is taken.
 */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const database = await openDatabase({ ...options.place, shared: true }, "");
  try {
    return await assemble(options, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function assemble({ config, place, store, ...parts }: WorkerOptions, database: Database): Promise<Worker> {
  const { log } = parts;
  const evidenceDir = join(resolve(config.dataDir), "evidence");
  makeFolderSync(evidenceDir);
  const queue = await openWorkQueue({ database, ...queuePlace(place), installs: false, log });
  const putAway = async (hash: Hex, path: string): Promise<boolean> => {
    await store.put(hash, path);
    return true;
  };
  const measure = createMeasure({ ...config, ...parts, evidenceDir, store: putAway });
  const metrics = createWorkerMetrics(() => measurer.running().length);
  const measurer = createMeasurer({
    queue,
    measure: pruning(evidenceDir, BigInt(config.retainRounds), orUnfit(measure)),
    concurrency: config.concurrency,
    pollMs: config.pollMs,
    evaluations: metrics.evaluations,
    onMeasured: () => metrics.evaluations.inc({ outcome: "measured" }),
    log,
  });
  const served = await serveApp(createWorkerApp(metrics), config.host, config.port);
  measurer.begin();
  log.info({ url: served.url, concurrency: config.concurrency }, "worker started");
  return {
    url: served.url,
    failed: measurer.unfit,
    async close() {
      await measurer.stop();
      await served.close();
      await queue.close();
      await database.close();
      log.info("worker stopped");
    },
  };
}

/** A worker with another suite than its node's would use up every version's tries; it ends instead. */
const orUnfit =
  (measure: Measure): Measure =>
  async (job, link, signal) => {
    try {
      return await measure(job, link, signal);
    } catch (error) {
      if (!(error instanceof ForeignSuiteError)) throw error;
      throw new UnfitWorkerError(`${error.message}: give this worker the suite of its node`, { cause: error });
    }
  };

/** Whenever a newer round begins, what is older than is to be kept goes, rounds and disputes alike. */
function pruning(evidenceDir: string, kept: bigint, measure: Measure): Measure {
  let newest = 0n;
  return async (job, link, signal) => {
    if (job.measuredRoundId > newest) {
      newest = job.measuredRoundId;
      await forgetRoundFolders(evidenceDir, newest - kept);
      await forgetDisputeFolders(evidenceDir, () => false);
    }
    return measure(job, link, signal);
  };
}
