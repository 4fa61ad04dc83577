import type { Hex } from "viem";
import { applyResult } from "../../domain/combine.ts";
import { seatsOf, signersNeeded, signersNeededToFail } from "../../domain/committee.ts";
import { keccakConcat } from "../../domain/keccak.ts";
import { medianResult } from "../../domain/median.ts";
import { initialMemory } from "../../domain/memory.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Batch } from "../../domain/typedData.ts";
import { versionIdOf } from "../../domain/version.ts";
import type { BatchEntry, BatchSignature } from "../messages/message.ts";
import { batchDigest, type SigningDomain } from "../messages/messageDigest.ts";
import type { Assignment } from "./chainTables.ts";
import type { ReportSet, ValidReport } from "./reportSet.ts";
import type { RoundPlan } from "./roundPlan.ts";

/** A batch with what it takes to post it. */
export interface BuiltBatch {
  readonly batch: Batch;
  readonly digest: Hex;
  readonly entries: readonly BatchEntry[];
  /** Signatures the contract asks for: more when a result in it fails. */
  readonly signersNeeded: number;
}

/** Which reports a batch is made from: for each version a bitmap over seats. A version without a bit has no entry. */
export type Selection = ReadonlyMap<Hex, bigint>;

/** The selection that takes every report in the set. */
export const selectAll = ({ reports }: ReportSet): Selection =>
  new Map([...reports].map(([versionId, bySeat]) => [versionId, bitmapOf(bySeat.keys())]));

/** The selection that a batch signature names. */
export const selectionOf = ({ entries }: BatchSignature): Selection =>
  new Map(entries.map(({ modelId, digest, reporters }) => [versionIdOf(modelId, digest), reporters]));

const bitmapOf = (seats: Iterable<number>): bigint => {
  let bits = 0n;
  for (const seat of seats) bits |= 1n << BigInt(seat);
  return bits;
};

/**
 * The batch that follows from a selection of reports; every node that holds those reports builds the same, to the bit.
 * Entries by model id; each the median of its reports; a version with fewer reports than a result needs signers is left out (a
 * failing one needs as many reports as it needs signers). `reportsRoot` is over the reports' digests in entry order, then seat order.
 * @returns undefined when nothing is left to post, or when the selection names a report that is not in the set.
 */
export function buildBatch(
  domain: SigningDomain,
  plan: RoundPlan,
  set: ReportSet,
  selection: Selection,
): BuiltBatch | undefined {
  const rows: Row[] = [];
  for (const assignment of plan.assignments) {
    const reporters = selection.get(assignment.versionId) ?? 0n;
    if (reporters === 0n) continue;
    const chosen = reportsOf(set, assignment.versionId, reporters);
    if (!chosen) return undefined;
    const row = rowOf(plan, assignment, reporters, chosen);
    if (chosen.length >= signersFor(plan, row.fails)) rows.push(row);
  }
  if (rows.length === 0) return undefined;
  const entries = rows.map(({ entry }) => entry);
  const batch = {
    roundId: plan.roundId,
    reportsRoot: keccakConcat(rows.flatMap(({ digests }) => digests)),
    results: entries.map(({ modelId, digest, word }) => ({ modelId, digest, word })),
  };
  const fails = rows.some((row) => row.fails);
  return { batch, digest: batchDigest(domain, batch), entries, signersNeeded: signersFor(plan, fails) };
}

interface Row {
  readonly entry: BatchEntry;
  readonly digests: readonly Hex[];
  readonly fails: boolean;
}

function rowOf(plan: RoundPlan, assignment: Assignment, reporters: bigint, reports: readonly ValidReport[]): Row {
  const { modelId, digest } = assignment;
  const words = reports.map(({ report }) => report.word);
  const word = medianResult(words, plan.policy.itemsCap);
  return {
    entry: { modelId, digest, word, reporters },
    digests: reports.map((report) => report.digest),
    fails: isFailing(word, plan.policy),
  };
}

/** The chosen reports in seat order; undefined when one of them is not held. */
function reportsOf({ reports }: ReportSet, versionId: Hex, reporters: bigint): ValidReport[] | undefined {
  const chosen: ValidReport[] = [];
  for (const seat of seatsOf(reporters)) {
    const report = reports.get(versionId)?.get(seat);
    if (!report) return undefined;
    chosen.push(report);
  }
  return chosen;
}

/** The slash tests look at the result alone, so that any memory will do. */
const isFailing = (word: bigint, policy: Policy): boolean =>
  applyResult({ memory: initialMemory(0n, 0n), word, roundId: 1n, now: 0n, policy }).failed !== 0n;

function signersFor({ members, policy }: RoundPlan, fails: boolean): number {
  const count = BigInt(members.length);
  return Number(fails ? signersNeededToFail(count, policy) : signersNeeded(count, policy));
}
