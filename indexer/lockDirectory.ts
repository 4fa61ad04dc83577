import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Another indexer works in the directory: the embedded database knows one process only. */
export class DirectoryInUseError extends Error {
  override name = "DirectoryInUseError";
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
    throw error;
  }
}

/**
 * Takes a directory for this process until it exits. A lock left by a process that was killed is taken over.
 * @throws DirectoryInUseError
 */
export function lockDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "indexer.pid");
  if (!tryLock(file)) {
    const holder = holderOf(file);
    if (holder !== undefined) {
      throw new DirectoryInUseError(
        `another indexer (process ${holder}) works in ${directory}: end it, or set ASSAY_INDEXER_DIR (or DATABASE_URL for Postgres)`,
      );
    }
    rmSync(file, { force: true });
    if (!tryLock(file)) throw new DirectoryInUseError(`another indexer has just started in ${directory}`);
  }
  process.once("exit", () => rmSync(file, { force: true }));
}
