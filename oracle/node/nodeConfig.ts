import { z } from "zod";
import { rpcUrlsSchema } from "../chain/rpcUrls.ts";
import { auditConfigSchema } from "../court/auditConfig.ts";
import { databaseConfigSchema } from "../database/databasePlace.ts";
import { keyFields } from "../keys/keySource.ts";
import { hostConcurrencyFields } from "../work/hostConcurrency.ts";
import { transactionConfigSchema } from "./transactionConfig.ts";

/** Where in an epoch a round's phases end, and how the members of a committee keep out of each other's way. */
const timingSchema = z.strictObject({
  commitByBps: z
    .int()
    .min(100)
    .max(25_000)
    .default(7_000)
    .describe("Share of the epoch, from its start, after which no commitment counts. May exceed 10,000."),
  revealByBps: z
    .int()
    .min(200)
    .max(28_000)
    .default(8_500)
    .describe("Share of the epoch after which missing reports are not waited for."),
  staggerSeconds: z
    .int()
    .min(1)
    .max(3_600)
    .optional()
    .describe(
      "Seconds the next in line waits before it does what the one before it has not done. A twentieth of the epoch, 1 to 30, without.",
    ),
});

/** Boards ask for no password; a URL with one would stand in logs and metrics. */
const boardUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .refine((url) => !/[@?#]/.test(url), "must be a URL without name, password or query");

const hosts = z.array(z.string().min(1)).min(1).max(64);
const keyInVariable = z.strictObject({ env: z.string().min(1), hosts });
const keyInFile = z.strictObject({ file: z.string().min(1), hosts });

/**
 * The configuration of an evaluator's node: one file, validated as a whole before anything starts. `assay operator init` writes these
 * descriptions and defaults into the file it makes.
 */
export const nodeConfigSchema = z
  .strictObject({
    ...keyFields,
    rpcUrls: rpcUrlsSchema,
    deployment: z.string().min(1).describe("Path of the deployment file: which contracts, on which chain."),
    boards: z
      .array(boardUrl)
      .min(1)
      .max(8)
      .describe(
        "Message boards of the committees. The node speaks to all and believes none; two or more outlive the loss of one.",
      ),
    dataDir: z
      .string()
      .min(1)
      .describe(
        "Folder for evidence and manifests, and for the database where none is configured; one process at a time. Back it up.",
      ),
    database: databaseConfigSchema,
    evidenceStore: z
      .string()
      .min(1)
      .optional()
      .describe("Store that gets a copy of all evidence: s3://bucket/prefix (keys from the environment) or a folder."),
    profile: z
      .enum(["quick", "lite", "standard", "deep"])
      .default("standard")
      .describe("How much is measured in a round; all evaluators of a network use the same."),
    suite: z
      .string()
      .min(1)
      .optional()
      .describe("Path of a suite; the shipped standard one without. Its hash must be the policy's."),
    packs: z
      .array(z.string().min(1))
      .max(64)
      .default([])
      .describe(
        "Opened private packs that the suite commits to; those of earlier suites, too, while their evidence is asked for V.",
      ),
    allowPrivateHosts: z
      .array(z.string().min(1))
      .max(64)
      .default([])
      .describe("Hosts that may resolve to private or loopback addresses. Models are fetched as untrusted otherwise."),
    referenceUrl: z
      .url({ protocol: /^https?$/, error: "must be an http or https URL" })
      .max(2048)
      .optional()
      .describe(
        "A page of somebody else's, asked once a second during a measurement: while it fails too, a model's failures do not count.",
      ),
    apiKeys: z
      .array(z.union([keyInVariable, keyInFile]))
      .max(64)
      .default([])
      .describe(
        'API keys that manifests may name, each with the hosts it may be sent to: { env: "MODEL_KEY", hosts: ["models.example.org"] } or { file: "…", hosts: […] }. Without them a stranger\'s manifest could ask for any secret.',
      ),
    concurrency: z
      .int()
      .min(0)
      .max(32)
      .default(4)
      .describe("Versions this process evaluates at the same time; 0 leaves all of them to workers."),
    ...hostConcurrencyFields,
    host: z
      .string()
      .min(1)
      .default("127.0.0.1")
      .describe(
        "Address on which status, metrics and evidence are served. They hold no secrets, but are meant for few eyes.",
      ),
    port: z.int().min(0).max(65_535).default(42_110).describe("Port of the same; 0 takes a free one."),
    pollMs: z.int().min(100).max(60_000).default(1_000).describe("Milliseconds between looks at chain and boards."),
    timing: timingSchema.prefault({}).describe("When a round's phases end. All evaluators of a network use the same."),
    transactions: transactionConfigSchema
      .prefault({})
      .describe("How transactions are paid for and when they count as final."),
    claimFees: z
      .boolean()
      .default(true)
      .describe(
        "Whether this node claims its seat's fees (to the seat's owner) when rounds are closed; its key pays the gas.",
      ),
    answerForOthers: z
      .boolean()
      .default(false)
      .describe(
        "Whether this node also answers challenges against other seats when their evidence is in its stores; its key pays the gas.",
      ),
    audit: auditConfigSchema
      .prefault({})
      .describe("Replaying other evaluators' evidence, and proving what does not add up."),
    retainRounds: z
      .int()
      .min(8)
      .max(100_000)
      .default(64)
      .describe(
        "Rounds whose messages and evidence are kept, and whose fees are claimed; at least as many as a challenge or a dispute can ask for.",
      ),
    logLevel: z.enum(["debug", "info", "warn", "error", "silent"]).default("info").describe("How much is logged."),
    logFile: z.string().min(1).optional().describe("File for the log, JSON lines; stderr without."),
  })
  .refine(({ timing }) => timing.commitByBps < timing.revealByBps, {
    path: ["timing", "revealByBps"],
    message: "must be greater than commitByBps: reports are revealed after the commitments",
  });

export type NodeConfig = z.infer<typeof nodeConfigSchema>;
