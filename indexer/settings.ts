import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { type Deployment, parseDeployment } from "../sdk/deployment.ts";

/** What the indexer is told from outside, parsed once. */
export interface IndexerSettings {
  deployment: Deployment;
  rpcUrl: string;
  /** HTTP port of GraphQL and Ponder's own routes. */
  port: number;
  /** Interface to listen on. */
  host: string;
  /** Absolute directory of the embedded database. */
  directory: string;
  /** Postgres instead of the embedded database. */
  databaseUrl: string | undefined;
}

/** An environment variable or the deployment file is not what it should be; the message is one line and says what to do. */
export class InvalidSettingsError extends Error {
  override name = "InvalidSettingsError";
}

const environmentSchema = z.object({
  ASSAY_DEPLOYMENT: z.string().min(1).default(".assay/devnet/deployment.json"),
  ASSAY_RPC_URL: z.url({ protocol: /^https?$/, error: "must be an http(s) URL" }).default("http://127.0.0.1:8545"),
  ASSAY_INDEXER_DIR: z.string().min(1).default(".assay/devnet/indexer"),
  ASSAY_INDEXER_HOST: z.string().min(1).default("127.0.0.1"),
  PORT: z.coerce.number("must be a port number").int().min(1).max(65_535).default(42_069),
  DATABASE_URL: z.string().min(1).optional(),
});

function readDeployment(path: string): Deployment {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new InvalidSettingsError(
      `no deployment file at ${path}: deploy first (npm start does), or set ASSAY_DEPLOYMENT to the file's path`,
    );
  }
  return parseDeployment(text, path);
}

/**
 * Parses the environment and the deployment file it points to. Relative paths count from the working directory.
 * @throws InvalidSettingsError, or InvalidDeploymentError from the deployment's parser.
 */
export function readSettings(environment: Record<string, string | undefined>): IndexerSettings {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0] ?? "environment");
    throw new InvalidSettingsError(`${name}=${environment[name] ?? ""}: ${issue?.message ?? "is invalid"}`);
  }
  const { ASSAY_DEPLOYMENT, ASSAY_RPC_URL, ASSAY_INDEXER_DIR, ASSAY_INDEXER_HOST, PORT, DATABASE_URL } = parsed.data;
  return {
    deployment: readDeployment(resolve(ASSAY_DEPLOYMENT)),
    rpcUrl: ASSAY_RPC_URL,
    port: PORT,
    host: ASSAY_INDEXER_HOST,
    directory: resolve(ASSAY_INDEXER_DIR),
    databaseUrl: DATABASE_URL,
  };
}
