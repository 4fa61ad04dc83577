import type { Address } from "viem";
import { seatsOf } from "../../domain/committee.ts";
import type { Deployment } from "../../sdk/index.ts";
import type { ChainFold } from "./chainFold.ts";
import type { NodeConfig } from "./nodeConfig.ts";
import type { Policies } from "./policies.ts";
import { type Member, memberOf, type RoundPlan } from "./roundPlan.ts";
import type { DrawnRecord, RoundRecord, RoundSeat } from "./roundTables.ts";
import { roundTiming } from "./roundTiming.ts";

export interface PlanSources {
  readonly own: Address;
  readonly deployment: Deployment;
  readonly fold: ChainFold;
  readonly policies: Policies;
  readonly timing: NodeConfig["timing"];
}

/** One of a round's committees. */
interface Committee {
  readonly shard: bigint;
  readonly members: readonly Member[];
}

/** What is fixed about a round for the committee this node sits in; undefined for a round that was not drawn, or drew others. */
export async function loadPlan(
  sources: PlanSources,
  { roundId, policyId, suiteHash, drawn }: RoundRecord,
): Promise<RoundPlan | undefined> {
  if (!drawn) return undefined;
  const committee = committeesOf(drawn, await sources.fold.seats(roundId)).find((each) => memberOf(each, sources.own));
  if (!committee) return undefined;
  return {
    roundId,
    linkRoundId: roundId,
    measuredRoundId: roundId,
    ...committee,
    seed: drawn.seed,
    suiteHash,
    policy: await sources.policies.get(policyId),
    assignments: await sources.fold.assignments(roundId, committee.shard),
    timing: roundTiming(sources.deployment, sources.timing, roundId),
  };
}

function committeesOf({ committees }: DrawnRecord, seats: readonly RoundSeat[]): Committee[] {
  const byPlace = new Map(seats.map((seat) => [seat.place, seat]));
  return committees.map((committee, shard) => ({
    shard: BigInt(shard),
    members: seatsOf(committee).map((place) => {
      const seat = byPlace.get(place);
      if (!seat)
        throw new Error(`committee ${shard} has place ${place} in it, but the round only ${seats.length} seats`);
      return { seat: place, signer: seat.signer, linkHead: seat.linkHead };
    }),
  }));
}
