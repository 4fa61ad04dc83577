import { type Address, getAddress, type Hex, size, sliceHex } from "viem";
import type { Queryable } from "../database/openDatabase.ts";
import type { EventArgs } from "./chainEvents.ts";
import type { Assignment, ShardAssignment } from "./versionsToMeasure.ts";

/** One round, as the events tell it. */
export interface RoundRecord {
  readonly roundId: bigint;
  readonly policyId: bigint;
  readonly suiteHash: Hex;
  readonly entropyBlock: bigint;
  /** What the capture of the entropy fixed; undefined until then. */
  readonly drawn: DrawnRecord | undefined;
  /** Who signed a posted batch and was not paid yet (see IAssay.Round). */
  readonly participated: bigint;
}

export interface DrawnRecord {
  readonly seed: Hex;
  /** Bitmaps over the round's seat list, one a shard. */
  readonly committees: readonly bigint[];
  readonly lotterySlots: bigint;
  readonly modelCount: bigint;
}

/** One place of a round's seat list. */
export interface RoundSeat {
  readonly place: number;
  readonly signer: Address;
  readonly seatId: bigint;
  /** Head of the seat's hash chain when the round opened. */
  readonly linkHead: Hex;
}

// ---------------------------------------------------------------- seats
export async function addSeat(tx: Queryable, { seatId, signer, linkHead }: EventArgs<"SeatAdded">): Promise<void> {
  await tx.query("insert into seats values ($1, $2) on conflict do nothing", [seatId.toString(), linkHead]);
  await addKey(tx, { seatId, signer });
}

/** A key belongs to its seat for ever. */
export async function addKey(tx: Queryable, { seatId, signer }: EventArgs<"SignerRotated">): Promise<void> {
  await tx.query("insert into seat_keys values ($1, $2) on conflict do nothing", [signer, seatId.toString()]);
}

export async function setLinkHead(tx: Queryable, { seatId, linkHead }: EventArgs<"LinkRotated">): Promise<void> {
  await tx.query("update seats set link_head = $2 where seat_id = $1", [seatId.toString(), linkHead]);
}

export async function sealSeats(tx: Queryable, { pointer, signers }: EventArgs<"SeatListSealed">): Promise<void> {
  const list = Array.from({ length: size(signers) / 20 }, (_, i) => getAddress(sliceHex(signers, 20 * i, 20 * i + 20)));
  await tx.query("insert into seat_lists (pointer, signers) values ($1, $2) on conflict do nothing", [
    pointer,
    JSON.stringify(list),
  ]);
}

/** The place of a key on the list that was sealed last, and how many are on it. */
export async function readPlace(
  tx: Queryable,
  signer: Address,
): Promise<{ place: number | undefined; seats: number } | undefined> {
  const found = await tx.query<{ seats: number; place: number | null }>(
    `select jsonb_array_length(signers::jsonb) as seats,
       (select ordinality::int - 1 from jsonb_array_elements_text(signers::jsonb) with ordinality t(key, ordinality) where key = $1) as place
     from seat_lists order by number desc limit 1`,
    [signer],
  );
  const [row] = found.rows;
  return row && { place: row.place ?? undefined, seats: row.seats };
}

// ---------------------------------------------------------------- rounds
/** Keys and hash chains count as they are now, whatever rotates later. */
export async function openRound(tx: Queryable, args: EventArgs<"RoundOpened">): Promise<void> {
  const roundId = args.roundId.toString();
  await tx.query(
    `insert into rounds (round_id, policy_id, suite_hash, entropy_block, model_count, participated)
     values ($1, $2, $3, $4, $5, '0')
     on conflict do nothing`,
    [roundId, args.policyId.toString(), args.suiteHash, args.entropyBlock.toString(), args.modelCount.toString()],
  );
  await tx.query(
    `insert into round_seats
     select $1::bigint, ordinality - 1, key, seat_id, link_head
     from seat_lists, jsonb_array_elements_text(signers::jsonb) with ordinality t(key, ordinality)
       join seat_keys on signer = key join seats using (seat_id)
     where pointer = $2 on conflict do nothing`,
    [roundId, args.seatsPointer],
  );
}

export async function drawRound(tx: Queryable, args: EventArgs<"EntropyCaptured">): Promise<void> {
  await tx.query("update rounds set seed = $2, committees = $3, lottery_slots = $4 where round_id = $1", [
    args.roundId.toString(),
    args.seed,
    args.committees.join(","),
    args.lotterySlots.toString(),
  ]);
}

export async function setParticipated(tx: Queryable, roundId: bigint, participated: bigint): Promise<void> {
  await tx.query("update rounds set participated = $2 where round_id = $1", [
    roundId.toString(),
    participated.toString(),
  ]);
}

interface RoundRow {
  round_id: string;
  policy_id: string;
  suite_hash: Hex;
  entropy_block: string;
  seed: Hex | null;
  committees: string | null;
  lottery_slots: string | null;
  model_count: string | null;
  participated: string;
}

const roundColumns = `round_id::text as round_id, policy_id::text as policy_id, suite_hash, entropy_block::text as entropy_block,
  seed, committees, lottery_slots::text as lottery_slots, model_count::text as model_count, participated`;

function toRecord(row: RoundRow): RoundRecord {
  const { seed, committees, lottery_slots, model_count } = row;
  return {
    roundId: BigInt(row.round_id),
    policyId: BigInt(row.policy_id),
    suiteHash: row.suite_hash,
    entropyBlock: BigInt(row.entropy_block),
    drawn:
      seed === null || committees === null
        ? undefined
        : {
            seed,
            committees: committees.split(",").map(BigInt),
            lotterySlots: BigInt(lottery_slots ?? 0),
            modelCount: BigInt(model_count ?? 0),
          },
    participated: BigInt(row.participated),
  };
}

export async function readRound(tx: Queryable, roundId: bigint): Promise<RoundRecord | undefined> {
  const found = await tx.query<RoundRow>(`select ${roundColumns} from rounds where round_id = $1`, [
    roundId.toString(),
  ]);
  const [row] = found.rows;
  return row && toRecord(row);
}

/** Rounds from one to another, both included, in which somebody has not been paid; oldest first. */
export async function readUnpaidRounds(tx: Queryable, from: bigint, to: bigint): Promise<RoundRecord[]> {
  const found = await tx.query<RoundRow>(
    `select ${roundColumns} from rounds
     where rounds.round_id between $1 and $2 and participated <> '0' order by rounds.round_id`,
    [from.toString(), to.toString()],
  );
  return found.rows.map(toRecord);
}

interface SeatRow {
  place: number;
  signer: Address;
  seat_id: string;
  link_head: Hex;
}

/** A round's seat list. */
export async function readSeats(tx: Queryable, roundId: bigint): Promise<RoundSeat[]> {
  const found = await tx.query<SeatRow>(
    "select place::int as place, signer, seat_id, link_head from round_seats where round_id = $1 order by round_seats.place",
    [roundId.toString()],
  );
  return found.rows.map(({ place, signer, seat_id, link_head }) => {
    return { place, signer, seatId: BigInt(seat_id), linkHead: link_head };
  });
}

// ---------------------------------------------------------------- what a round measures, and what came of it
export async function addAssignment(tx: Queryable, roundId: bigint, assignment: ShardAssignment): Promise<void> {
  const { versionId, modelId, digest, manifestUri, shard } = assignment;
  await tx.query("insert into assignments values ($1, $2, $3, $4, $5, $6) on conflict do nothing", [
    roundId.toString(),
    versionId,
    modelId.toString(),
    digest,
    manifestUri,
    shard.toString(),
  ]);
}

interface AssignmentRow {
  model_id: string;
  version_id: Hex;
  digest: Hex;
  manifest_uri: string;
}

/** What one committee of a round measures, by model id: the order of a batch. */
export async function readAssignments(tx: Queryable, roundId: bigint, shard: bigint): Promise<Assignment[]> {
  const found = await tx.query<AssignmentRow>(
    "select model_id, version_id, digest, manifest_uri from assignments where round_id = $1 and shard = $2",
    [roundId.toString(), shard.toString()],
  );
  const assignments = found.rows.map((row) => ({
    modelId: BigInt(row.model_id),
    versionId: row.version_id,
    digest: row.digest,
    manifestUri: row.manifest_uri,
  }));
  return assignments.sort((a, b) => (a.modelId < b.modelId ? -1 : 1));
}

export async function addResult(tx: Queryable, roundId: bigint, versionId: Hex, transaction: Hex): Promise<void> {
  await tx.query("insert into results values ($1, $2, $3) on conflict do nothing", [
    roundId.toString(),
    versionId,
    transaction,
  ]);
}

/** Transactions that posted a round's results, by version. */
export async function readResults(tx: Queryable, roundId: bigint): Promise<Map<Hex, Hex>> {
  const found = await tx.query<{ version_id: Hex; transaction: Hex }>(
    "select version_id, transaction from results where round_id = $1",
    [roundId.toString()],
  );
  return new Map(found.rows.map(({ version_id, transaction }) => [version_id, transaction]));
}
