import type { Hex } from "viem";
import { type Fault, faults } from "../../domain/dispute.ts";
import type { Queryable } from "../database/openDatabase.ts";
import type { CourtEventArgs } from "./courtEvents.ts";

export async function addSlash(tx: Queryable, args: CourtEventArgs<"EvaluatorSlashed">): Promise<void> {
  const { seatId, versionId, roundId, fault } = args;
  await tx.query("insert into slashes values ($1, $2, $3, $4) on conflict do nothing", [
    seatId.toString(),
    versionId,
    roundId.toString(),
    faults[fault] ?? `${fault}`,
  ]);
}

/** Whether a seat was slashed for a fault in what it said about a version in a round. */
export async function isSlashed(
  tx: Queryable,
  { seatId, versionId, roundId, fault }: { seatId: bigint; versionId: Hex; roundId: bigint; fault: Fault },
): Promise<boolean> {
  const found = await tx.query(
    "select 1 from slashes where seat_id = $1 and version_id = $2 and round_id = $3 and fault = $4",
    [seatId.toString(), versionId, roundId.toString(), fault],
  );
  return found.rows.length > 0;
}

/** The seat of a key: a key belongs to its seat for ever. */
export async function seatOfKey(tx: Queryable, signer: string): Promise<bigint | undefined> {
  const found = await tx.query<{ seat_id: string }>("select seat_id from seat_keys where signer = $1", [signer]);
  const seatId = found.rows[0]?.seat_id;
  return seatId === undefined ? undefined : BigInt(seatId);
}
