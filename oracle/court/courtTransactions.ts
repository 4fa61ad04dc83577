import { type ContractFunctionArgs, type ContractFunctionName, getAbiItem, type Hex } from "viem";
import type { ResultLog } from "../../domain/resultLog.ts";
import { assayAbi, courtAbi, type Deployment, inspectorAbi } from "../../sdk/index.ts";
import type { Outcome, Transactions } from "../node/transactions.ts";
import type { FreezeRecord } from "./freezeTable.ts";

type InspectorArgs<Name extends ContractFunctionName<typeof inspectorAbi, "nonpayable">> = ContractFunctionArgs<
  typeof inspectorAbi,
  "nonpayable",
  Name
>;

/**
 * The calls of the court duties. `subject` is what is proven or answered: the same is sent once. Whatever somebody else has done before is
 * success.
 * @throws TransactionFailed (from each)
 */
export interface CourtTransactions {
  proveTwoReports(subject: string, args: InspectorArgs<"proveTwoReports">): Promise<Outcome>;
  proveTwoCommitments(subject: string, args: InspectorArgs<"proveTwoCommitments">): Promise<Outcome>;
  proveBrokenCommitment(subject: string, args: InspectorArgs<"proveBrokenCommitment">): Promise<Outcome>;
  proveWrongMedian(subject: string, args: InspectorArgs<"proveWrongMedian">): Promise<Outcome>;
  proveWrongSums(subject: string, args: InspectorArgs<"proveWrongSums">): Promise<Outcome>;
  proveWrongLeaf(subject: string, args: InspectorArgs<"proveWrongLeaf">): Promise<Outcome>;
  answer(subject: string, args: InspectorArgs<"answer">): Promise<Outcome>;
  uphold(subject: string, args: InspectorArgs<"uphold">): Promise<Outcome>;
  /** Draws, or moves on to another block when the hash of the entropy block is out of reach. */
  drawCommittee(disputeId: bigint, entropyBlock: bigint): Promise<Outcome>;
  /** @param signers Bitmap over the dispute's seat list. @param signatures 64 bytes each, in seat order. */
  postReevaluation(
    disputeId: bigint,
    said: { readonly word: bigint; readonly reportsRoot: Hex },
    signers: bigint,
    signatures: Hex,
  ): Promise<Outcome>;
  /** @param log Without entries nothing is corrected in it. */
  execute(disputeId: bigint, frozen: FreezeRecord, log: ResultLog): Promise<Outcome>;
  /** @param place The member's bit in the signers. */
  claimFee(disputeId: bigint, place: bigint): Promise<Outcome>;
}

/** The record's errors come through the court's. */
const courtWithErrors = [
  ...courtAbi,
  getAbiItem({ abi: assayAbi, name: "WrongLog" }),
  getAbiItem({ abi: assayAbi, name: "RoundNotClosed" }),
] as const;

export function createCourtTransactions({ send }: Transactions, deployment: Deployment): CourtTransactions {
  const court = { address: deployment.court, abi: courtWithErrors } as const;
  const inspector = { address: deployment.inspector, abi: inspectorAbi } as const;
  /** A proof can wait for weeks, an answer cannot. */
  const proof = { contract: inspector, priority: "spare" } as const;

  return {
    proveTwoReports: (subject, args) =>
      send({ ...proof, key: `proof:${subject}`, call: "proveTwoReports", functionName: "proveTwoReports", args }),
    proveTwoCommitments: (subject, args) =>
      send({
        ...proof,
        key: `proof:${subject}`,
        call: "proveTwoCommitments",
        functionName: "proveTwoCommitments",
        args,
      }),
    proveBrokenCommitment: (subject, args) =>
      send({
        ...proof,
        key: `proof:${subject}`,
        call: "proveBrokenCommitment",
        functionName: "proveBrokenCommitment",
        args,
      }),
    proveWrongMedian: (subject, args) =>
      send({ ...proof, key: `proof:${subject}`, call: "proveWrongMedian", functionName: "proveWrongMedian", args }),
    proveWrongSums: (subject, args) =>
      send({ ...proof, key: `proof:${subject}`, call: "proveWrongSums", functionName: "proveWrongSums", args }),
    proveWrongLeaf: (subject, args) =>
      send({ ...proof, key: `proof:${subject}`, call: "proveWrongLeaf", functionName: "proveWrongLeaf", args }),
    answer: (subject, args) =>
      send({
        key: `answer:${subject}`,
        call: "answer",
        contract: inspector,
        functionName: "answer",
        args,
        priority: "deadline",
      }),
    uphold: (subject, args) =>
      send({ ...proof, key: `uphold:${subject}`, call: "uphold", functionName: "uphold", args }),
    drawCommittee: (disputeId, entropyBlock) =>
      send({
        key: `drawCommittee:${disputeId}:${entropyBlock}`,
        call: "drawCommittee",
        contract: court,
        functionName: "drawCommittee",
        args: [disputeId],
      }),
    postReevaluation: (disputeId, { word, reportsRoot }, signers, signatures) =>
      send({
        key: `postReevaluation:${disputeId}`,
        call: "postReevaluation",
        contract: court,
        functionName: "postReevaluation",
        args: [disputeId, word, reportsRoot, signers, signatures],
        priority: "deadline",
      }),
    execute: (disputeId, frozen, { memoryBefore, entries }) =>
      send({
        key: `execute:${disputeId}:${entries.length}`,
        call: "execute",
        contract: court,
        functionName: "execute",
        args: [disputeId, frozen, { memoryBefore, entries: entries.map(entryArgument) }],
      }),
    claimFee: (disputeId, place) =>
      send({
        key: `claimReevaluationFee:${disputeId}:${place}`,
        call: "claimReevaluationFee",
        contract: court,
        functionName: "claimFee",
        args: [disputeId, place],
        priority: "spare",
      }),
  };
}

/** Numbers of at most 48 bits go to the contract as numbers. */
export const entryArgument = (entry: ResultLog["entries"][number]) => ({
  ...entry,
  kind: Number(entry.kind),
  roundId: Number(entry.roundId),
  appliedAt: Number(entry.appliedAt),
});
