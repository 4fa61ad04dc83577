import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { makeFolderSync } from "../../evaluation/evidence/makeFolder.ts";
import {
  type DirectoryLock,
  DirectoryLockedError,
  isDirectoryLocked,
  lockDirectory,
} from "../../evaluation/store/directoryLock.ts";

/** The saved devnet cannot be continued as it was asked for; the message says why and what to do. */
export class ContinueError extends Error {
  override name = "ContinueError";
}

const modelSchema = z.strictObject({ name: z.string(), modelId: z.string(), owner: z.string() });
const portsSchema = z.strictObject({
  chain: z.number(),
  indexer: z.number(),
  board: z.number(),
  models: z.number(),
  evaluator1: z.number(),
  evaluator2: z.number(),
  evaluator3: z.number(),
});
const savedSchema = z.strictObject({
  /** See `fingerprintOf`. */
  fingerprint: z.string(),
  ports: portsSchema,
  models: z.array(modelSchema),
});

/** What a devnet leaves beside its databases for the next start. Written last: where it stands, the devnet is whole. */
export type SavedDevnet = z.infer<typeof savedSchema>;
export type DevnetModel = z.infer<typeof modelSchema>;

const artifacts = new URL("../../artifacts/contracts/", import.meta.url);

/** What must be the same for a saved chain to mean the same: the contracts' code and the settings they were deployed with. */
export function fingerprintOf(settings: unknown): string {
  const hash = createHash("sha256");
  for (const name of ["Assay", "PolicyBoard", "AssayLens"]) {
    hash.update(readFileSync(new URL(`${name}.sol/${name}.json`, artifacts)));
  }
  const text = JSON.stringify(settings, (_, value) => (typeof value === "bigint" ? `${value}` : value));
  return hash.update(text).digest("hex");
}

const fileIn = (dir: string) => join(dir, "devnet.json");

/**
 * The devnet an earlier start left in this directory, or undefined when there is none.
 * @throws ContinueError when there is one that this code cannot go on with.
 */
export function readSavedDevnet(dir: string, fingerprint: string): SavedDevnet | undefined {
  if (!existsSync(fileIn(dir))) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(fileIn(dir), "utf8"));
  } catch (error) {
    throw new ContinueError(`${fileIn(dir)} cannot be read (${(error as Error).message}): start with --fresh`);
  }
  const parsed = savedSchema.safeParse(content);
  if (!parsed.success || parsed.data.fingerprint !== fingerprint) {
    throw new ContinueError(`the devnet saved in ${dir} was made by other contracts or settings: start with --fresh`);
  }
  return parsed.data;
}

export function writeSavedDevnet(dir: string, saved: SavedDevnet): void {
  writeFileSync(fileIn(dir), `${JSON.stringify(saved, null, 2)}\n`);
}

const evaluatorDirs = ["evaluator1", "evaluator2", "evaluator3"];
const unfinished = ["chain.ndjson", "board", "indexer", ...evaluatorDirs];
const entries = new Set(["devnet.json", "deployment.json", "config", "logs", ...unfinished]);

/** Removes what a devnet that was never finished left: nothing in it is worth keeping. */
export function clearUnfinished(dir: string): void {
  for (const name of unfinished) rmSync(join(dir, name), { recursive: true, force: true });
}

/** Holds a lock for each process of the devnet, as long as that process lives. */
export const runningIn = (dir: string): string => join(dir, ".running");

/** Milliseconds that the processes of a start that was killed have to end. */
const endingMillis = 60_000;

/**
 * Waits until no process of an earlier start is left: they end by themselves when their parent is gone, and write until then.
 * @param waiting Told once of each that is waited for.
 * @throws ContinueError that names one that does not end
 */
export async function untilEnded(dir: string, waiting: (name: string) => void, patience = endingMillis): Promise<void> {
  const deadline = Date.now() + patience;
  const isRunning = (name: string) => isDirectoryLocked(join(runningIn(dir), name));
  for (const name of existsSync(runningIn(dir)) ? readdirSync(runningIn(dir)) : []) {
    if (isRunning(name)) waiting(name);
    while (isRunning(name)) {
      if (Date.now() > deadline)
        throw new ContinueError(`the ${name} of the last start in ${dir} still runs: end it, or use another --dir`);
      await setTimeout(100);
    }
  }
}

/**
 * Makes the devnet's directory and takes it for this process. A directory that holds anything else than a devnet is refused, because
 * starting removes files from it; so is one in which a devnet runs.
 * @throws ContinueError
 */
export function prepareDir(dir: string): DirectoryLock {
  try {
    makeFolderSync(dir);
    const foreign = readdirSync(dir).find((name) => !entries.has(name) && !name.startsWith("."));
    if (foreign)
      throw new ContinueError(`${dir} holds "${foreign}", which is no part of a devnet: choose another --dir`);
    return lockDirectory(join(dir, ".lock"), "--dir");
  } catch (error) {
    if (error instanceof ContinueError) throw error;
    if (error instanceof DirectoryLockedError)
      throw new ContinueError(
        `a devnet is running in ${dir}: end it first (Ctrl-C where it runs), or use another --dir`,
      );
    throw new ContinueError(`${dir} cannot be used (${(error as Error).message}): choose another --dir`);
  }
}

/** Removes what a devnet keeps, and nothing else. */
export function emptyDir(dir: string): void {
  for (const name of entries) rmSync(join(dir, name), { recursive: true, force: true });
}
