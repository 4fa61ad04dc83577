import type { Hex } from "viem";
import { unpackMemory } from "../../domain/memory.ts";
import { stakeFromWords } from "../../domain/stake.ts";
import type { Queryable } from "../database/openDatabase.ts";
import type { EventArgs } from "./chainEvents.ts";
import type { Assignment, Candidate } from "./versionsToMeasure.ts";

export async function addVersion(tx: Queryable, args: EventArgs<"VersionAdded">): Promise<void> {
  const { modelId, versionId, digest, manifestUri, memoryWord } = args;
  await tx.query("insert into versions values ($1, $2, $3, $4, $5) on conflict do nothing", [
    versionId,
    modelId.toString(),
    digest,
    manifestUri,
    memoryWord.toString(),
  ]);
  await tx.query(
    `insert into models values ($1, $2, '0', '0', '0')
     on conflict (model_id) do update set version_id = excluded.version_id`,
    [modelId.toString(), versionId],
  );
}

export async function setMemory(tx: Queryable, versionId: Hex, memoryWord: bigint): Promise<void> {
  await tx.query("update versions set memory_word = $2 where version_id = $1", [versionId, memoryWord.toString()]);
}

/** The memory that retirement writes is the current version's. */
export async function retire(tx: Queryable, args: EventArgs<"ModelRetired">): Promise<void> {
  const { modelId, retirement, memoryWord } = args;
  const found = await tx.query<{ version_id: Hex }>(
    "update models set evaluated_until = $2 where model_id = $1 returning version_id",
    [modelId.toString(), retirement.evaluatedUntil.toString()],
  );
  for (const { version_id } of found.rows) await setMemory(tx, version_id, memoryWord);
}

export async function setBond(tx: Queryable, modelId: bigint, bondWord: bigint): Promise<void> {
  await tx.query("update models set bond_word = $2 where model_id = $1", [modelId.toString(), bondWord.toString()]);
}

export async function setPaid(tx: Queryable, args: EventArgs<"EvaluationPrepaid">): Promise<void> {
  await tx.query("update models set paid_through = $2 where model_id = $1", [
    args.modelId.toString(),
    args.paidThrough.toString(),
  ]);
}

interface CandidateRow {
  model_id: string;
  version_id: Hex;
  digest: Hex;
  manifest_uri: string;
  memory_word: string;
  bond_word: string;
  paid_through: string;
  evaluated_until: string;
}

const candidateColumns = `m.model_id, v.version_id, v.digest, v.manifest_uri, v.memory_word, m.bond_word, m.paid_through,
  m.evaluated_until from models m join versions v using (version_id)`;

function toCandidate(row: CandidateRow): Candidate {
  return {
    modelId: BigInt(row.model_id),
    versionId: row.version_id,
    digest: row.digest,
    manifestUri: row.manifest_uri,
    memory: unpackMemory(BigInt(row.memory_word)),
    stake: stakeFromWords({ bondWord: BigInt(row.bond_word), poolWord: 0n, lossWord: 0n, lossInEpoch: 0n }),
    paidThrough: BigInt(row.paid_through),
    evaluatedUntil: BigInt(row.evaluated_until),
  };
}

/** Every model's current version. */
export async function readCandidates(tx: Queryable): Promise<Candidate[]> {
  const found = await tx.query<CandidateRow>(`select ${candidateColumns}`);
  return found.rows.map(toCandidate);
}

/** Keeps every model's current version as it stands now for a round: what a round measures is fixed before anybody can know its seed. */
export async function keepCandidates(tx: Queryable, roundId: bigint): Promise<void> {
  await tx.query(`insert into round_candidates select $1::bigint, ${candidateColumns} on conflict do nothing`, [
    roundId.toString(),
  ]);
}

/** What was kept for a round, which is then forgotten: it is drawn from once. */
export async function takeCandidates(tx: Queryable, roundId: bigint): Promise<Candidate[]> {
  const kept = await tx.query<CandidateRow>("delete from round_candidates where round_id = $1 returning *", [
    roundId.toString(),
  ]);
  return kept.rows.map(toCandidate);
}

/** A version by its id, current or not. */
export async function readVersion(tx: Queryable, versionId: Hex): Promise<Assignment | undefined> {
  const found = await tx.query<{ model_id: string; digest: Hex; manifest_uri: string }>(
    "select model_id, digest, manifest_uri from versions where version_id = $1",
    [versionId],
  );
  const [row] = found.rows;
  return row && { modelId: BigInt(row.model_id), versionId, digest: row.digest, manifestUri: row.manifest_uri };
}
