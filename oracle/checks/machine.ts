import { existsSync } from "node:fs";
import { open, rm, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { makeFolder } from "../../evaluation/evidence/makeFolder.ts";
import { type CheckResult, fail, ok, warn } from "./check.ts";

const gigabyte = 1_000_000_000;
/** Bytes: below the first nothing can be written for long, below the second it is time to do something. */
const leastFree = gigabyte / 2;
const enoughFree = 5 * gigabyte;
/** Milliseconds a write may take to be on disk: every signature waits for one. */
const slowFsyncMs = 50;
const fsyncs = 9;
/** Files and sockets: a node has boards, RPCs, models and readers of its pages open at once. */
const leastFiles = 256;
const enoughFiles = 4_096;

/** Free space where the data directory is, or will be. */
export async function checkDisk(dataDir: string): Promise<CheckResult> {
  const place = existingPart(resolve(dataDir));
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  const value = `${(free / gigabyte).toFixed(1)} GB free at ${place}`;
  if (free < leastFree) return fail("disk", value, "free some space, or lower retainRounds", free);
  if (free < enoughFree) return warn("disk", value, "free some space, or lower retainRounds", free);
  return ok("disk", value, free);
}

/** How long a small write takes to be on disk (the median of a few), in the data directory. */
export async function checkFsync(dataDir: string): Promise<CheckResult> {
  const directory = resolve(dataDir);
  const file = join(directory, `fsync-${process.pid}.probe`);
  try {
    await makeFolder(directory);
    const milliseconds = await medianFsync(file);
    const value = `${milliseconds.toFixed(1)} ms until a write is on disk`;
    return milliseconds > slowFsyncMs
      ? warn("fsync", value, "use a local disk: every signature waits for it", milliseconds)
      : ok("fsync", value, milliseconds);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? `${error.code}` : "unknown";
    return fail("fsync", `${directory} cannot be written to (${reason})`, "correct dataDir, or its owner");
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}

async function medianFsync(file: string): Promise<number> {
  const handle = await open(file, "w", 0o600);
  try {
    const took: number[] = [];
    for (let i = 0; i < fsyncs; i += 1) {
      const from = performance.now();
      await handle.write("x".repeat(4_096), 0);
      await handle.sync();
      took.push(performance.now() - from);
    }
    return took.sort((a, b) => a - b)[(fsyncs - 1) / 2] ?? 0;
  } finally {
    await handle.close();
  }
}

/** Files and sockets that this process may have open. */
export function checkOpenFiles(limit: number | undefined): CheckResult {
  if (limit === undefined) return ok("open files", "no limit");
  const value = `at most ${limit} files and sockets`;
  const remedy = `raise the limit to ${enoughFiles} or more (ulimit -n, LimitNOFILE=)`;
  if (limit < leastFiles) return fail("open files", value, remedy, limit);
  return limit < enoughFiles ? warn("open files", value, remedy, limit) : ok("open files", value, limit);
}

/** The soft limit of the process that runs; undefined when there is none. */
export function openFileLimit(): number | undefined {
  Object.assign(process.report, { excludeNetwork: true });
  const report: unknown = process.report.getReport();
  const soft = Object.entries(Object(Reflect.get(Object(report), "userLimits") ?? {})).find(
    ([name]) => name === "open_files",
  )?.[1];
  const limit = Number(Reflect.get(Object(soft), "soft"));
  return Number.isFinite(limit) ? limit : undefined;
}

/** The nearest folder above that is there. */
function existingPart(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existingPart(dirname(path));
}
