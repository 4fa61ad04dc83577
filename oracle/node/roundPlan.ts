import type { Address, Hex } from "viem";
import type { Policy } from "../../domain/policy.ts";
import type { RoundTiming } from "./roundTiming.ts";
import type { Assignment } from "./versionsToMeasure.ts";

/** One member of a round's committee. */
export interface Member {
  /** Its place in the round's seat list: bitmaps of reporters and signers count these. Not the id of its seat. */
  readonly seat: number;
  readonly signer: Address;
  /** Head of its hash chain when the round opened. */
  readonly linkHead: Hex;
}

/** Everything about one committee's part of a session that is fixed once its entropy is captured. */
export interface RoundPlan {
  /** Number of the session: a round's id, or that of a dispute (see session.ts). */
  readonly roundId: bigint;
  /** The round whose link each member's probes are drawn with; nobody reveals it before `timing.commitBy`. */
  readonly linkRoundId: bigint;
  /** The round that is measured, or measured again: what a version is compared with was measured before it. */
  readonly measuredRoundId: bigint;
  /** Which of the round's committees this is. */
  readonly shard: bigint;
  readonly seed: Hex;
  readonly suiteHash: Hex;
  /** Its quorum is the session's. */
  readonly policy: Policy;
  /** In seat order. */
  readonly members: readonly Member[];
  /** In the order of a batch: by model id. */
  readonly assignments: readonly Assignment[];
  readonly timing: RoundTiming;
}

export const memberOf = ({ members }: Pick<RoundPlan, "members">, signer: Address): Member | undefined =>
  members.find((member) => member.signer === signer);

/** Whose turn it is first, second, … to propose and to post: it moves by one seat every round. */
export function rankOf({ members, roundId }: Pick<RoundPlan, "members" | "roundId">, seat: number): bigint {
  const count = BigInt(members.length);
  const index = BigInt(members.findIndex((member) => member.seat === seat));
  return (((index - roundId) % count) + count) % count;
}
