import type { Logger } from "pino";
import {
  type Abi,
  type Address,
  BaseError,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createWalletClient,
  custom,
  type Hex,
  type LocalAccount,
  type PublicClient,
} from "viem";
import { decodeError, revertName } from "../../sdk/index.ts";
import type { Queryable } from "../database/openDatabase.ts";
import type { NodeMetrics } from "./metrics.ts";
import type { TransactionConfig } from "./transactionConfig.ts";

/** A transaction was refused or given up; the message is one line, with the contract's error and its values. */
export class TransactionFailed extends Error {
  override name = "TransactionFailed";
}

/** What became of a call: in a block, or not needed because somebody else's was first. */
export type Outcome = { readonly hash: Hex } | { readonly alreadyDone: string };

/** A call of one of the protocol's contracts. */
export interface ContractCall<abi extends Abi, name extends ContractFunctionName<abi, "nonpayable">> {
  /** Idempotency key: while one call with it is under way or in a block, asking again is asking for that one's outcome. */
  readonly key: string;
  /** Name in logs and metrics. */
  readonly call: string;
  readonly contract: { readonly address: Address; readonly abi: abi };
  readonly functionName: name;
  readonly args: ContractFunctionArgs<abi, "nonpayable", name> & readonly unknown[];
  /** What goes first when several wait: what has a deadline, then what keeps the protocol going, then what can wait. */
  readonly priority?: Priority;
}

export type Priority = "deadline" | "normal" | "spare";

/** A node's transactions, all from one relaying key, one after the other. */
export interface Transactions {
  /**
   * Simulates a call and sends it; ends when it is in a block. Safe to ask for again at any time, also after a restart.
   * @throws TransactionFailed
   */
  send<const abi extends Abi, name extends ContractFunctionName<abi, "nonpayable">>(
    call: ContractCall<abi, name>,
  ): Promise<Outcome>;
}

export interface TransactionsParts {
  readonly client: PublicClient;
  /** The relaying key; pays the gas. */
  readonly account: LocalAccount;
  readonly database: Queryable;
  readonly config: TransactionConfig;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
}

/** A call, whatever its contract. */
interface AnyCall {
  readonly key: string;
  readonly call: string;
  readonly contract: { readonly address: Address; readonly abi: Abi };
  readonly functionName: string;
  readonly args: readonly unknown[];
  readonly priority?: Priority;
}

/** Reverts that say somebody else did the same before. */
const alreadyDone = new Set([
  "RoundAlreadyOpen",
  "EntropyAlreadyCaptured",
  "StaleRound",
  "NothingToCollect",
  "NothingToPay",
  "AlreadyCorrected",
  "AlreadyDisputed",
  "AlreadySlashed",
  "AlreadyChallenged",
]);
const receiptTimeoutMs = 60_000;

export function createTransactions(parts: TransactionsParts): Transactions {
  const { client, account, metrics } = parts;
  const wallet = createWalletClient({ account, chain: client.chain, transport: custom(client) });
  const underWay = new Map<string, Promise<Outcome>>();
  let last: Promise<unknown> = Promise.resolve();

  const confirm = async (request: AnyCall): Promise<Outcome> => {
    const { contract, functionName, args } = request;
    const simulate = () => client.simulateContract({ ...contract, functionName, args, account });
    try {
      const { request: prepared } = await simulate();
      const hash = await wallet.writeContract(prepared);
      const receipt = await client.waitForTransactionReceipt({ hash, timeout: receiptTimeoutMs });
      if (receipt.status === "success") return { hash };
      // Somebody else's came first, in the same block: the simulation now says what it did.
      await simulate();
    } catch (cause) {
      const reason = revertName(cause);
      if (reason && alreadyDone.has(reason)) return { alreadyDone: reason };
      throw new TransactionFailed(`${request.call}: ${reasonOf(cause)}`, { cause });
    }
    throw new TransactionFailed(`${request.call} was reverted, though it would go through now: it is tried again`);
  };

  /** One after the other, so that two transactions never ask for the same nonce. */
  const inTurn = (request: AnyCall): Promise<Outcome> => {
    const { call } = request;
    const turn = last.then(() => confirm(request)).finally(() => underWay.delete(request.key));
    last = turn.then(
      (outcome) => metrics.transactions.inc({ call, outcome: "hash" in outcome ? "confirmed" : "alreadyDone" }),
      () => metrics.transactions.inc({ call, outcome: "failed" }),
    );
    underWay.set(request.key, turn);
    return turn;
  };

  return { send: (request: AnyCall) => underWay.get(request.key) ?? inTurn(request) };
}

/** The contract's error in words; without one what the RPC said, which viem's own short message leaves out. */
function reasonOf(cause: unknown): string {
  if (revertName(cause) || !(cause instanceof BaseError) || !cause.details) return decodeError(cause);
  return cause.details.split("\n").join(" ").slice(0, 300);
}
