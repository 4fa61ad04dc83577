import type { Hex } from "viem";
import { failedFamilies, missingFamilies } from "../../domain/combine.ts";
import { seatsOf } from "../../domain/committee.ts";
import { medianResult } from "../../domain/median.ts";
import { reportsRoot } from "../../domain/merkleReports.ts";
import type { Batch } from "../../domain/typedData.ts";
import { versionIdOf } from "../../domain/version.ts";
import type { BatchEntry, BatchSignature } from "../messages/message.ts";
import { batchDigest, identityOf, type SigningDomain } from "../messages/messageDigest.ts";
import type { ReportSet, ValidReport } from "./reportSet.ts";
import type { RoundPlan } from "./roundPlan.ts";
import { proposeUntil, revealFrom } from "./roundTiming.ts";
import { signersFor, splitResults } from "./splitResults.ts";
import type { Assignment } from "./versionsToMeasure.ts";

/** A batch with what it takes to post it. */
export interface BuiltBatch {
  readonly batch: Batch;
  readonly digest: Hex;
  readonly entries: readonly BatchEntry[];
  /** Signatures the contract asks for: more when a result in it fails. */
  readonly signersNeeded: number;
}

/** All batches of a committee, signed by one message. */
export interface BuiltBatches {
  readonly batches: readonly BuiltBatch[];
  /** What the message over them is told apart by (see messageDigest). */
  readonly identity: Hex;
}

/** Which reports batches are made from: for each version a bitmap over seats. A version without a bit has no entry. */
export type Selection = ReadonlyMap<Hex, bigint>;

/** The selection that takes the reports of the set that `counts` says yes to. */
export const selectWhere = ({ reports }: ReportSet, counts: (report: ValidReport) => boolean): Selection =>
  new Map(
    [...reports].map(([versionId, bySeat]) => [
      versionId,
      bitmapOf([...bySeat.values()].filter(counts).map(({ seat }) => seat)),
    ]),
  );

/** The selection that takes every report in the set. */
export const selectAll = (set: ReportSet): Selection => selectWhere(set, () => true);

/**
 * The selection that a node proposes: every report, but those whose commitment came so late that another member may not have it in
 * time. (A commitment that came later than all that, and counts, was found on a board by a node that had not been there.)
 */
export const selectToPropose = ({ timing }: RoundPlan, set: ReportSet): Selection =>
  selectWhere(set, ({ committedAt }) => committedAt <= proposeUntil(timing) || committedAt > revealFrom(timing));

/** The selection that a batch signature names. */
export const selectionOf = ({ batches }: BatchSignature): Selection =>
  new Map(
    batches.flatMap(({ entries }) =>
      entries.map(({ modelId, digest, reporters }) => [versionIdOf(modelId, digest), reporters] as const),
    ),
  );

/** Every entry of all batches. */
export const entriesOf = ({ batches }: BuiltBatches): readonly BatchEntry[] =>
  batches.flatMap(({ entries }) => entries);

const bitmapOf = (seats: Iterable<number>): bigint => {
  let bits = 0n;
  for (const seat of seats) bits |= 1n << BigInt(seat);
  return bits;
};

/**
 * The batches that follow from a selection of reports; every node that holds those reports builds the same, to the bit.
 * Entries by model id; each the median of its reports. A version with fewer reports than a result needs signers is left out (a
 * failing one needs as many reports as it needs signers), and so is one whose result says nothing about a gated family.
 * @returns undefined when nothing is left to post, or when the selection names a report that is not in the set.
 */
export function buildBatches(
  domain: SigningDomain,
  plan: RoundPlan,
  set: ReportSet,
  selection: Selection,
): BuiltBatches | undefined {
  const { members, policy } = plan;
  const rows: Row[] = [];
  for (const assignment of plan.assignments) {
    const reporters = selection.get(assignment.versionId) ?? 0n;
    if (reporters === 0n) continue;
    const chosen = reportsOf(set, assignment.versionId, reporters);
    if (!chosen) return undefined;
    const row = rowOf(plan, assignment, reporters, chosen);
    if (missingFamilies(row.entry.word, policy) !== 0n) continue;
    if (chosen.length >= signersFor(members.length, policy, row.fails)) rows.push(row);
  }
  if (rows.length === 0) return undefined;
  const batches = splitResults(rows, members.length, policy).map((each) => batchFrom(domain, plan, each));
  return { batches, identity: identityOf(batches.map(({ digest }) => digest)) };
}

function batchFrom(
  domain: SigningDomain,
  { roundId, shard, members, policy }: RoundPlan,
  rows: readonly Row[],
): BuiltBatch {
  const entries = rows.map(({ entry }) => entry);
  const batch = {
    roundId,
    shard,
    reportsRoot: reportsRoot(rows),
    results: entries.map(({ modelId, digest, word }) => ({ modelId, digest, word })),
  };
  const fails = rows.some((row) => row.fails);
  const needed = signersFor(members.length, policy, fails);
  return { batch, digest: batchDigest(domain, batch), entries, signersNeeded: needed };
}

interface Row {
  readonly entry: BatchEntry;
  readonly versionId: Hex;
  readonly reportDigests: readonly Hex[];
  readonly fails: boolean;
}

function rowOf(plan: RoundPlan, assignment: Assignment, reporters: bigint, reports: readonly ValidReport[]): Row {
  const { modelId, digest, versionId } = assignment;
  const words = reports.map(({ report }) => report.word);
  const word = medianResult(words, plan.policy.itemsCap);
  return {
    entry: { modelId, digest, word, reporters },
    versionId,
    reportDigests: reports.map((report) => report.digest),
    fails: failedFamilies(word, plan.policy) !== 0n,
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
