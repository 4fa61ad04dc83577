import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolderSync } from "../../evaluation/evidence/makeFolder.ts";
import { RefusedStart } from "../service/refusedStart.ts";

/**
 * Writes a file that only its owner may read, and waits for the disk. Never overwrites one.
 * @throws RefusedStart when there is a file already, or none can be written.
 */
export function writeSecretFile(path: string, text: string): void {
  makeFolderSync(dirname(path), 0o700);
  const file = openNew(path);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function openNew(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (cause) {
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    throw new RefusedStart(
      exists
        ? `${path} exists already and is never overwritten: move it away, or name another file`
        : `${path} cannot be written: name a place where files can be made`,
      { cause },
    );
  }
}
