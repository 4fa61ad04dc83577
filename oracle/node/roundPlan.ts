import type { Address, Hex } from "viem";
import type { Policy } from "../../domain/policy.ts";
import type { Assignment } from "./chainTables.ts";
import type { RoundTiming } from "./roundTiming.ts";

/** One member of a round's committee. */
export interface Member {
  readonly seat: number;
  readonly signer: Address;
  readonly linkHead: Hex;
}

/** Everything about a round that is fixed once its entropy is captured. */
export interface RoundPlan {
  readonly roundId: bigint;
  readonly seed: Hex;
  readonly suiteHash: Hex;
  readonly policy: Policy;
  /** In seat order. */
  readonly members: readonly Member[];
  /** In the order of a batch: by model id. */
  readonly assignments: readonly Assignment[];
  readonly timing: RoundTiming;
}

export const memberOf = ({ members }: RoundPlan, signer: Address): Member | undefined =>
  members.find((member) => member.signer === signer);

/** Whose turn it is first, second, … to propose and to post: it moves by one seat every round. */
export function rankOf({ members, roundId }: RoundPlan, seat: number): bigint {
  const count = BigInt(members.length);
  const index = BigInt(members.findIndex((member) => member.seat === seat));
  return (((index - roundId) % count) + count) % count;
}
