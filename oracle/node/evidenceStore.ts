import { rm } from "node:fs/promises";
import type { Hex } from "viem";
import type { Queryable } from "../database/openDatabase.ts";
import { roundDirOf } from "./measure.ts";

/** Where this node's evidence lies, by the sha256 of the blob. */
export interface EvidenceStore {
  add(hash: Hex, roundId: bigint, path: string): Promise<void>;
  pathOf(hash: Hex): Promise<string | undefined>;
  /** Deletes the evidence of rounds before `roundId`. */
  forgetBefore(roundId: bigint): Promise<void>;
}

export function createEvidenceStore(database: Queryable, evidenceDir: string): EvidenceStore {
  return {
    async add(hash, roundId, path) {
      await database.query("insert into evidence values ($1, $2, $3) on conflict do nothing", [
        hash,
        roundId.toString(),
        path,
      ]);
    },
    async pathOf(hash) {
      const found = await database.query<{ path: string }>("select path from evidence where hash = $1", [hash]);
      return found.rows[0]?.path;
    },
    async forgetBefore(roundId) {
      const old = await database.query<{ round_id: string }>(
        "select distinct round_id::text as round_id from evidence where round_id < $1",
        [roundId.toString()],
      );
      for (const { round_id } of old.rows)
        await rm(roundDirOf(evidenceDir, BigInt(round_id)), { recursive: true, force: true });
      await database.query("delete from evidence where round_id < $1", [roundId.toString()]);
    },
  };
}
