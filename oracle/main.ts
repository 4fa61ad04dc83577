#!/usr/bin/env node
import { resolve } from "node:path";
import { EvaluationError } from "../evaluation/evaluationError.ts";
import type { BlobStore } from "../evaluation/store/blobStore.ts";
import { openStore } from "../evaluation/store/openStore.ts";
import type { Pack } from "../evaluation/suite/pack.ts";
import { loadPack, loadSuite, type Suite } from "../evaluation/suite/suite.ts";
import { databasePlace } from "./database/databasePlace.ts";
import { parseEvaluatorKey } from "./node/evaluatorKey.ts";
import { readGrantedKeys } from "./node/grantedKeys.ts";
import { type NodeConfig, nodeConfigSchema } from "./node/nodeConfig.ts";
import { startNode } from "./node/startNode.ts";
import { configPath, readConfig, readDeployment, readText } from "./service/readConfig.ts";
import { RefusedStart } from "./service/refusedStart.ts";
import { createLog, runService } from "./service/runService.ts";

interface OpenedSuite {
  readonly suite: Suite;
  readonly packs: readonly Pack[];
}

/** @throws RefusedStart when suite or packs are not what they must be, or a pack is missing */
async function readSuite({ suite: file, packs: files }: Pick<NodeConfig, "suite" | "packs">): Promise<OpenedSuite> {
  try {
    const packs = await Promise.all(files.map(loadPack));
    return { suite: await loadSuite(file, packs), packs };
  } catch (cause) {
    throw cause instanceof EvaluationError ? new RefusedStart(cause.message) : cause;
  }
}

/** @throws RefusedStart when evidence could not be put there */
async function readStore(place: string | undefined): Promise<BlobStore | undefined> {
  if (place === undefined) return undefined;
  try {
    const store = openStore(place, process.env);
    await store.check();
    return store;
  } catch (cause) {
    throw cause instanceof EvaluationError ? new RefusedStart(cause.message) : cause;
  }
}

await runService("assay node", async () => {
  const config = readConfig(configPath(process.argv.slice(2), "node oracle/main.ts --config FILE"), nodeConfigSchema);
  const deployment = readDeployment(config.deployment);
  const { file, passwordFile } = config.key;
  const password = passwordFile === undefined ? undefined : readText(passwordFile, "password file");
  const key = await parseEvaluatorKey(readText(file, "key file"), password, deployment);
  const { suite, packs } = await readSuite(config);
  const apiKeys = await readGrantedKeys(config, process.env);
  const store = await readStore(config.evidenceStore);
  const directory = resolve(config.dataDir);
  const place = databasePlace(config.database, { directory, schema: "assay_node", env: process.env });
  const log = createLog("node", config.logLevel, config.logFile);
  const node = await startNode({ config, deployment, place, key, suite, packs, apiKeys, store, log });
  return {
    ready: `evaluator ${key.account.address} seat ${node.seat} ready ${node.url}`,
    failed: node.failed,
    close: node.close,
  };
});
