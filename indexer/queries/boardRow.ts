import { eq } from "ponder";
import { zeroAddress } from "viem";
import * as tables from "../ponder.schema.ts";
import { oncePerQuery } from "./memo.ts";
import type { QueryContext } from "./QueryContext.ts";

export type BoardRow = typeof tables.board.$inferSelect;

/** Length of a guardian's pause, seconds (IPolicyBoard.pause). */
const pauseTime = 7n * 86_400n;

const readBoard = oncePerQuery(async ({ db, deployment: { chainId } }: QueryContext, _: ""): Promise<BoardRow> => {
  const [row] = await db.select().from(tables.board).where(eq(tables.board.chainId, chainId));
  return row ?? { chainId, owner: zeroAddress, guardian: zeroAddress, pausedUntil: 0n };
});

/** Who can change the standards, and the guardian's last pause. */
export function boardRow(context: QueryContext): Promise<BoardRow> {
  return readBoard(context, "");
}

/** Whether the guardian's last pause covers a time (unix seconds); of earlier ones the contracts keep nothing. */
export function isPausedAt({ pausedUntil }: BoardRow, at: bigint): boolean {
  return at < pausedUntil && at + pauseTime >= pausedUntil;
}
