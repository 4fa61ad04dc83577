import { versionIdOf } from "../../domain/version.ts";
import type { BatchSignature } from "../messages/message.ts";
import { messageDigest, type SigningDomain } from "../messages/messageDigest.ts";
import {
  type BuiltBatches,
  buildBatches,
  entriesOf,
  type Selection,
  selectionOf,
  selectWhere,
} from "./buildBatches.ts";
import type { ReportSet } from "./reportSet.ts";
import type { Member, RoundPlan } from "./roundPlan.ts";

/** Proposed batches, judged: built again from this node's own reports, or the reason why it is not signed. */
export type Judgement = { readonly accepted: BuiltBatches } | { readonly refused: string };

/**
 * Whether a node may sign what another one proposes. It must follow, to the bit, from reports that this node holds and has checked,
 * it must contain this node's own, and it must leave out none that was here in time, commitment and report: whoever chooses among
 * reports chooses the median. It may contain what came here later, and what came here late enough that another may not have it yet
 * may be missing (see spreadOf).
 */
export function judgeProposal(
  domain: SigningDomain,
  plan: RoundPlan,
  set: ReportSet,
  self: Member,
  proposal: BatchSignature,
): Judgement {
  const selection = selectionOf(proposal);
  const built = buildBatches(domain, plan, set, selection);
  if (!built) return { refused: "it is made from reports that are not here, or from too few" };
  if (built.identity !== messageDigest(domain, proposal))
    return { refused: `it does not follow from its reports: they make ${built.identity}` };
  const leftOut = reportLeftOut(domain, plan, set, self, selection);
  return leftOut === undefined ? { accepted: built } : { refused: leftOut };
}

function reportLeftOut(
  domain: SigningDomain,
  plan: RoundPlan,
  set: ReportSet,
  self: Member,
  selection: Selection,
): string | undefined {
  for (const [versionId, reporters] of selection) {
    const isMissing = !((reporters >> BigInt(self.seat)) & 1n);
    if (isMissing && set.reports.get(versionId)?.has(self.seat))
      return `it leaves out this node's own report on version ${versionId}`;
  }
  const punctual = buildBatches(domain, plan, set, selectPunctual(plan, set));
  for (const { modelId, digest, reporters } of punctual ? entriesOf(punctual) : []) {
    const versionId = versionIdOf(modelId, digest);
    if ((reporters & ~(selection.get(versionId) ?? 0n)) !== 0n)
      return `it leaves out reports on version ${versionId} that were here in time`;
  }
  return undefined;
}

/** The reports that were here when reports were due, their commitments when those were. */
const selectPunctual = ({ timing }: RoundPlan, set: ReportSet): Selection =>
  selectWhere(set, (report) => report.committedAt <= timing.commitBy && report.receivedAt <= timing.revealBy);
