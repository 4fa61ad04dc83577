/**
 * A session is an occasion on which a committee measures: a round, or the re-evaluation of a disputed result. Evaluators commit, reveal and
 * co-sign alike in both, over the same boards and under the same signing history. So both share one line of numbers, which messages carry
 * as `roundId`: a round's session is its id; a dispute's is 2^46 and its id, far beyond every round (the contracts keep round ids below
 * 2^24) and exact as a JSON number. What is signed holds the bare id, in the domain of the contract that asks.
 */
const firstOfDisputes = 1n << 46n;

export const sessionOfDispute = (disputeId: bigint): bigint => firstOfDisputes + disputeId;

/** The dispute that a session is about; undefined for a round. */
export const disputeOfSession = (session: bigint): bigint | undefined =>
  session < firstOfDisputes ? undefined : session - firstOfDisputes;

/** What people call a session. */
export function sessionName(session: bigint): string {
  const disputeId = disputeOfSession(session);
  return disputeId === undefined ? `round ${session}` : `dispute ${disputeId}`;
}
