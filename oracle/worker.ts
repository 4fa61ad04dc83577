#!/usr/bin/env node
import { configPath, readConfig } from "./service/readConfig.ts";
import { runService } from "./service/runService.ts";
import { openWorker } from "./work/openWorker.ts";
import { workerConfigSchema } from "./work/workerConfig.ts";

await runService("assay worker", async () => {
  const path = configPath(process.argv.slice(2), "node oracle/worker.ts --config FILE");
  return openWorker(await readConfig(path, workerConfigSchema), process.env);
});
