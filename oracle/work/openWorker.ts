import { resolve } from "node:path";
import { databasePlace } from "../database/databasePlace.ts";
import { readGrantedKeys } from "../node/grantedKeys.ts";
import { readStore, readSuite } from "../node/readSuite.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { createLog, type Service } from "../service/runService.ts";
import { startWorker } from "./startWorker.ts";
import type { WorkerConfig } from "./workerConfig.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Starts a worker from its configuration: reads suite, packs and API keys, and tries the evidence store.
 * @throws RefusedStart with one line when any of them, or the database, is not what it must be
 */
export async function openWorker(config: WorkerConfig, env: Env): Promise<Service> {
  const place = databasePlace(config.database, { directory: resolve(config.dataDir), schema: "assay_node", env });
  if (!("url" in place)) throw new RefusedStart("database: a worker needs the Postgres database of its node");
  const { suite, packs } = await readSuite(config);
  const apiKeys = await readGrantedKeys(config, env);
  const store = await readStore(config.evidenceStore, env);
  if (!store) throw new RefusedStart("evidenceStore: a worker needs the evidence store of its node");
  const log = createLog("worker", config.logLevel, config.logFile);
  const worker = await startWorker({ config, place, suite, packs, apiKeys, store, log });
  return { ready: `worker of schema ${place.schema} ready ${worker.url}`, failed: worker.failed, close: worker.close };
}
