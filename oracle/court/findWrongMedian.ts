import type { Hex } from "viem";
import { medianResult } from "../../domain/median.ts";
import { type ReportedEntry, reportsProof, reportsRoot } from "../../domain/merkleReports.ts";
import type { Batch } from "../../domain/typedData.ts";
import { versionIdOf } from "../../domain/version.ts";
import type { Report } from "../messages/message.ts";
import type { PeerMessage } from "../node/peerMessages.ts";
import type { RoundPlan } from "../node/roundPlan.ts";

/** An entry of a posted batch that is not the median of the reports it was posted with. */
export interface WrongMedian {
  /** Place in the batch. */
  readonly entry: number;
  readonly versionId: Hex;
  /** Under the entry's leaf, in seat order. */
  readonly reports: readonly Report[];
  readonly path: readonly Hex[];
}

/** Reports that the committee revealed, by version and seat, whether they match a commitment or not. */
type Revealed = ReadonlyMap<Hex, ReadonlyMap<number, PeerMessage>>;

/**
 * Holds a posted batch against the reports that its root commits to, as far as they were seen here: those that its signers named on the
 * boards, or all. Undefined when every entry is the median of its reports, or when the root is that of reports that nobody showed.
 */
export function findWrongMedian(
  plan: RoundPlan,
  batch: Batch,
  messages: readonly PeerMessage[],
): WrongMedian | undefined {
  const revealed = revealedOf(plan, messages);
  for (const seats of namedReporters(batch, messages)) {
    const entries = entriesOf(batch, revealed, seats);
    if (!entries || reportsRoot(entries) !== batch.reportsRoot) continue;
    for (const [entry, { versionId, reports }] of entries.entries()) {
      const words = reports.map(({ word }) => word);
      if (medianResult(words, plan.policy.itemsCap) === batch.results[entry]?.word) continue;
      return { entry, versionId, reports, path: reportsProof(entries, entry) };
    }
    return undefined;
  }
  return undefined;
}

/** Whose reports an entry was made from: a bitmap over places; undefined for everybody's. */
type ReportersOf = (versionId: Hex) => bigint | undefined;

/** What the batch's signers said it was made from, and then: from everything. */
function namedReporters(batch: Batch, messages: readonly PeerMessage[]): ReportersOf[] {
  const named = messages.flatMap(({ message }) =>
    message.kind === "batchSignature"
      ? message.batches.filter((signed) => signed.reportsRoot === batch.reportsRoot).map(({ entries }) => entries)
      : [],
  );
  return [
    ...named.map((entries) => {
      const byVersion = new Map(
        entries.map(({ modelId, digest, reporters }) => [versionIdOf(modelId, digest), reporters]),
      );
      return (versionId: Hex) => byVersion.get(versionId) ?? 0n;
    }),
    () => undefined,
  ];
}

function revealedOf({ members }: RoundPlan, messages: readonly PeerMessage[]): Revealed {
  const placeOf = new Map(members.map(({ signer, seat }) => [signer, seat]));
  const revealed = new Map<Hex, Map<number, PeerMessage>>();
  for (const each of messages) {
    const place = placeOf.get(each.message.evaluator);
    if (each.message.kind !== "report" || place === undefined) continue;
    const ofVersion = revealed.get(each.subject) ?? new Map<number, PeerMessage>();
    revealed.set(each.subject, ofVersion.set(place, each));
  }
  return revealed;
}

interface Entry extends ReportedEntry {
  readonly reports: readonly Report[];
}

/** Undefined when a report that was named is not here. */
function entriesOf({ results }: Batch, revealed: Revealed, reportersOf: ReportersOf): Entry[] | undefined {
  const entries: Entry[] = [];
  for (const { modelId, digest } of results) {
    const versionId = versionIdOf(modelId, digest);
    const ofVersion = [...(revealed.get(versionId) ?? [])].sort(([a], [b]) => a - b);
    const reporters = reportersOf(versionId);
    const chosen = ofVersion.filter(([place]) => reporters === undefined || (reporters >> BigInt(place)) & 1n);
    const reports = chosen.flatMap(([, { message }]) => (message.kind === "report" ? [message] : []));
    if (reports.length === 0) return undefined;
    entries.push({ versionId, reports, reportDigests: chosen.map(([, { digest: reported }]) => reported) });
  }
  return entries.length === 0 ? undefined : entries;
}
