#!/usr/bin/env node
import { resolve } from "node:path";
import { z } from "zod";
import { rpcUrlsSchema } from "../chain/rpcUrls.ts";
import { databaseConfigSchema, databasePlace } from "../database/databasePlace.ts";
import { configPath, readConfig, readDeployment } from "../service/readConfig.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { createLog, runService } from "../service/runService.ts";
import { startBoard } from "./startBoard.ts";

const configSchema = z.strictObject({
  rpcUrls: rpcUrlsSchema,
  /** Path of the deployment file. */
  deployment: z.string(),
  /** Where messages are kept when no database is configured. */
  dataDir: z.string().min(1).optional(),
  database: databaseConfigSchema,
  host: z.string().default("127.0.0.1"),
  port: z.number().int().min(0).max(65_535).default(42_070),
  retainRounds: z.number().int().min(4).max(100_000).default(64),
  logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  logFile: z.string().optional(),
});

await runService("assay board", async () => {
  const path = configPath(process.argv.slice(2), "node oracle/board/main.ts --config FILE");
  const { dataDir, database, ...config } = readConfig(path, configSchema);
  if (dataDir === undefined && database === undefined)
    throw new RefusedStart(`configuration ${path}: dataDir: give a directory to keep messages in, or database`);
  const place = databasePlace(database, { directory: resolve(dataDir ?? ""), schema: "assay_board", env: process.env });
  const log = createLog("board", config.logLevel, config.logFile);
  const board = await startBoard({
    ...config,
    place,
    deployment: readDeployment(config.deployment),
    log,
    now: Date.now,
  });
  return { ready: `board ready ${board.url}`, failed: board.failed, close: board.close };
});
