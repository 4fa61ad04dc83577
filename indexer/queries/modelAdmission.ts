import { type Admission, admissionOf } from "../../domain/admission.ts";
import { QueryError } from "../graphql/errors.ts";
import type { ModelRow } from "./modelRows.ts";
import { type PolicyRow, policyInForce } from "./policyInForce.ts";
import type { QueryContext } from "./QueryContext.ts";

/** An admission, and what it was computed from. */
export interface ModelAdmission {
  row: ModelRow;
  policy: PolicyRow;
  admission: Admission;
}

const iso = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");

/**
 * The time an admission is computed for. Without a wish it is the time of the last indexed block, so that the answer equals
 * `AssayLens.explain` at that block; not the wall clock, which the chain does not know. A row that a newer block has changed
 * since the query began counts from that change.
 * @throws QueryError AT_BEFORE_LAST_CHANGE, NOT_INDEXED_YET
 */
function timeOf({ model }: ModelRow, policy: PolicyRow, { head }: QueryContext, at: bigint | undefined): bigint {
  const changedAt = model.changedAt > policy.setAt ? model.changedAt : policy.setAt;
  if (at === undefined) {
    if (!head)
      throw new QueryError("NOT_INDEXED_YET", "No block has been indexed yet: ask again when /ready answers 200");
    return head.timestamp > changedAt ? head.timestamp : changedAt;
  }
  if (at >= changedAt) return at;
  throw new QueryError(
    "AT_BEFORE_LAST_CHANGE",
    `at: ${iso(at)} lies before ${iso(changedAt)}, when model ${model.id} or the policy last changed: ask for a later time`,
  );
}

/**
 * What the rules say of a model's current version at a time (unix seconds), as if nothing happened in between.
 * Equal to `AssayLens.explainAt`, by the same rules from `domain/`.
 */
export async function admissionOfModel(row: ModelRow, context: QueryContext, at?: bigint): Promise<ModelAdmission> {
  const policy = await policyInForce(context);
  const { genesis, epochLength } = context.deployment;
  const admission = admissionOf({
    memoryWord: row.version?.memoryWord ?? 0n,
    stake: row.bond,
    policy,
    now: timeOf(row, policy, context, at),
    genesis: BigInt(genesis),
    epochLength: BigInt(epochLength),
  });
  return { row, policy, admission };
}
