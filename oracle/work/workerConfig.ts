import { z } from "zod";
import { nodeConfigSchema } from "../node/nodeConfig.ts";

const { shape } = nodeConfigSchema;

/**
 * The configuration of a worker: those keys of its node's that measuring needs, with the same meaning. It names no signing key, no
 * chain and no board.
 */
export const workerConfigSchema = z.strictObject({
  /** The node's: a Postgres server that both reach. */
  database: shape.database.unwrap().describe("The node's database: a Postgres server that node and workers reach."),
  /** Where blobs go: the node, and whoever audits it, reads them from there. */
  evidenceStore: z
    .string()
    .min(1)
    .describe("The node's evidence store, which node and workers reach: s3://bucket/prefix or a shared folder."),
  dataDir: shape.dataDir.describe("Runs under way, and the latest evidence. Workers of one machine may share it."),
  suite: shape.suite,
  packs: shape.packs,
  allowPrivateHosts: shape.allowPrivateHosts,
  referenceUrl: shape.referenceUrl,
  apiKeys: shape.apiKeys,
  /** Versions evaluated at the same time by this worker. */
  concurrency: z.number().int().min(1).max(32).default(4).describe("Versions this worker evaluates at the same time."),
  /** Milliseconds between looks for work. */
  pollMs: z.number().int().min(100).max(60_000).default(1_000).describe("Milliseconds between looks for work."),
  /** Rounds whose evidence stays in `dataDir`: the version before is asked again from it. */
  retainRounds: z.number().int().min(1).max(100_000).default(64).describe("Rounds whose evidence stays in dataDir."),
  /** Health and metrics. */
  host: shape.host,
  port: z.number().int().min(0).max(65_535).default(42_120).describe("Port of health and metrics."),
  logLevel: shape.logLevel,
  logFile: shape.logFile,
});

export type WorkerConfig = z.infer<typeof workerConfigSchema>;
