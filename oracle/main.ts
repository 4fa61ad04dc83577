#!/usr/bin/env node
import { passwordPrompt } from "./keys/askPassword.ts";
import { nodeConfigSchema } from "./node/nodeConfig.ts";
import { openNode } from "./node/openNode.ts";
import { configPath, readConfig } from "./service/readConfig.ts";
import { runService } from "./service/runService.ts";

await runService("assay node", async () => {
  const path = configPath(process.argv.slice(2), "node oracle/main.ts --config FILE");
  const ask = passwordPrompt({ input: process.stdin, output: process.stderr });
  return openNode(await readConfig(path, nodeConfigSchema), { env: process.env, now: Date.now, ask });
});
