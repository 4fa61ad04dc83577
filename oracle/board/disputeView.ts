import type { Address, PublicClient } from "viem";
import { seatsOf } from "../../domain/committee.ts";
import { disputeStages } from "../../domain/dispute.ts";
import { courtAbi, type Deployment } from "../../sdk/index.ts";
import { signersAt } from "../chain/signersAt.ts";

/** A dispute as a board has to know it. */
export interface DisputeFacts {
  /** Signing keys of its second committee while it is measuring; nobody's before and after. */
  readonly speakers: ReadonlySet<Address>;
  /** End of its stage, unix seconds of the chain's clock. */
  readonly deadline: bigint;
}

/** Disputes as the chain has them. */
export interface DisputeView {
  /** Undefined for a dispute that there is not. */
  dispute(disputeId: bigint): Promise<DisputeFacts | undefined>;
}

/** Milliseconds an answer is good for. */
const maxAgeMs = 1_000;
/** Answers kept: far more disputes than are open at a time. */
const answersKept = 256;

/** Each dispute is asked for at most once a second, however many messages arrive; numbers beyond the last one cost one call together. */
export function createDisputeView(client: PublicClient, deployment: Deployment, now: () => number): DisputeView {
  const court = { address: deployment.court, abi: courtAbi } as const;
  const answers = new Map<bigint, { readonly at: number; readonly facts: Promise<DisputeFacts> }>();
  let counted: { readonly at: number; readonly count: Promise<bigint> } | undefined;

  const count = (): Promise<bigint> => {
    if (counted && now() - counted.at < maxAgeMs) return counted.count;
    counted = { at: now(), count: client.readContract({ ...court, functionName: "disputeCount" }) };
    return counted.count;
  };

  const read = async (disputeId: bigint): Promise<DisputeFacts> => {
    const { stage, committee, seatsPointer, deadline } = await client.readContract({
      ...court,
      functionName: "dispute",
      args: [disputeId],
    });
    const isMeasuring = disputeStages[stage] === "drawn";
    const list = isMeasuring ? await signersAt(client, seatsPointer) : [];
    return {
      speakers: new Set(seatsOf(isMeasuring ? committee : 0n).flatMap((place) => list[place] ?? [])),
      deadline: BigInt(deadline),
    };
  };

  return {
    async dispute(disputeId) {
      const known = answers.get(disputeId);
      if (known && now() - known.at < maxAgeMs) return known.facts;
      if (disputeId < 1n || disputeId > (await count())) return undefined;
      const facts = read(disputeId);
      answers.delete(disputeId);
      answers.set(disputeId, { at: now(), facts });
      for (const oldest of answers.keys()) if (answers.size > answersKept) answers.delete(oldest);
      return facts;
    },
  };
}
