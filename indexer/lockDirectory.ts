import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolderSync } from "../evaluation/evidence/makeFolder.ts";

/** The directory cannot be written to, or another indexer works in it: the embedded database knows one process only. */
export class DirectoryRefusedError extends Error {
  override name = "DirectoryRefusedError";
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The process that a lock file names, when it still runs. */
function holderOf(file: string): number | undefined {
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  return pid > 0 && pid !== process.pid && isAlive(pid) ? pid : undefined;
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw refusal(file, error);
  }
}

function refusal(path: string, cause: unknown): DirectoryRefusedError {
  const reason = cause instanceof Error ? cause.message : cause;
  return new DirectoryRefusedError(`${path} cannot be made (${reason}): correct ASSAY_INDEXER_DIR, or its owner`, {
    cause,
  });
}

function makeDirectory(directory: string): void {
  try {
    makeFolderSync(directory);
  } catch (error) {
    throw refusal(directory, error);
  }
}

/**
 * Takes a directory for this process until it exits. A lock left by a process that was killed is taken over.
 * @throws DirectoryRefusedError
 */
export function lockDirectory(directory: string): void {
  makeDirectory(directory);
  const file = join(directory, "indexer.pid");
  if (!tryLock(file)) {
    const holder = holderOf(file);
    if (holder !== undefined) {
      throw new DirectoryRefusedError(
        `another indexer (process ${holder}) works in ${directory}: end it, or set ASSAY_INDEXER_DIR (or DATABASE_URL for Postgres)`,
      );
    }
    rmSync(file, { force: true });
    if (!tryLock(file)) throw new DirectoryRefusedError(`another indexer has just started in ${directory}`);
  }
  process.once("exit", () => rmSync(file, { force: true }));
}
