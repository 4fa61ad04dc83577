import type { Address, Hex } from "viem";
import type { Commitment, Report } from "../messages/message.ts";
import type { PeerMessage } from "./peerMessages.ts";
import type { RoundPlan } from "./roundPlan.ts";

/** A report that counts. */
export interface ValidReport {
  readonly seat: number;
  readonly report: Report;
  readonly digest: Hex;
  readonly receivedAt: bigint;
  /** When its commitment was received. */
  readonly committedAt: bigint;
}

/** For each version of a round what its committee committed to and revealed. */
export interface ReportSet {
  /** Reports that match a commitment made in time, by version and then by seat. */
  readonly reports: ReadonlyMap<Hex, ReadonlyMap<number, ValidReport>>;
  /** Seats that committed in time, by version. */
  readonly committed: ReadonlyMap<Hex, ReadonlySet<number>>;
}

/** Joins reports with their commitments. A report without one, or other than the one committed to, does not exist. */
export function reportSetOf(plan: RoundPlan, messages: readonly PeerMessage[]): ReportSet {
  const seatOf = new Map(plan.members.map(({ signer, seat }) => [signer, seat]));
  const commitments = new Map<string, { readonly message: Commitment; readonly receivedAt: bigint }>();
  const committed = emptyByVersion(plan, () => new Set<number>());
  const reports = emptyByVersion(plan, () => new Map<number, ValidReport>());

  for (const { message, subject, receivedAt, late } of messages) {
    const seat = seatOf.get(message.evaluator);
    if (message.kind !== "commitment" || late || seat === undefined) continue;
    commitments.set(keyOf(subject, message.evaluator), { message, receivedAt });
    committed.get(subject)?.add(seat);
  }
  for (const { message, subject, digest, receivedAt } of messages) {
    const seat = seatOf.get(message.evaluator);
    if (message.kind !== "report" || seat === undefined) continue;
    const commitment = commitments.get(keyOf(subject, message.evaluator));
    if (commitment?.message.reportDigest !== digest) continue;
    const committedAt = commitment.receivedAt;
    reports.get(subject)?.set(seat, { seat, report: message, digest, receivedAt, committedAt });
  }
  return { reports, committed };
}

/** Whether every member has revealed its report on every version. */
export const isComplete = ({ members }: RoundPlan, { reports }: ReportSet): boolean =>
  [...reports.values()].every((bySeat) => bySeat.size === members.length);

/** Whether every commitment has its report. */
export const allRevealed = ({ reports, committed }: ReportSet): boolean =>
  [...committed].every(([versionId, seats]) => seats.size === (reports.get(versionId)?.size ?? 0));

const keyOf = (subject: Hex, evaluator: Address): string => `${subject}:${evaluator}`;

const emptyByVersion = <T>({ assignments }: RoundPlan, make: () => T): Map<Hex, T> =>
  new Map(assignments.map(({ versionId }) => [versionId, make()]));
