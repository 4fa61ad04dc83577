/**
 * Starts the indexer: checks what it is told and what it needs, then runs Ponder in this process.
 *
 * usage: node indexer/main.ts
 * environment: ASSAY_DEPLOYMENT, ASSAY_RPC_URL, ASSAY_INDEXER_DIR, ASSAY_INDEXER_HOST, PORT, DATABASE_URL, PONDER_LOG_LEVEL
 */
import { fileURLToPath } from "node:url";
import { DirectoryRefusedError, lockDirectory } from "../evaluation/store/directoryLock.ts";
import { InvalidDeploymentError } from "../sdk/deployment.ts";
import { ChainCheckError, checkChain } from "./checkChain.ts";
import { checkPort, PortTakenError } from "./checkPort.ts";
import { rulesDigest } from "./rulesDigest.ts";
import { type IndexerSettings, InvalidSettingsError, readSettings } from "./settings.ts";

/** What goes wrong before Ponder runs and that a person can mend: one line, no stack. */
const mendable = [InvalidSettingsError, InvalidDeploymentError, ChainCheckError, PortTakenError, DirectoryRefusedError];

async function prepare(): Promise<IndexerSettings> {
  const settings = readSettings(process.env);
  await checkChain(settings.rpcUrl, settings.deployment);
  await checkPort(settings.port, settings.host);
  // The embedded database knows one process only.
  if (settings.databaseUrl === undefined) lockDirectory(settings.directory, "ASSAY_INDEXER_DIR (or DATABASE_URL)");
  return settings;
}

/** Ponder's command line. Rows of other rules or another deployment live in a schema of another name. */
function ponderArguments({ deployment, databaseUrl, host }: IndexerSettings): string[] {
  const schema = `idx_${rulesDigest(deployment).slice(0, 16)}`;
  const views = databaseUrl === undefined ? [] : ["--views-schema", "live"];
  const logLevel = process.env.PONDER_LOG_LEVEL ?? "warn";
  const root = fileURLToPath(new URL(".", import.meta.url));
  return ["start", "--root", root, "--schema", schema, ...views, "--hostname", host, "--log-level", logLevel];
}

/**
 * Vite ends the process on SIGTERM before Ponder has given its tables free, and the next start would wait for 25 seconds.
 * SIGINT it leaves to Ponder, which does the same on both: so both become SIGINT.
 */
function endInOrder(): void {
  process.removeAllListeners("SIGTERM");
  process.on("SIGTERM", () => process.emit("SIGINT"));
}

try {
  const settings = await prepare();
  process.env.PORT = `${settings.port}`;
  process.argv = [process.execPath, "ponder", ...ponderArguments(settings)];
  // Vite, which Ponder loads files with, would end the process when stdin ends, unless it believes to run in CI.
  process.env.CI = "true";
  if (!process.stdout.isTTY) process.env.NO_COLOR = "1";
  await import(new URL("./bin/ponder.js", import.meta.resolve("ponder")).href);
  endInOrder();
  process.stdout.write(
    `indexer: GraphQL on http://${settings.host}:${settings.port}/graphql when /ready answers 200\n`,
  );
} catch (error) {
  if (!mendable.some((type) => error instanceof type)) throw error;
  process.stderr.write(`indexer: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
