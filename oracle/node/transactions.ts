import {
  type Abi,
  type Address,
  BaseError,
  createWalletClient,
  getAbiItem,
  type Hex,
  http,
  type LocalAccount,
  type PublicClient,
} from "viem";
import type { Batch } from "../../domain/typedData.ts";
import { assayAbi, assayVaultAbi, type Deployment, decodeError, revertName } from "../../sdk/index.ts";
import type { NodeMetrics } from "./metrics.ts";

/** A transaction was refused or never confirmed; the message is one line, with the contract's error and its values. */
export class TransactionFailed extends Error {
  override name = "TransactionFailed";
}

/** What became of a transaction: confirmed, or not needed because somebody else's was first. */
export type Outcome = { readonly hash: Hex } | { readonly alreadyDone: string };

/** The calls a node makes. Each is simulated first, and at most one transaction of this node is under way at any time. */
export interface Transactions {
  openRound(): Promise<Outcome>;
  captureEntropy(roundId: bigint): Promise<Outcome>;
  /** @param signers Bitmap over the round's seat list. @param signatures 64 bytes each, in seat order. */
  post(batch: Batch, signers: bigint, signatures: Hex): Promise<Outcome>;
  /** @param place See IAssay.Round (participated). */
  claimFee(roundId: bigint, place: bigint): Promise<Outcome>;
  /** Any other call. */
  send(intent: {
    readonly call: string;
    readonly contract: { readonly address: Address; readonly abi: Abi };
    readonly functionName: string;
    readonly args: readonly unknown[];
  }): Promise<Outcome>;
}

/** Reverts that say somebody else did the same before. */
const alreadyDone = new Set([
  "RoundAlreadyOpen",
  "EntropyAlreadyCaptured",
  "StaleRound",
  "NothingToCollect",
  "AlreadySlashed",
  "NoOpenChallenge",
  "WrongStage",
  "NothingToPay",
]);
/** The vault asks the record, whose errors come through. */
const vaultAbi = [
  ...assayVaultAbi,
  getAbiItem({ abi: assayAbi, name: "NothingToCollect" }),
  getAbiItem({ abi: assayAbi, name: "RoundNotClosed" }),
] as const;
const receiptTimeoutMs = 60_000;

export interface TransactionsParts {
  readonly client: PublicClient;
  readonly account: LocalAccount;
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly metrics: NodeMetrics;
}

/** Simulates a call, and gives what sends it. */
type Prepare = () => Promise<() => Promise<Hex>>;

/**
 * @throws TransactionFailed from every call, with the contract's error in words.
 */
export function createTransactions(parts: TransactionsParts): Transactions {
  const { client, account, rpcUrl, deployment, metrics } = parts;
  const wallet = createWalletClient({ account, chain: client.chain, transport: http(rpcUrl) });
  const contract = { address: deployment.assay, abi: assayAbi, account } as const;
  const vault = { address: deployment.vault, abi: vaultAbi, account } as const;
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other, so that two transactions never ask for the same nonce. */
  const inTurn = (call: string, prepare: Prepare): Promise<Outcome> => {
    const turn = last.then(() => confirm(client, call, prepare));
    last = turn.then(
      (outcome) => metrics.transactions.inc({ call, outcome: "hash" in outcome ? "confirmed" : "alreadyDone" }),
      () => metrics.transactions.inc({ call, outcome: "failed" }),
    );
    return turn;
  };

  return {
    openRound: () =>
      inTurn("openRound", async () => {
        const { request } = await client.simulateContract({ ...contract, functionName: "openRound" });
        return () => wallet.writeContract(request);
      }),
    captureEntropy: (roundId) =>
      inTurn("captureEntropy", async () => {
        const { request } = await client.simulateContract({
          ...contract,
          functionName: "captureEntropy",
          args: [roundId],
        });
        return () => wallet.writeContract(request);
      }),
    post: (batch, signers, signatures) =>
      inTurn("post", async () => {
        const { request } = await client.simulateContract({
          ...contract,
          functionName: "post",
          args: [{ ...batch, results: [...batch.results] }, signers, signatures],
        });
        return () => wallet.writeContract(request);
      }),
    send: ({ call, contract: { address, abi }, functionName, args }) =>
      inTurn(call, async () => {
        const { request } = await client.simulateContract({ address, abi, account, functionName, args });
        return () => wallet.writeContract(request);
      }),
    claimFee: (roundId, place) =>
      inTurn("claimFee", async () => {
        const { request } = await client.simulateContract({
          ...vault,
          functionName: "claimFee",
          args: [roundId, place],
        });
        return () => wallet.writeContract(request);
      }),
  };
}

async function confirm(client: PublicClient, call: string, prepare: Prepare): Promise<Outcome> {
  try {
    const send = await prepare();
    const hash = await send();
    const receipt = await client.waitForTransactionReceipt({ hash, timeout: receiptTimeoutMs });
    if (receipt.status === "success") return { hash };
    // Somebody else's came first, in the same block: the simulation now says what it did.
    await prepare();
  } catch (cause) {
    const reason = revertName(cause);
    if (reason && alreadyDone.has(reason)) return { alreadyDone: reason };
    throw new TransactionFailed(`${call}: ${reasonOf(cause)}`, { cause });
  }
  throw new TransactionFailed(`${call} was reverted, though it would go through now: it is tried again in its turn`);
}

/** The contract's error in words; without one what the RPC said, which viem's own short message leaves out. */
function reasonOf(cause: unknown): string {
  if (revertName(cause) || !(cause instanceof BaseError) || !cause.details) return decodeError(cause);
  return cause.details.split("\n").join(" ").slice(0, 300);
}
