#!/usr/bin/env node
import { configPath, readConfig, readDeployment } from "../service/readConfig.ts";
import { createLog, runService } from "../service/runService.ts";
import { boardConfigSchema } from "./boardConfig.ts";
import { startBoard } from "./startBoard.ts";

await runService("assay board", async () => {
  const usage = "node oracle/board/main.ts --config FILE";
  const config = await readConfig(configPath(process.argv.slice(2), usage), boardConfigSchema);
  const log = createLog("board", config.logLevel, config.logFile);
  const board = await startBoard({ ...config, deployment: readDeployment(config.deployment), log, now: Date.now });
  return { ready: `board ready ${board.url}`, close: board.close };
});
