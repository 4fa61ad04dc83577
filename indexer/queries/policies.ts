import { and, desc, eq, isNull, lte } from "ponder";
import { QueryError } from "../graphql/errors.ts";
import * as tables from "../ponder.schema.ts";
import { oncePerQuery } from "./memo.ts";
import type { QueryContext } from "./QueryContext.ts";

export type PolicyRow = typeof tables.policy.$inferSelect;

const { policy } = tables;

const iso = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");

/**
 * The policy that was, or as far as announced will be, in force at a time (unix seconds). Ids rise in the order in which policies come
 * into force. Equal to `PolicyBoard.policyAt`.
 * @throws QueryError NOT_INDEXED_YET before the first.
 */
export const policyAt = oncePerQuery(async ({ db, deployment }: QueryContext, at: bigint): Promise<PolicyRow> => {
  const [row] = await db
    .select()
    .from(policy)
    .where(and(eq(policy.chainId, deployment.chainId), isNull(policy.withdrawnAt), lte(policy.inForceFrom, at)))
    .orderBy(desc(policy.id))
    .limit(1);
  if (row) return row;
  throw new QueryError("NOT_INDEXED_YET", `No policy was in force at ${iso(at)}: ask for a later time`);
});

/** A policy by its id; undefined if it was never announced. */
export const findPolicy = oncePerQuery(
  async ({ db, deployment }: QueryContext, id: bigint): Promise<PolicyRow | undefined> => {
    const [row] = await db
      .select()
      .from(policy)
      .where(and(eq(policy.chainId, deployment.chainId), eq(policy.id, id)));
    return row;
  },
);

/** The time of the last block that is folded in: what "now" means in answers. 0 before the first. */
export const headTime = ({ head }: QueryContext): bigint => head?.timestamp ?? 0n;

/** How a policy stands at a time (unix seconds). */
export async function policyStatus(row: PolicyRow, context: QueryContext) {
  if (row.withdrawnAt !== null) return "withdrawn";
  const now = headTime(context);
  if (row.inForceFrom > now) return "announced";
  return (await policyAt(context, now)).id === row.id ? "inForce" : "past";
}
