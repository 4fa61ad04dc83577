import { type DirectoryLock, DirectoryRefusedError, lockDirectory } from "../../evaluation/store/directoryLock.ts";
import { RefusedStart } from "../service/refusedStart.ts";

/**
 * Takes a service's data directory for this process alone.
 * @throws RefusedStart when another process has it, or when it cannot be made or written to
 */
export function lockDataDirectory(directory: string): DirectoryLock {
  try {
    return lockDirectory(directory, "dataDir");
  } catch (cause) {
    if (!(cause instanceof DirectoryRefusedError)) throw cause;
    throw new RefusedStart(cause.message, { cause });
  }
}
