import type { Context } from "ponder:registry";
import { logEntry, resultLog, version } from "ponder:schema";
import type { Hex } from "viem";
import { overturnedLog } from "../../domain/replay.ts";
import { type LogEntry, logKinds, logTime, type ResultLog } from "../../domain/resultLog.ts";

/** Begins a log anew; an older one of the version is over. */
export async function startLog(context: Context, versionId: Hex, memoryBefore: bigint): Promise<void> {
  const fresh = { memoryBefore, until: 0n, entryCount: 0 };
  await context.db
    .insert(resultLog)
    .values({ chainId: context.chain.id, versionId, ...fresh })
    .onConflictDoUpdate(fresh);
}

/** A new version's log is that of the version before it: at most 255 entries. */
export async function inheritLog(context: Context, versionId: Hex): Promise<void> {
  const { db } = context;
  const chainId = context.chain.id;
  const previous = (await db.find(version, { chainId, id: versionId }))?.previousId;
  const log = previous ? await db.find(resultLog, { chainId, versionId: previous }) : null;
  if (!log) return;
  await db.insert(resultLog).values({ ...log, versionId });
  for (let place = 0; place < log.entryCount; place += 1) {
    const entry = await db.find(logEntry, { chainId, ofVersionId: log.versionId, place });
    if (entry) await db.insert(logEntry).values({ ...entry, ofVersionId: versionId });
  }
}

export async function extendLog(context: Context, ofVersionId: Hex, entry: LogEntry): Promise<void> {
  const chainId = context.chain.id;
  const { entryCount } = await context.db
    .update(resultLog, { chainId, versionId: ofVersionId })
    .set((row) => ({ entryCount: row.entryCount + 1 }));
  // The place may hold an entry of an earlier log of this version.
  await context.db
    .insert(logEntry)
    .values({ chainId, ofVersionId, place: entryCount - 1, ...entry })
    .onConflictDoUpdate({ ...entry });
}

/** A failure that was applied now can be overturned for a while. */
export async function keepLog(context: Context, versionId: Hex, appliedAt: bigint): Promise<void> {
  await context.db.update(resultLog, { chainId: context.chain.id, versionId }).set({ until: appliedAt + logTime });
}

/** The log of a version as far as it is kept. */
async function readLog(context: Context, versionId: Hex): Promise<ResultLog | undefined> {
  const chainId = context.chain.id;
  const log = await context.db.find(resultLog, { chainId, versionId });
  if (!log) return undefined;
  const entries: LogEntry[] = [];
  for (let place = 0; place < log.entryCount; place += 1) {
    const entry = await context.db.find(logEntry, { chainId, ofVersionId: versionId, place });
    if (entry) entries.push(entry);
  }
  return { memoryBefore: log.memoryBefore, entries };
}

/** Writes what became of the entry about a result, or a carried failure, that was found wrong. */
export async function overturnEntry(
  context: Context,
  ofVersionId: Hex,
  { disputedVersionId, roundId, newWord }: { disputedVersionId: Hex; roundId: bigint; newWord: bigint },
): Promise<void> {
  const log = await readLog(context, ofVersionId);
  if (!log) return;
  const isAbout = ({ kind, versionId, roundId: of }: LogEntry) =>
    (kind === logKinds.result || kind === logKinds.carried) &&
    of === roundId &&
    isSameHash(versionId, disputedVersionId);
  const place = log.entries.findIndex(isAbout);
  const entry = overturnedLog(log, place, newWord).entries[place];
  if (!entry) return;
  await context.db
    .update(logEntry, { chainId: context.chain.id, ofVersionId, place })
    .set({ kind: entry.kind, word: entry.word });
}

const isSameHash = (a: Hex, b: Hex) => a.toLowerCase() === b.toLowerCase();
