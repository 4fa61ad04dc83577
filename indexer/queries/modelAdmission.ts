import { type Admission, admissionOf } from "../../domain/admission.ts";
import { unpackMemory } from "../../domain/memory.ts";
import { exposureDown } from "../../domain/quality.ts";
import { QueryError } from "../graphql/errors.ts";
import { boardRow, isPausedAt } from "./boardRow.ts";
import type { ModelRow } from "./modelRows.ts";
import { findPolicy, type PolicyRow, policyAt } from "./policies.ts";
import type { QueryContext } from "./QueryContext.ts";
import { bondsBehind } from "./rounds.ts";

/** An admission, and what it was computed from. */
export interface ModelAdmission {
  row: ModelRow;
  policy: PolicyRow;
  admission: Admission;
}

/** Which admission is asked for. */
export interface AdmissionWish {
  /** Unix seconds; without it the time of the last indexed block. */
  at?: bigint | null | undefined;
  /** What it would be under this policy; without it the one in force at the time. */
  policyId?: bigint | null | undefined;
}

const iso = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");

/**
 * The time an admission is computed for. Without a wish it is the time of the last indexed block, so that the answer equals
 * `AssayLens.explain` at that block; not the wall clock, which the chain does not know. A row that a newer block has changed
 * since the query began counts from that change.
 * @throws QueryError AT_BEFORE_LAST_CHANGE, NOT_INDEXED_YET
 */
function timeOf({ model }: ModelRow, { head }: QueryContext, at: bigint | null | undefined): bigint {
  const { changedAt } = model;
  if (at === undefined || at === null) {
    if (!head)
      throw new QueryError("NOT_INDEXED_YET", "No block has been indexed yet: ask again when /ready answers 200");
    return head.timestamp > changedAt ? head.timestamp : changedAt;
  }
  if (at >= changedAt) return at;
  throw new QueryError(
    "AT_BEFORE_LAST_CHANGE",
    `at: ${iso(at)} lies before ${iso(changedAt)}, when model ${model.id} last changed: ask for a later time`,
  );
}

/** @throws QueryError NOT_FOUND */
async function wishedPolicy(
  context: QueryContext,
  policyId: bigint | null | undefined,
  at: bigint,
): Promise<PolicyRow> {
  if (policyId === undefined || policyId === null) return policyAt(context, at);
  const policy = await findPolicy(context, policyId);
  if (policy) return policy;
  throw new QueryError("NOT_FOUND", `There is no policy ${policyId} up to block ${context.head?.number ?? "0"}`);
}

/**
 * What the rules say of a model's current version at a time, as if nothing but time and announced policies came in between.
 * Equal to `AssayLens.explainAt`, with a policy to `AssayLens.simulateAt`, by the same rules from `domain/`.
 */
export async function admissionOfModel(
  row: ModelRow,
  context: QueryContext,
  wish: AdmissionWish = {},
): Promise<ModelAdmission> {
  const now = timeOf(row, context, wish.at);
  const policy = await wishedPolicy(context, wish.policyId, now);
  const { genesis, epochLength } = context.deployment;
  const admission = admissionOf({
    memoryWord: row.version?.memoryWord ?? 0n,
    stake: row.stake,
    policy,
    now,
    genesis: BigInt(genesis),
    epochLength: BigInt(epochLength),
    paused: isPausedAt(await boardRow(context), now),
    servedUntil: row.model.servedUntil ?? 0n,
  });
  return { row, policy, admission };
}

/**
 * How many tokens of loss a model's stake covers, smallest unit; 0 unless admitted. Stake and evaluators' bonds are those of now. Equal
 * to `AssayLens.exposure`.
 */
export async function exposureOf({ row, admission }: ModelAdmission, context: QueryContext): Promise<bigint> {
  if (!admission.admitted || !row.version) return 0n;
  const { id, memoryWord } = row.version;
  const committeeBonds = await bondsBehind(context, id, unpackMemory(memoryWord).lastRound);
  return exposureDown({ ...admission, committeeBonds });
}
