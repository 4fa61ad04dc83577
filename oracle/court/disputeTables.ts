import type { Address, Hex } from "viem";
import { z } from "zod";
import { type DisputeStage, disputeStages } from "../../domain/dispute.ts";
import type { Queryable } from "../database/openDatabase.ts";
import type { CourtEventArgs } from "./courtEvents.ts";

/** A dispute, as the events tell it. */
export interface DisputeRecord {
  readonly disputeId: bigint;
  /** The disputed result. */
  readonly versionId: Hex;
  readonly roundId: bigint;
  /** Unix seconds: the end of the stage that it was opened with, four epochs after its opening. */
  readonly openedUntil: bigint;
  readonly entropyBlock: bigint;
  readonly stage: DisputeStage;
  /** End of the stage, unix seconds. */
  readonly deadline: bigint;
  /** Undefined until the committee is drawn. */
  readonly seed: Hex | undefined;
  /** The second committee, a bitmap over the dispute's seat list. */
  readonly committee: bigint;
  /** Who signed the word that was posted, a bitmap over the same list; 0 before. */
  readonly signers: bigint;
  /** Transaction that posted the second committee's word. */
  readonly transaction: Hex | undefined;
}

/** One place of a dispute's seat list. */
export interface DisputeSeat {
  readonly place: number;
  readonly signer: Address;
  readonly seatId: bigint;
  /** Head of the seat's hash chain when the dispute was opened: nobody knew the seed then. */
  readonly linkHead: Hex;
}

const stageSchema = z.enum(disputeStages);

export async function openDispute(tx: Queryable, args: CourtEventArgs<"DisputeOpened">): Promise<void> {
  const { disputeId, versionId, roundId, opened } = args;
  const { deadline, entropyBlock, seatsPointer } = opened;
  await tx.query(
    `insert into disputes values ($1, $2, $3, $4, $5, $6, 'opened', $5, null, '0', '0', null) on conflict do nothing`,
    [disputeId.toString(), versionId, roundId.toString(), seatsPointer, deadline.toString(), entropyBlock.toString()],
  );
  await tx.query(
    `insert into dispute_seats
     select $1::bigint, ordinality - 1, key, seat_id, link_head
     from seat_lists, jsonb_array_elements_text(signers::jsonb) with ordinality t(key, ordinality)
       join seat_keys on signer = key join seats using (seat_id)
     where pointer = $2 on conflict do nothing`,
    [disputeId.toString(), seatsPointer],
  );
}

export async function moveEntropy(tx: Queryable, args: CourtEventArgs<"EntropyMoved">): Promise<void> {
  await tx.query("update disputes set entropy_block = $2 where dispute_id = $1", [
    args.disputeId.toString(),
    args.entropyBlock.toString(),
  ]);
}

export async function drawCommittee(tx: Queryable, args: CourtEventArgs<"CommitteeDrawn">): Promise<void> {
  await tx.query(
    "update disputes set stage = 'drawn', seed = $2, committee = $3, deadline = $4 where dispute_id = $1",
    [args.disputeId.toString(), args.seed, args.committee.toString(), args.deadline.toString()],
  );
}

export async function keepReevaluation(
  tx: Queryable,
  { disputeId, signers, deadline }: CourtEventArgs<"ReevaluationPosted">,
  transaction: Hex,
): Promise<void> {
  await tx.query(
    "update disputes set stage = 'reevaluated', signers = $2, deadline = $3, transaction = $4 where dispute_id = $1",
    [disputeId.toString(), signers.toString(), deadline.toString(), transaction],
  );
}

export async function takeToArbitrator(tx: Queryable, args: CourtEventArgs<"AppealedToArbitrator">): Promise<void> {
  await tx.query("update disputes set stage = 'appealed', deadline = $2 where dispute_id = $1", [
    args.disputeId.toString(),
    args.deadline.toString(),
  ]);
}

export async function setStage(tx: Queryable, disputeId: bigint, stage: "ruled" | "executed"): Promise<void> {
  await tx.query("update disputes set stage = $2 where dispute_id = $1", [disputeId.toString(), stage]);
}

interface DisputeRow {
  dispute_id: string;
  version_id: Hex;
  round_id: string;
  opened_until: string;
  entropy_block: string;
  stage: string;
  deadline: string;
  seed: Hex | null;
  committee: string;
  signers: string;
  transaction: Hex | null;
}

const columns = `dispute_id::text as dispute_id, version_id, round_id::text as round_id, opened_until, entropy_block, stage, deadline,
  seed, committee, signers, transaction`;

function toRecord(row: DisputeRow): DisputeRecord {
  return {
    disputeId: BigInt(row.dispute_id),
    versionId: row.version_id,
    roundId: BigInt(row.round_id),
    openedUntil: BigInt(row.opened_until),
    entropyBlock: BigInt(row.entropy_block),
    stage: stageSchema.parse(row.stage),
    deadline: BigInt(row.deadline),
    seed: row.seed ?? undefined,
    committee: BigInt(row.committee),
    signers: BigInt(row.signers),
    transaction: row.transaction ?? undefined,
  };
}

/** Every dispute about a round that is still kept, oldest first. */
export async function readDisputes(tx: Queryable): Promise<DisputeRecord[]> {
  const found = await tx.query<DisputeRow>(`select ${columns} from disputes order by disputes.dispute_id`);
  return found.rows.map(toRecord);
}

export async function readDisputeSeats(tx: Queryable, disputeId: bigint): Promise<DisputeSeat[]> {
  const found = await tx.query<{ place: number; signer: Address; seat_id: string; link_head: Hex }>(
    `select place::int as place, signer, seat_id, link_head from dispute_seats where dispute_id = $1
     order by dispute_seats.place`,
    [disputeId.toString()],
  );
  return found.rows.map(({ place, signer, seat_id, link_head }) => {
    return { place, signer, seatId: BigInt(seat_id), linkHead: link_head };
  });
}

/** The oldest round whose result is in dispute. */
export async function oldestDisputed(tx: Queryable): Promise<bigint | undefined> {
  const found = await tx.query<{ round_id: string | null }>(
    "select min(round_id)::text as round_id from disputes where stage <> 'executed'",
  );
  const oldest = found.rows[0]?.round_id;
  return oldest === null || oldest === undefined ? undefined : BigInt(oldest);
}

/** Forgets ended disputes about rounds before `roundId`. @returns their ids */
export async function forgetDisputes(tx: Queryable, roundId: bigint): Promise<bigint[]> {
  const ended = await tx.query<{ dispute_id: string }>(
    "delete from disputes where round_id < $1 and stage = 'executed' returning dispute_id::text as dispute_id",
    [roundId.toString()],
  );
  const ids = ended.rows.map(({ dispute_id }) => BigInt(dispute_id));
  for (const id of ids) await tx.query("delete from dispute_seats where dispute_id = $1", [id.toString()]);
  return ids;
}
