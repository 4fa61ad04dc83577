import type { PublicClient } from "viem";
import { type Policy, policyFromDecoded } from "../../domain/policy.ts";
import { type Deployment, policyBoardAbi } from "../../sdk/index.ts";

/** The standards by number. A policy never changes once it is set, so that each is read once. */
export interface Policies {
  get(policyId: bigint): Promise<Policy>;
  /** Number of the policy that a round opened now would have. */
  current(): Promise<bigint>;
}

export function createPolicies(client: PublicClient, { policyBoard }: Deployment): Policies {
  const contract = { address: policyBoard, abi: policyBoardAbi } as const;
  const known = new Map<bigint, Policy>();
  return {
    async get(policyId) {
      const kept = known.get(policyId);
      if (kept) return kept;
      const decoded = await client.readContract({ ...contract, functionName: "policy", args: [policyId] });
      const policy = policyFromDecoded(decoded);
      known.set(policyId, policy);
      return policy;
    },
    current: () => client.readContract({ ...contract, functionName: "currentPolicyId" }),
  };
}
