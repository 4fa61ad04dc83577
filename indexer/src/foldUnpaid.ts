import type { Context } from "ponder:registry";
import { dispute, seatKey, seatList } from "ponder:schema";
import { keysOfList, seatsOf } from "../../domain/committee.ts";

/** Notes that a member of a second committee was paid: events name the seat, the contracts count places in the dispute's list. */
export async function payMember(context: Context, disputeId: bigint, seatId: bigint): Promise<void> {
  const { db } = context;
  const chainId = context.chain.id;
  const paid = await db.find(dispute, { chainId, id: disputeId });
  const list = paid ? await db.find(seatList, { chainId, pointer: paid.seatsPointer }) : null;
  const keys = list ? keysOfList(list.signers) : [];
  const unpaid = paid?.unpaid ?? 0n;
  // A committee has at most 15 members, and a seat one place in a list.
  for (const place of seatsOf(unpaid)) {
    const signer = keys[place];
    const key = signer === undefined ? null : await db.find(seatKey, { chainId, signer });
    if (key?.seatId !== Number(seatId)) continue;
    await db.update(dispute, { chainId, id: disputeId }).set({ unpaid: unpaid ^ (1n << BigInt(place)) });
  }
}
