import { type ContractEventName, concat, type GetContractEventsReturnType, type Hex, keccak256 } from "viem";
import { unpackMemory } from "../../domain/memory.ts";
import type { assayAbi } from "../../sdk/index.ts";
import type { Queryable } from "../database/openDatabase.ts";
import { maxResultsPerBatch } from "../messages/message.ts";

/** One round, as the events tell it. */
export interface RoundRecord {
  readonly roundId: bigint;
  readonly policyId: bigint;
  readonly suiteHash: Hex;
  readonly entropyBlock: bigint;
  /** Undefined until the entropy is captured, like the committee (a bitmap over seats). */
  readonly seed: Hex | undefined;
  readonly committee: bigint | undefined;
  /** Transaction of the first batch that was posted for it. */
  readonly postedIn: Hex | undefined;
}

/** A version that the committee of a round has to measure. */
export interface Assignment {
  readonly modelId: bigint;
  readonly versionId: Hex;
  readonly digest: Hex;
  readonly manifestUri: string;
}

export type AssayLog = GetContractEventsReturnType<typeof assayAbi, ContractEventName<typeof assayAbi>, true>[number];
type ArgsOf<Name extends ContractEventName<typeof assayAbi>> = Extract<AssayLog, { eventName: Name }>["args"];

/** Smallest bond (token's smallest unit) under a policy. Policies never change once they are set. */
export type BondMin = (policyId: bigint) => Promise<bigint>;

const standardLane = 1;

/** Applies one event to the node's tables. */
export async function applyLog(tx: Queryable, log: AssayLog, bondMin: BondMin): Promise<void> {
  switch (log.eventName) {
    case "VersionAdded":
      return addVersion(tx, log.args);
    case "LaneChanged":
      return setLane(tx, log.args);
    case "Bonded":
    case "BondUnbondRequested":
    case "BondWithdrawn":
    case "StakeFrozen":
    case "FreezeReleased":
      return setStake(tx, log.args.modelId, log.args.stakeAfter);
    case "RoundOpened":
      return openRound(tx, log.args);
    case "EntropyCaptured":
      return assign(tx, log.args, bondMin);
    case "BatchPosted":
      return markPosted(tx, log.args.roundId, log.transactionHash);
  }
}

async function addVersion(tx: Queryable, args: ArgsOf<"VersionAdded">): Promise<void> {
  const { modelId, versionId, digest, manifestUri, memoryWord } = args;
  await tx.query("insert into versions values ($1, $2, $3, $4, $5) on conflict do nothing", [
    versionId,
    modelId.toString(),
    digest,
    manifestUri,
    unpackMemory(memoryWord).lastRound.toString(),
  ]);
  await tx.query(
    `insert into models values ($1, $2, 0, '0')
     on conflict (model_id) do update set version_id = excluded.version_id`,
    [modelId.toString(), versionId],
  );
}

async function setLane(tx: Queryable, { modelId, lane }: ArgsOf<"LaneChanged">): Promise<void> {
  await tx.query("update models set lane = $2 where model_id = $1", [modelId.toString(), lane]);
}

async function setStake(tx: Queryable, modelId: bigint, stake: ArgsOf<"Bonded">["stakeAfter"]): Promise<void> {
  await tx.query("update models set active_bond = $2, lane = $3 where model_id = $1", [
    modelId.toString(),
    (stake.bond - stake.unbondingBond).toString(),
    stake.lane,
  ]);
}

async function openRound(tx: Queryable, args: ArgsOf<"RoundOpened">): Promise<void> {
  await tx.query(
    `insert into rounds (round_id, policy_id, suite_hash, entropy_block) values ($1, $2, $3, $4) on conflict do nothing`,
    [args.roundId.toString(), args.policyId.toString(), args.suiteHash, args.entropyBlock.toString()],
  );
}

async function markPosted(tx: Queryable, roundId: bigint, transaction: Hex): Promise<void> {
  await tx.query("update rounds set posted_in = $2 where round_id = $1 and posted_in is null", [
    roundId.toString(),
    transaction,
  ]);
}

/** The moment a round's work is known: whatever is bonded, on the standard lane and registered before the round. */
async function assign(tx: Queryable, args: ArgsOf<"EntropyCaptured">, bondMin: BondMin): Promise<void> {
  const { roundId, seed, committee } = args;
  await tx.query("update rounds set seed = $2, committee = $3 where round_id = $1", [
    roundId.toString(),
    seed,
    committee.toString(),
  ]);
  const round = await readRound(tx, roundId);
  if (!round) return;
  const found = await candidatesFor(tx, roundId, await bondMin(round.policyId));
  for (const { modelId, versionId, digest, manifestUri } of lottery(found, seed)) {
    await tx.query("insert into assignments values ($1, $2, $3, $4, $5) on conflict do nothing", [
      roundId.toString(),
      versionId,
      modelId.toString(),
      digest,
      manifestUri,
    ]);
  }
}

/** A batch carries a bounded number of results; when there are more versions, the seed draws which of them have their turn. */
function lottery(found: Assignment[], seed: Hex): Assignment[] {
  if (found.length <= maxResultsPerBatch) return found;
  const drawn = found.map((assignment) => ({ assignment, ticket: keccak256(concat([seed, assignment.versionId])) }));
  drawn.sort((a, b) => (a.ticket < b.ticket ? -1 : 1));
  return drawn.slice(0, maxResultsPerBatch).map(({ assignment }) => assignment);
}

interface AssignmentRow {
  model_id: string;
  version_id: Hex;
  digest: Hex;
  manifest_uri: string;
}

const toAssignment = (row: AssignmentRow): Assignment => ({
  modelId: BigInt(row.model_id),
  versionId: row.version_id,
  digest: row.digest,
  manifestUri: row.manifest_uri,
});

/** The versions a round could measure were its entropy captured now. */
export async function candidatesFor(tx: Queryable, roundId: bigint, bondMin: bigint): Promise<Assignment[]> {
  const found = await tx.query<AssignmentRow & { active_bond: string }>(
    `select m.model_id, m.active_bond, v.version_id, v.digest, v.manifest_uri
     from models m join versions v using (version_id) where m.lane = $1 and v.last_round < $2`,
    [standardLane, roundId.toString()],
  );
  return found.rows.filter((row) => BigInt(row.active_bond) >= bondMin).map(toAssignment);
}

/** What a round measures, by model id: the order of a batch. */
export async function readAssignments(tx: Queryable, roundId: bigint): Promise<Assignment[]> {
  const found = await tx.query<AssignmentRow>(
    "select model_id, version_id, digest, manifest_uri from assignments where round_id = $1",
    [roundId.toString()],
  );
  return found.rows.map(toAssignment).sort((a, b) => (a.modelId < b.modelId ? -1 : 1));
}

interface RoundRow {
  policy_id: string;
  suite_hash: Hex;
  entropy_block: string;
  seed: Hex | null;
  committee: string | null;
  posted_in: Hex | null;
}

export async function readRound(tx: Queryable, roundId: bigint): Promise<RoundRecord | undefined> {
  const found = await tx.query<RoundRow>(
    `select policy_id::text as policy_id, suite_hash, entropy_block::text as entropy_block, seed, committee, posted_in
     from rounds where round_id = $1`,
    [roundId.toString()],
  );
  const [row] = found.rows;
  if (!row) return undefined;
  return {
    roundId,
    policyId: BigInt(row.policy_id),
    suiteHash: row.suite_hash,
    entropyBlock: BigInt(row.entropy_block),
    seed: row.seed ?? undefined,
    committee: row.committee === null ? undefined : BigInt(row.committee),
    postedIn: row.posted_in ?? undefined,
  };
}
