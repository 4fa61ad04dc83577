import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeFolderSync } from "../evidence/makeFolder.ts";

/** A directory cannot be had: the system makes none, or no file in it. One line: what is wrong, and what to do. */
export class DirectoryRefusedError extends Error {
  override name = "DirectoryRefusedError";
}

/** Another process holds the directory. */
export class DirectoryLockedError extends DirectoryRefusedError {
  override name = "DirectoryLockedError";
}

export interface DirectoryLock {
  /** Twice is as good as once. */
  release(): void;
}

/** Keeps every lock reachable: a collected `DatabaseSync` closes its file, and another process could take the directory. */
const held = new Set<DatabaseSync>();

/**
 * Takes a directory for this process alone, and makes it where it is not there.
 * The lock is SQLite's exclusive transaction on a file of its own: the operating system drops it with the process, also after
 * kill -9, so there is no stale lock to clean up and no process id to guess about. (PGlite itself lets two processes open one
 * directory and corrupt it.)
 * @param setting What names the directory, for whoever has to name another one.
 * @throws DirectoryLockedError when another process has it, DirectoryRefusedError when it cannot be made or written to
 */
export function lockDirectory(directory: string, setting: string): DirectoryLock {
  const file = openLockFile(directory, setting);
  try {
    file.exec("PRAGMA locking_mode = EXCLUSIVE");
    file.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    file.close();
    throw new DirectoryLockedError(
      `${directory} is in use by another process: stop that one, or give this one another ${setting}`,
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
    lockDirectory(directory, "directory").release();
    return false;
  } catch (error) {
    return error instanceof DirectoryLockedError;
  }
}

function openLockFile(directory: string, setting: string): DatabaseSync {
  try {
    makeFolderSync(directory);
    return new DatabaseSync(join(directory, "lock"), { timeout: 0 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new DirectoryRefusedError(`${directory} cannot be used (${reason}): correct ${setting}, or its owner`, {
      cause,
    });
  }
}
