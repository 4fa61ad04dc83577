import type { Database } from "../database/openDatabase.ts";
import { raiseSigningFloor } from "./signingHistory.ts";

/**
 * Forgets the messages and signatures of rounds before `roundId`; the node refuses to sign for those rounds from then on. Proofs of
 * equivocation are kept.
 */
export async function forgetRounds(database: Database, roundId: bigint): Promise<void> {
  if (roundId <= 0n) return;
  await database.transaction(async (tx) => {
    await raiseSigningFloor(tx, roundId);
    await tx.query("delete from own_messages where round_id < $1", [roundId.toString()]);
    await tx.query("delete from unsigned_messages where round_id < $1", [roundId.toString()]);
    await tx.query("delete from message_draws where round_id < $1", [roundId.toString()]);
    await tx.query("delete from peer_messages where round_id < $1", [roundId.toString()]);
  });
}
