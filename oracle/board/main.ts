#!/usr/bin/env node
import { configPath, readConfig } from "../service/readConfig.ts";
import { runService } from "../service/runService.ts";
import { boardConfigSchema } from "./boardConfig.ts";
import { openBoard } from "./openBoard.ts";

await runService("assay board", async () => {
  const path = configPath(process.argv.slice(2), "node oracle/board/main.ts --config FILE");
  return openBoard(await readConfig(path, boardConfigSchema), process.env);
});
