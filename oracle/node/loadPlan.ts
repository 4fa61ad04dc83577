import type { PublicClient } from "viem";
import { seatsOf } from "../../domain/committee.ts";
import { assayAbi, type Deployment, policyBoardAbi } from "../../sdk/index.ts";
import { signersAt } from "../chain/signersAt.ts";
import type { ChainFold } from "./chainFold.ts";
import type { RoundRecord } from "./chainTables.ts";
import type { NodeConfig } from "./nodeConfig.ts";
import type { Policies } from "./policies.ts";
import type { Member, RoundPlan } from "./roundPlan.ts";
import { roundTiming } from "./roundTiming.ts";

export interface PlanSources {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly fold: ChainFold;
  readonly policies: Policies;
  readonly timing: NodeConfig["timing"];
}

/** Puts together what is fixed about a round; undefined until its entropy is captured. */
export async function loadPlan(sources: PlanSources, record: RoundRecord): Promise<RoundPlan | undefined> {
  const { roundId, seed, committee, policyId } = record;
  if (seed === undefined || committee === undefined) return undefined;
  return {
    roundId,
    seed,
    suiteHash: record.suiteHash,
    policy: await sources.policies.get(policyId),
    members: await readMembers(sources, roundId, committee),
    assignments: await sources.fold.assignments(roundId),
    timing: roundTiming(sources.deployment, sources.timing, roundId),
  };
}

/** The committee with the signers of the moment the round opened. */
async function readMembers({ client, deployment }: PlanSources, roundId: bigint, committee: bigint): Promise<Member[]> {
  const { assay, policyBoard } = deployment;
  const round = await client.readContract({ address: assay, abi: assayAbi, functionName: "round", args: [roundId] });
  const signers = await signersAt(client, round.seatsPointer);
  return Promise.all(
    seatsOf(committee).map(async (seat) => {
      const signer = signers[seat];
      if (!signer)
        throw new Error(`round ${roundId} has seat ${seat} in its committee but only ${signers.length} seats`);
      const { linkHead } = await client.readContract({
        address: policyBoard,
        abi: policyBoardAbi,
        functionName: "seat",
        args: [BigInt(seat)],
      });
      return { seat, signer, linkHead };
    }),
  );
}
