import { resolve } from "node:path";
import type { z } from "zod";
import { databasePlace } from "../database/databasePlace.ts";
import { readDeployment } from "../service/readConfig.ts";
import { createLog, type Service } from "../service/runService.ts";
import type { boardConfigSchema } from "./boardConfig.ts";
import { startBoard } from "./startBoard.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Starts a message board from its configuration.
 * @throws RefusedStart with one line when deployment, database or chain are not what they must be
 */
export async function openBoard(config: z.infer<typeof boardConfigSchema>, env: Env): Promise<Service> {
  const { dataDir, database } = config;
  const place = databasePlace(database, { directory: resolve(dataDir ?? ""), schema: "assay_board", env });
  const log = createLog("board", config.logLevel, config.logFile);
  const deployment = readDeployment(config.deployment);
  const board = await startBoard({ ...config, place, deployment, log, now: Date.now });
  return { ready: `board ready ${board.url}`, failed: board.failed, close: board.close };
}
