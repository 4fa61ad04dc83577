import { desc, eq } from "ponder";
import { QueryError } from "../graphql/errors.ts";
import * as tables from "../ponder.schema.ts";
import type { QueryContext } from "./QueryContext.ts";

export type PolicyRow = typeof tables.policy.$inferSelect;

const inForce = new WeakMap<QueryContext, Promise<PolicyRow>>();

async function readPolicy({ db, deployment }: QueryContext): Promise<PolicyRow> {
  const { policy } = tables;
  const [row] = await db
    .select()
    .from(policy)
    .where(eq(policy.chainId, deployment.chainId))
    .orderBy(desc(policy.id))
    .limit(1);
  if (!row) throw new QueryError("NOT_INDEXED_YET", "No policy is in force yet: ask again when one has been set");
  return row;
}

/**
 * The policy in force, read once a query. It is the one with the highest id, as `PolicyBoard.currentPolicyId` says.
 * @throws QueryError NOT_INDEXED_YET before the first.
 */
export function policyInForce(context: QueryContext): Promise<PolicyRow> {
  const known = inForce.get(context) ?? readPolicy(context);
  inForce.set(context, known);
  return known;
}
