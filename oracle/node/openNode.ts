import { resolve } from "node:path";
import { EvaluationError } from "../../evaluation/evaluationError.ts";
import type { BlobStore } from "../../evaluation/store/blobStore.ts";
import { openStore } from "../../evaluation/store/openStore.ts";
import type { Pack } from "../../evaluation/suite/pack.ts";
import { loadPack, loadSuite, type Suite } from "../../evaluation/suite/suite.ts";
import { databasePlace } from "../database/databasePlace.ts";
import { passwordPrompt } from "../keys/askPassword.ts";
import { openKeys } from "../keys/openKeys.ts";
import { readDeployment } from "../service/readConfig.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { createLog, type Service } from "../service/runService.ts";
import { readGrantedKeys } from "./grantedKeys.ts";
import type { NodeConfig } from "./nodeConfig.ts";
import { startNode } from "./startNode.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Starts a node from its configuration: reads key, deployment, suite, packs and API keys, and tries the evidence store.
 * @throws RefusedStart with one line when any of them, or the chain, is not what it must be
 */
export async function openNode(config: NodeConfig, env: Env): Promise<Service> {
  const deployment = readDeployment(config.deployment);
  const ask = passwordPrompt({ input: process.stdin, output: process.stderr });
  const key = await openKeys(config, deployment, { env, ask });
  const { suite, packs } = await readSuite(config);
  const apiKeys = await readGrantedKeys(config, env);
  const store = await readStore(config.evidenceStore, env);
  const directory = resolve(config.dataDir);
  const place = databasePlace(config.database, { directory, schema: "assay_node", env });
  const log = createLog("node", config.logLevel, config.logFile);
  const node = await startNode({ config, deployment, place, key, suite, packs, apiKeys, store, log });
  return {
    ready: `evaluator ${key.account.address} seat ${node.seat} ready ${node.url}`,
    failed: node.failed,
    close: node.close,
  };
}

export interface OpenedSuite {
  readonly suite: Suite;
  readonly packs: readonly Pack[];
}

/** @throws RefusedStart when suite or packs are not what they must be, or a pack is missing */
export async function readSuite({
  suite: file,
  packs: files,
}: Pick<NodeConfig, "suite" | "packs">): Promise<OpenedSuite> {
  try {
    const packs = await Promise.all(files.map(loadPack));
    return { suite: await loadSuite(file, packs), packs };
  } catch (cause) {
    throw cause instanceof EvaluationError ? new RefusedStart(cause.message) : cause;
  }
}

/** @throws RefusedStart when evidence could not be put there */
export async function readStore(place: string | undefined, env: Env): Promise<BlobStore | undefined> {
  if (place === undefined) return undefined;
  try {
    const store = openStore(place, env);
    await store.check();
    return store;
  } catch (cause) {
    throw cause instanceof EvaluationError ? new RefusedStart(cause.message) : cause;
  }
}
