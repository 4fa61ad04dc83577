import type { PublicClient } from "viem";
import { type Policy, policyFromDecoded } from "../../domain/policy.ts";
import { assayVaultAbi, type Deployment, policyBoardAbi } from "../../sdk/index.ts";

/** The standards by number. A policy never changes once it is set, so that each is read once. */
export interface Policies {
  get(policyId: bigint): Promise<Policy>;
  /** Number of the policy that a round opened now would have. */
  current(): Promise<bigint>;
  /** Whether the commons fund can pay for a lottery slot under a policy. */
  isLotteryFunded(policyId: bigint): Promise<boolean>;
}

export function createPolicies(client: PublicClient, { policyBoard, vault }: Deployment): Policies {
  const contract = { address: policyBoard, abi: policyBoardAbi } as const;
  const known = new Map<bigint, Policy>();
  const get = async (policyId: bigint): Promise<Policy> => {
    const kept = known.get(policyId);
    if (kept) return kept;
    const decoded = await client.readContract({ ...contract, functionName: "policy", args: [policyId] });
    const policy = policyFromDecoded(decoded);
    known.set(policyId, policy);
    return policy;
  };
  return {
    get,
    current: () => client.readContract({ ...contract, functionName: "currentPolicyId" }),
    async isLotteryFunded(policyId) {
      const { evaluationPrice } = await get(policyId);
      if (evaluationPrice === 0n) return true;
      const fund = await client.readContract({ address: vault, abi: assayVaultAbi, functionName: "commonsFund" });
      return fund >= evaluationPrice;
    },
  };
}
