import type { Hex } from "viem";
import type { PeerMessage } from "./peerMessages.ts";
import type { ReportSet } from "./reportSet.ts";
import { memberOf, type RoundPlan } from "./roundPlan.ts";
import { signersFor } from "./splitResults.ts";

/** What a round lacks to become final: places of the round's seat list, lowest first. */
export interface Shortfall {
  /** Whoever has not committed to some version in time. */
  readonly commitments: readonly number[];
  /** Whoever has committed to some version and revealed nothing, or something else. */
  readonly reports: readonly number[];
  /** Whoever has signed no batch, or another than most have. */
  readonly signatures: readonly number[];
  /** Signatures over what most have signed, and how many a batch needs in which nothing fails. */
  readonly signed: number;
  readonly needed: number;
}

export function shortfallOf(plan: RoundPlan, set: ReportSet, proposals: readonly PeerMessage[]): Shortfall {
  const places = plan.members.map(({ seat }) => seat);
  const agreeing = mostSigned(plan, proposals);
  return {
    commitments: places.filter((place) => [...set.committed.values()].some((committed) => !committed.has(place))),
    reports: places.filter((place) =>
      [...set.committed].some(([version, committed]) => committed.has(place) && !set.reports.get(version)?.has(place)),
    ),
    signatures: places.filter((place) => !agreeing.has(place)),
    signed: agreeing.size,
    needed: signersFor(plan.members.length, plan.policy, false),
  };
}

/** In words, for whoever asks why a round did not become final. */
export function describeShortfall({ commitments, reports, signatures, signed, needed }: Shortfall): string {
  const parts = [
    commitments.length > 0 ? `places ${commitments.join(", ")} did not commit to every version in time` : undefined,
    reports.length > 0 ? `places ${reports.join(", ")} did not reveal what they committed to` : undefined,
    signed < needed
      ? `${signed} signed the same batches where ${needed} are needed: places ${signatures.join(", ")} did not`
      : `${signed} signed the same batches, enough for results that pass, but they are not all on chain`,
  ];
  return parts.filter((part) => part !== undefined).join("; ");
}

/** Places that signed the batches that most have signed. */
function mostSigned(plan: RoundPlan, proposals: readonly PeerMessage[]): ReadonlySet<number> {
  const byDigest = new Map<Hex, Set<number>>();
  for (const { message, digest } of proposals) {
    const member = memberOf(plan, message.evaluator);
    if (!member) continue;
    const places = byDigest.get(digest) ?? new Set();
    byDigest.set(digest, places.add(member.seat));
  }
  const [most] = [...byDigest.values()].toSorted((a, b) => b.size - a.size);
  return most ?? new Set();
}
