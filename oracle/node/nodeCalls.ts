import type { Hex } from "viem";
import { assayAbi, assayVaultAbi, type Deployment } from "../../sdk/index.ts";
import type { BuiltBatch } from "./buildBatches.ts";
import type { Outcome, Transactions } from "./transactions.ts";

/** The calls that keep rounds going. Asking twice for the same is asking once. */
export interface NodeCalls {
  openRound(roundId: bigint): Promise<Outcome>;
  captureEntropy(roundId: bigint): Promise<Outcome>;
  /** @param signers Bitmap over the round's seat list. @param signatures 64 bytes each, in seat order. */
  post(built: Pick<BuiltBatch, "batch" | "digest">, signers: bigint, signatures: Hex): Promise<Outcome>;
  /** @param place See IAssay.Round (participated). */
  claimFee(roundId: bigint, place: bigint): Promise<Outcome>;
  /** Whether this node can send anything at all; a peer does it otherwise. */
  canPay(): boolean;
}

export function createNodeCalls({ send, canPay }: Transactions, deployment: Deployment): NodeCalls {
  const record = { address: deployment.assay, abi: assayAbi } as const;
  const vault = { address: deployment.vault, abi: assayVaultAbi } as const;
  return {
    canPay,
    openRound: (roundId) =>
      send({ key: `openRound:${roundId}`, call: "openRound", contract: record, functionName: "openRound", args: [] }),
    captureEntropy: (roundId) =>
      send({
        key: `captureEntropy:${roundId}`,
        call: "captureEntropy",
        contract: record,
        functionName: "captureEntropy",
        args: [roundId],
        priority: "deadline",
      }),
    post: ({ batch, digest }, signers, signatures) =>
      send({
        key: `post:${digest}`,
        call: "post",
        contract: record,
        functionName: "post",
        args: [{ ...batch, results: [...batch.results] }, signers, signatures],
        priority: "deadline",
      }),
    claimFee: (roundId, place) =>
      send({
        key: `claimFee:${roundId}:${place}`,
        call: "claimFee",
        contract: vault,
        functionName: "claimFee",
        args: [roundId, place],
        priority: "spare",
      }),
  };
}
