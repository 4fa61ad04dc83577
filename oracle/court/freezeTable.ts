import { type Address, getAddress, type Hex, zeroAddress, zeroHash } from "viem";
import { z } from "zod";
import type { Queryable } from "../database/openDatabase.ts";
import type { CourtEventArgs } from "./courtEvents.ts";
import { decimalJson } from "./decimalJson.ts";

const uint = z.string().transform((text) => BigInt(text));
const freezeSchema = z.object({
  modelId: uint,
  versionId: z.string().transform((text): Hex => `0x${text.slice(2)}`),
  roundId: uint,
  fromBond: uint,
  fromDelegations: uint,
  fromUnbonding: uint,
  poolShares: uint,
  waiting: uint,
  frozenAt: uint,
  releasableAt: uint,
  contested: z.boolean(),
  standardLane: z.boolean(),
  policyPointer: z.string().transform((text): Address => getAddress(text)),
});

/** The record of a freeze, as the vault hashes it. */
export type FreezeRecord = z.infer<typeof freezeSchema>;

/** What is shown where a result froze nothing: the contracts ignore it then. */
export const noFreeze: FreezeRecord = {
  modelId: 0n,
  versionId: zeroHash,
  roundId: 0n,
  fromBond: 0n,
  fromDelegations: 0n,
  fromUnbonding: 0n,
  poolShares: 0n,
  waiting: 0n,
  frozenAt: 0n,
  releasableAt: 0n,
  contested: false,
  standardLane: false,
  policyPointer: zeroAddress,
};

export async function setFreeze(tx: Queryable, { versionId, roundId, frozen }: CourtEventArgs<"FreezeChanged">) {
  await tx.query(
    "insert into freezes values ($1, $2, $3) on conflict (version_id, round_id) do update set record = excluded.record",
    [versionId, roundId.toString(), decimalJson(frozen)],
  );
}

export async function endFreeze(tx: Queryable, versionId: Hex, roundId: bigint): Promise<void> {
  await tx.query("delete from freezes where version_id = $1 and round_id = $2", [versionId, roundId.toString()]);
}

/** The record of the freeze that a result caused, as it stands; noFreeze when there is none. */
export async function readFreeze(tx: Queryable, versionId: Hex, roundId: bigint): Promise<FreezeRecord> {
  const found = await tx.query<{ record: string }>(
    "select record from freezes where version_id = $1 and round_id = $2",
    [versionId, roundId.toString()],
  );
  const [row] = found.rows;
  return row ? freezeSchema.parse(JSON.parse(row.record)) : noFreeze;
}

/** The round of the oldest freeze that is not resolved: its result can be disputed still. */
export async function oldestFreeze(tx: Queryable): Promise<bigint | undefined> {
  const found = await tx.query<{ round_id: string | null }>("select min(round_id)::text as round_id from freezes");
  const oldest = found.rows[0]?.round_id;
  return oldest === null || oldest === undefined ? undefined : BigInt(oldest);
}
