import { and, eq } from "ponder";
import type { Hex } from "viem";
import * as tables from "../ponder.schema.ts";
import type { QueryContext } from "./QueryContext.ts";

/** The freeze of a version's failing result; undefined if it froze nothing. */
export async function findFreeze({ db, deployment }: QueryContext, versionId: Hex, roundId: bigint) {
  const { freeze } = tables;
  const [row] = await db
    .select()
    .from(freeze)
    .where(and(eq(freeze.chainId, deployment.chainId), eq(freeze.versionId, versionId), eq(freeze.roundId, roundId)));
  return row;
}

/** The dispute about a version's result; undefined if there was none. */
export async function findDisputeOf({ db, deployment }: QueryContext, versionId: Hex, roundId: bigint) {
  const { dispute } = tables;
  const ofResult = and(eq(dispute.versionId, versionId), eq(dispute.roundId, roundId));
  const [row] = await db
    .select()
    .from(dispute)
    .where(and(eq(dispute.chainId, deployment.chainId), ofResult));
  return row;
}

/** The result of a version in a round; undefined if there is none. */
export async function findResult({ db, deployment }: QueryContext, versionId: Hex, roundId: bigint) {
  const { result } = tables;
  const [row] = await db
    .select()
    .from(result)
    .where(and(eq(result.chainId, deployment.chainId), eq(result.versionId, versionId), eq(result.roundId, roundId)));
  return row;
}
