#!/usr/bin/env node
import { z } from "zod";
import { rpcUrlsSchema } from "../chain/rpcUrls.ts";
import { configPath, readConfig, readDeployment } from "../service/readConfig.ts";
import { createLog, runService } from "../service/runService.ts";
import { startBoard } from "./startBoard.ts";

const configSchema = z.strictObject({
  rpcUrls: rpcUrlsSchema,
  /** Path of the deployment file. */
  deployment: z.string(),
  dataDir: z.string(),
  host: z.string().default("127.0.0.1"),
  port: z.number().int().min(0).max(65_535).default(42_070),
  retainRounds: z.number().int().min(4).max(100_000).default(64),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  logFile: z.string().optional(),
});

await runService("assay board", async () => {
  const config = readConfig(configPath(process.argv.slice(2), "node oracle/board/main.ts --config FILE"), configSchema);
  const log = createLog("board", config.logLevel, config.logFile);
  const board = await startBoard({ ...config, deployment: readDeployment(config.deployment), log, now: Date.now });
  return { ready: `board ready ${board.url}`, close: board.close };
});
