import { and, eq, inArray } from "ponder";
import type { Hex } from "viem";
import { keysOfList, seatsOf } from "../../domain/committee.ts";
import * as tables from "../ponder.schema.ts";
import { oncePerQuery } from "./memo.ts";
import type { QueryContext } from "./QueryContext.ts";

export type EvaluatorRow = typeof tables.evaluator.$inferSelect;

/** A seat on a sealed list: whoever signed there then. */
export interface Member {
  /** Place in the list: its bit in bitmaps of signers and committees. */
  place: number;
  /** The key on the list. The seat may sign with another one by now. */
  signer: Hex;
  evaluator: EvaluatorRow;
}

/** The keys of a sealed list, in the order of their places; empty for a list that was never sealed. */
export const signersOf = oncePerQuery(async ({ db, deployment }: QueryContext, pointer: Hex): Promise<Hex[]> => {
  const { seatList } = tables;
  const [row] = await db
    .select()
    .from(seatList)
    .where(and(eq(seatList.chainId, deployment.chainId), eq(seatList.pointer, pointer)));
  return row ? keysOfList(row.signers) : [];
});

/** The seats of these keys, now or ever. */
async function seatsBySigner(
  { db, deployment }: QueryContext,
  signers: readonly Hex[],
): Promise<Map<Hex, EvaluatorRow>> {
  const { evaluator, seatKey } = tables;
  const rows = await db
    .select({ signer: seatKey.signer, evaluator })
    .from(seatKey)
    .innerJoin(evaluator, and(eq(evaluator.chainId, seatKey.chainId), eq(evaluator.seatId, seatKey.seatId)))
    .where(and(eq(seatKey.chainId, deployment.chainId), inArray(seatKey.signer, [...signers])));
  return new Map(rows.map((row) => [row.signer, row.evaluator]));
}

/** The seats in a bitmap over a sealed list, lowest place first. */
export async function membersOf(context: QueryContext, pointer: Hex, bitmap: bigint): Promise<Member[]> {
  const list = await signersOf(context, pointer);
  const listed = seatsOf(bitmap).flatMap((place) => {
    const signer = list[place];
    return signer === undefined ? [] : [{ place, signer }];
  });
  if (listed.length === 0) return [];
  const seats = await seatsBySigner(
    context,
    listed.map(({ signer }) => signer),
  );
  return listed.flatMap(({ place, signer }) => {
    const evaluator = seats.get(signer);
    return evaluator === undefined ? [] : [{ place, signer, evaluator }];
  });
}
