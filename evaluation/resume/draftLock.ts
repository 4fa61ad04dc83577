import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { ResumeRefusedError } from "./resumeRefusedError.ts";

export interface DraftLock {
  release(): void;
}

/**
 * Takes a run's draft for this process alone. The lock is SQLite's exclusive transaction on a file beside it: the operating system
 * drops it with the process, also after kill -9, so that there is no stale lock to clean up.
 * @throws ResumeRefusedError while another process has it
 */
export function lockDraft(draft: string): DraftLock {
  const path = `${draft}.lock`;
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec("PRAGMA locking_mode = EXCLUSIVE");
    file.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    file.close();
    throw new ResumeRefusedError(`${draft} is being written by another process: wait for it, or end it`, { cause });
  }
  return {
    release() {
      rmSync(path, { force: true });
      file.close();
    },
  };
}
