#!/usr/bin/env node
import { EvaluationError } from "../evaluation/evaluationError.ts";
import { loadSuite, type Suite } from "../evaluation/suite/suite.ts";
import { parseEvaluatorKey } from "./node/evaluatorKey.ts";
import { readGrantedKeys } from "./node/grantedKeys.ts";
import { nodeConfigSchema } from "./node/nodeConfig.ts";
import { startNode } from "./node/startNode.ts";
import { configPath, readConfig, readDeployment, readText } from "./service/readConfig.ts";
import { RefusedStart } from "./service/refusedStart.ts";
import { createLog, runService } from "./service/runService.ts";

const readSuite = (file: string | undefined): Promise<Suite> =>
  loadSuite(file).catch((cause: unknown) => {
    throw cause instanceof EvaluationError ? new RefusedStart(cause.message) : cause;
  });

await runService("assay node", async () => {
  const config = readConfig(configPath(process.argv.slice(2), "node oracle/main.ts --config FILE"), nodeConfigSchema);
  const deployment = readDeployment(config.deployment);
  const { file, passwordFile } = config.key;
  const password = passwordFile === undefined ? undefined : readText(passwordFile, "password file");
  const key = await parseEvaluatorKey(readText(file, "key file"), password, deployment);
  const suite = await readSuite(config.suite);
  const apiKeys = await readGrantedKeys(config, process.env);
  const log = createLog("node", config.logLevel, config.logFile);
  const node = await startNode({ config, deployment, key, suite, apiKeys, log });
  return { ready: `evaluator ${key.account.address} seat ${node.seat} ready ${node.url}`, close: node.close };
});
