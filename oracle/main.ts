#!/usr/bin/env node
import { nodeConfigSchema } from "./node/nodeConfig.ts";
import { openNode } from "./node/openNode.ts";
import { configPath, readConfig } from "./service/readConfig.ts";
import { runService } from "./service/runService.ts";

await runService("assay node", async () => {
  const path = configPath(process.argv.slice(2), "node oracle/main.ts --config FILE");
  return openNode(await readConfig(path, nodeConfigSchema), process.env);
});
