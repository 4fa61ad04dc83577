import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolderSync } from "../../evaluation/evidence/makeFolder.ts";
import { RefusedStart } from "../service/refusedStart.ts";

/** Another process holds the data directory. */
export class DirectoryLockedError extends RefusedStart {
  override name = "DirectoryLockedError";
}

export interface DirectoryLock {
  /** Twice is as good as once. */
  release(): void;
}

/** Keeps every lock reachable: a collected `DatabaseSync` closes its file, and another process could take the directory. */
const held = new Set<DatabaseSync>();

/**
 * Takes a data directory for this process alone.
 * The lock is SQLite's exclusive transaction on a file of its own: the operating system drops it with the process, also after
 * kill -9, so there is no stale lock to clean up and no process id to guess about. (PGlite itself lets two processes open one
 * directory and corrupt it.)
 * @throws DirectoryLockedError when another process has it, RefusedStart when it cannot be made or written to.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const file = openLockFile(directory);
  try {
    file.exec("PRAGMA locking_mode = EXCLUSIVE");
    file.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    file.close();
    throw new DirectoryLockedError(
      `${directory} is in use by another process: stop that one, or give this one a data directory of its own`,
      { cause },
    );
  }
  held.add(file);
  return {
    release: () => {
      if (held.delete(file)) file.close();
    },
  };
}

/** Whether a process has the directory. Makes nothing: one that is not there is nobody's. */
export function isDirectoryLocked(directory: string): boolean {
  if (!existsSync(join(directory, "lock"))) return false;
  try {
    lockDirectory(directory).release();
    return false;
  } catch (error) {
    return error instanceof DirectoryLockedError;
  }
}

function openLockFile(directory: string): DatabaseSync {
  try {
    makeFolderSync(directory);
    return new DatabaseSync(join(directory, "lock"), { timeout: 0 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new RefusedStart(`${directory} cannot be used (${reason}): correct dataDir, or its owner`, { cause });
  }
}
