import { z } from "zod";
import { rpcUrlsSchema } from "../chain/rpcUrls.ts";
import { databaseConfigSchema } from "../database/databasePlace.ts";
import { transactionConfigSchema } from "./transactionConfig.ts";

/** Where in an epoch a round's phases end, and how the members of a committee keep out of each other's way. */
const timingSchema = z.strictObject({
  /** Share of the epoch, from its start, after which no commitment counts. May exceed 10,000. */
  commitByBps: z.number().int().min(100).max(25_000).default(7_000),
  /** Share of the epoch after which missing reports are not waited for. */
  revealByBps: z.number().int().min(200).max(28_000).default(8_500),
  /** Seconds the next in line waits before it does what the one before it has not done. A twentieth of the epoch, 1 to 30, without. */
  staggerSeconds: z.number().int().min(1).max(3_600).optional(),
});

const hosts = z.array(z.string().min(1)).min(1).max(64);
const keyInVariable = z.strictObject({ env: z.string().min(1), hosts });
const keyInFile = z.strictObject({ file: z.string().min(1), hosts });

/** The configuration of an evaluator's node: one JSON file, validated as a whole before anything starts. */
export const nodeConfigSchema = z
  .strictObject({
    /** The signing key: a hex key, {"privateKey", "linkSecret", "earlierLinkSecrets"} as JSON, or a geth-v3 keystore with the file that holds its password. */
    key: z.strictObject({ file: z.string(), passwordFile: z.string().optional() }),
    rpcUrls: rpcUrlsSchema,
    /** Path of the deployment file. */
    deployment: z.string(),
    boards: z.array(z.url()).min(1).max(8),
    /** Evidence and manifests, and the database where none is configured; one process at a time. */
    dataDir: z.string().min(1),
    database: databaseConfigSchema,
    /** Store that gets a copy of all evidence: `s3://bucket/prefix` (keys from the environment) or a folder. */
    evidenceStore: z.string().min(1).optional(),
    profile: z.enum(["quick", "lite", "standard", "deep"]).default("standard"),
    /** Path of a suite; the shipped standard one without. Its hash must be the policy's. */
    suite: z.string().optional(),
    /** Opened private packs that the suite commits to; those of earlier suites, too, while their evidence is asked for V. */
    packs: z.array(z.string().min(1)).max(64).default([]),
    /** Hosts that may resolve to private or loopback addresses. */
    allowPrivateHosts: z.array(z.string()).max(64).default([]),
    /** A page of somebody else's, asked once a second during a measurement: while it fails too, a model's failures do not count. */
    referenceUrl: z.url().max(2048).optional(),
    /** API keys that manifests may name, each with the hosts it may be sent to: without them a stranger's manifest could ask for any secret. */
    apiKeys: z
      .array(z.union([keyInVariable, keyInFile]))
      .max(64)
      .default([]),
    /** Versions evaluated at the same time. */
    concurrency: z.number().int().min(1).max(32).default(4),
    /** Status, metrics and evidence. */
    host: z.string().default("127.0.0.1"),
    port: z.number().int().min(0).max(65_535).default(42_110),
    /** Milliseconds between looks at chain and boards. */
    pollMs: z.number().int().min(100).max(60_000).default(1_000),
    timing: timingSchema.prefault({}),
    transactions: transactionConfigSchema.prefault({}),
    /** Whether this node claims its seat's fees (to the seat's owner) when rounds are closed; its key pays the gas. */
    claimFees: z.boolean().default(true),
    /** Rounds whose messages and evidence are kept, and whose fees are claimed. */
    retainRounds: z.number().int().min(8).max(100_000).default(64),
    logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
    logFile: z.string().optional(),
  })
  .refine(({ timing }) => timing.commitByBps < timing.revealByBps, {
    path: ["timing", "revealByBps"],
    message: "must be greater than commitByBps: reports are revealed after the commitments",
  });

export type NodeConfig = z.infer<typeof nodeConfigSchema>;
