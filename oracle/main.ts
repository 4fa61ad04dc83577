#!/usr/bin/env node
import { resolve } from "node:path";
import { databasePlace } from "./database/databasePlace.ts";
import { parseEvaluatorKey } from "./node/evaluatorKey.ts";
import { readGrantedKeys } from "./node/grantedKeys.ts";
import { nodeConfigSchema } from "./node/nodeConfig.ts";
import { startNode } from "./node/startNode.ts";
import { configPath, readConfig, readDeployment, readText } from "./service/readConfig.ts";
import { readStore } from "./service/readStore.ts";
import { readSuite } from "./service/readSuite.ts";
import { createLog, runService } from "./service/runService.ts";

await runService("assay node", async () => {
  const config = readConfig(configPath(process.argv.slice(2), "node oracle/main.ts --config FILE"), nodeConfigSchema);
  const deployment = readDeployment(config.deployment);
  const { file, passwordFile } = config.key;
  const password = passwordFile === undefined ? undefined : readText(passwordFile, "password file");
  const key = await parseEvaluatorKey(readText(file, "key file"), password, deployment);
  const { suite, packs } = await readSuite(config);
  const apiKeys = await readGrantedKeys(config, process.env);
  const store = config.evidenceStore === undefined ? undefined : await readStore(config.evidenceStore, process.env);
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
