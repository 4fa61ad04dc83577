import { and, eq, inArray } from "ponder";
import type { Hex } from "viem";
import * as tables from "../ponder.schema.ts";
import type { QueryContext } from "./QueryContext.ts";
import type { EvaluatorRow } from "./seats.ts";

export type VersionRow = typeof tables.version.$inferSelect;
export type BatchRow = typeof tables.batch.$inferSelect;

/** The versions of these ids, in their order; undefined where there is none. */
export async function loadVersions(ids: readonly Hex[], { db, deployment }: QueryContext) {
  const { version } = tables;
  const rows = await db
    .select()
    .from(version)
    .where(and(eq(version.chainId, deployment.chainId), inArray(version.id, [...ids])));
  const byId = new Map<Hex, VersionRow>(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id));
}

/** The batches of these digests, in their order; undefined where there is none. */
export async function loadBatches(digests: readonly Hex[], { db, deployment }: QueryContext) {
  const { batch } = tables;
  const rows = await db
    .select()
    .from(batch)
    .where(and(eq(batch.chainId, deployment.chainId), inArray(batch.digest, [...digests])));
  const byDigest = new Map<Hex, BatchRow>(rows.map((row) => [row.digest, row]));
  return digests.map((digest) => byDigest.get(digest));
}

/** The seats of these ids, in their order; undefined where there is none. */
export async function loadEvaluators(ids: readonly number[], { db, deployment }: QueryContext) {
  const { evaluator } = tables;
  const rows = await db
    .select()
    .from(evaluator)
    .where(and(eq(evaluator.chainId, deployment.chainId), inArray(evaluator.seatId, [...ids])));
  const byId = new Map<number, EvaluatorRow>(rows.map((row) => [row.seatId, row]));
  return ids.map((id) => byId.get(id));
}
