import { type Address, getAddress, type Hex } from "viem";
import { z } from "zod";
import { overturnedLog } from "../../domain/replay.ts";
import { type LogEntry, logKinds, type ResultLog } from "../../domain/resultLog.ts";
import type { Queryable } from "../database/openDatabase.ts";
import type { CourtEventArgs } from "./courtEvents.ts";
import { decimalJson } from "./decimalJson.ts";

const uint = z.string().transform((text) => BigInt(text));
const hex = z.string().transform((text): Hex => `0x${text.slice(2)}`);
const entrySchema = z.object({
  kind: uint,
  roundId: uint,
  appliedAt: uint,
  policyPointer: z.string().transform((text): Address => getAddress(text)),
  versionId: hex,
  word: uint,
  batchDigest: hex,
});

/** Which version a new one takes the place of: its log goes on in the new one's. Before the model's current version changes. */
export async function keepPrevious(tx: Queryable, args: CourtEventArgs<"VersionAdded">): Promise<void> {
  await tx.query(
    "insert into previous_versions select $1, version_id from models where model_id = $2 on conflict do nothing",
    [args.versionId, args.modelId.toString()],
  );
}

/** Adds an entry to a version's log, which begins or goes on from the version before it where the event says so. */
export async function extendLog(tx: Queryable, args: CourtEventArgs<"ResultLogged">): Promise<void> {
  const { versionId, memoryBefore, entry } = args;
  if (BigInt(entry.kind) === logKinds.inherited) await inheritLog(tx, versionId);
  else if (memoryBefore !== 0n) await startLog(tx, versionId, memoryBefore);
  await tx.query(
    `insert into log_entries select $1, coalesce(max(place) + 1, 0), $2 from log_entries where version_id = $1`,
    [
      versionId,
      decimalJson({
        ...entry,
        kind: BigInt(entry.kind),
        roundId: BigInt(entry.roundId),
        appliedAt: BigInt(entry.appliedAt),
      }),
    ],
  );
}

async function startLog(tx: Queryable, versionId: Hex, memoryBefore: bigint): Promise<void> {
  await tx.query("delete from log_entries where version_id = $1", [versionId]);
  await tx.query(
    "insert into result_logs values ($1, $2) on conflict (version_id) do update set memory_before = excluded.memory_before",
    [versionId, memoryBefore.toString()],
  );
}

async function inheritLog(tx: Queryable, versionId: Hex): Promise<void> {
  const from = "join previous_versions p on p.previous_id = l.version_id where p.version_id = $1";
  await tx.query(
    `insert into result_logs select $1, l.memory_before from result_logs l ${from} on conflict do nothing`,
    [versionId],
  );
  await tx.query(
    `insert into log_entries select $1, l.place, l.entry from log_entries l ${from} on conflict do nothing`,
    [versionId],
  );
}

/** Writes what became of an entry that was found wrong. */
export async function overturnEntry(tx: Queryable, args: CourtEventArgs<"ResultOverturned">): Promise<void> {
  const { versionId, disputedVersionId, roundId, newWord } = args;
  const log = await readLog(tx, versionId);
  const isAbout = ({ kind, versionId: of, roundId: round }: LogEntry) =>
    (kind === logKinds.result || kind === logKinds.carried) && round === roundId && of === disputedVersionId;
  const place = log.entries.findIndex(isAbout);
  const entry = overturnedLog(log, place, newWord).entries[place];
  if (!entry) return;
  await tx.query("update log_entries set entry = $3 where version_id = $1 and place = $2", [
    versionId,
    place,
    decimalJson(entry),
  ]);
}

/** A version's log, whether the record still keeps it or not; without entries where it never had one. */
export async function readLog(tx: Queryable, versionId: Hex): Promise<ResultLog> {
  const started = await tx.query<{ memory_before: string }>(
    "select memory_before from result_logs where version_id = $1",
    [versionId],
  );
  const found = await tx.query<{ entry: string }>(
    "select entry from log_entries where version_id = $1 order by place",
    [versionId],
  );
  const entries = found.rows.map(({ entry }) => entrySchema.parse(JSON.parse(entry)));
  return { memoryBefore: BigInt(started.rows[0]?.memory_before ?? 0), entries };
}
