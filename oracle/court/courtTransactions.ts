import type { Abi, Address, ContractFunctionArgs, ContractFunctionName, Hex } from "viem";
import type { ResultLog } from "../../domain/resultLog.ts";
import { courtAbi, type Deployment, inspectorAbi } from "../../sdk/index.ts";
import type { Outcome } from "../node/transactions.ts";
import type { FreezeRecord } from "./freezeTable.ts";

/** One call that is to be on chain once, whoever makes it. */
export interface Intent {
  /** What it is told apart by from every other intent of this node. */
  readonly key: string;
  /** Name in logs and metrics. */
  readonly call: string;
  readonly contract: { readonly address: Address; readonly abi: Abi };
  readonly functionName: string;
  readonly args: readonly unknown[];
}

/** Sends a call; a revert that says somebody else did the same before is success. @throws TransactionFailed */
export type Send = (intent: Intent) => Promise<Outcome>;

type InspectorArgs<Name extends ContractFunctionName<typeof inspectorAbi, "nonpayable">> = ContractFunctionArgs<
  typeof inspectorAbi,
  "nonpayable",
  Name
>;

/** The calls of the court duties. `subject` is what is proven or answered: the same is sent once. */
export interface CourtTransactions {
  proveTwoReports(subject: string, args: InspectorArgs<"proveTwoReports">): Promise<Outcome>;
  proveTwoCommitments(subject: string, args: InspectorArgs<"proveTwoCommitments">): Promise<Outcome>;
  proveBrokenCommitment(subject: string, args: InspectorArgs<"proveBrokenCommitment">): Promise<Outcome>;
  proveWrongMedian(subject: string, args: InspectorArgs<"proveWrongMedian">): Promise<Outcome>;
  answer(subject: string, args: InspectorArgs<"answer">): Promise<Outcome>;
  drawCommittee(disputeId: bigint, entropyBlock: bigint): Promise<Outcome>;
  /** @param signers Bitmap over the dispute's seat list. @param signatures 64 bytes each, in seat order. */
  postReevaluation(
    disputeId: bigint,
    said: { readonly word: bigint; readonly reportsRoot: Hex },
    signers: bigint,
    signatures: Hex,
  ): Promise<Outcome>;
  execute(disputeId: bigint, frozen: FreezeRecord, log: ResultLog): Promise<Outcome>;
  claimFee(disputeId: bigint, place: bigint): Promise<Outcome>;
}

/** Errors that come through from the contract that was asked by another one. */
const courtErrors = courtAbi.filter(({ type }) => type === "error");
const inspectorWithErrors: Abi = [...inspectorAbi, ...courtErrors];

export function createCourtTransactions(send: Send, deployment: Deployment): CourtTransactions {
  const court = { address: deployment.court, abi: courtAbi };
  const inspector = { address: deployment.inspector, abi: inspectorWithErrors };
  const ask = (name: string, subject: string, args: readonly unknown[]) =>
    send({ key: `${name}:${subject}`, call: name, contract: inspector, functionName: name, args });
  const order = (name: string, subject: string, args: readonly unknown[], call = name) =>
    send({ key: `${call}:${subject}`, call, contract: court, functionName: name, args });

  return {
    proveTwoReports: (subject, args) => ask("proveTwoReports", subject, args),
    proveTwoCommitments: (subject, args) => ask("proveTwoCommitments", subject, args),
    proveBrokenCommitment: (subject, args) => ask("proveBrokenCommitment", subject, args),
    proveWrongMedian: (subject, args) => ask("proveWrongMedian", subject, args),
    answer: (subject, args) => ask("answer", subject, args),
    // If the hash of the block was out of reach, the same call is made again for another one.
    drawCommittee: (disputeId, entropyBlock) => order("drawCommittee", `${disputeId}:${entropyBlock}`, [disputeId]),
    postReevaluation: (disputeId, { word, reportsRoot }, signers, signatures) =>
      order("postReevaluation", `${disputeId}`, [disputeId, word, reportsRoot, signers, signatures]),
    execute: (disputeId, frozen, { memoryBefore, entries }) =>
      order("execute", `${disputeId}:${entries.length}`, [
        disputeId,
        frozen,
        { memoryBefore, entries: entries.map(entryArgument) },
      ]),
    claimFee: (disputeId, place) =>
      order("claimFee", `${disputeId}:${place}`, [disputeId, place], "claimReevaluationFee"),
  };
}

/** Numbers of at most 48 bits go to the contract as numbers. */
const entryArgument = (entry: ResultLog["entries"][number]) => ({
  ...entry,
  kind: Number(entry.kind),
  roundId: Number(entry.roundId),
  appliedAt: Number(entry.appliedAt),
});
