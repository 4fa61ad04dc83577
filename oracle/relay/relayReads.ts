import {
  type Address,
  type Block,
  formatEther,
  type Hex,
  type PublicClient,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from "viem";
import type { Fees, GasPrice } from "./fees.ts";
import type { Attempt, Call } from "./intents.ts";
import { type Refused, refusedBy } from "./revert.ts";

export type Head = Block<bigint, false, "latest">;

/** What a relay asks the chain. */
export interface RelayReads {
  /** Why a call would not go through now; undefined when it would. */
  simulate(call: Call): Promise<Refused | undefined>;
  /** Gas for a call with headroom, or why it cannot be had. */
  estimate(call: Call): Promise<bigint | Refused>;
  receiptOf(hash: Hex): Promise<TransactionReceipt | undefined>;
  /** The one of several transactions with one nonce that is in a block. */
  findMined(
    attempts: readonly Attempt[],
  ): Promise<{ readonly attempt: Attempt; readonly receipt: TransactionReceipt } | undefined>;
  priceAt(head: Head): Promise<GasPrice>;
  /** What the key lacks to pay for gas at the fees offered, in words; undefined when it can. */
  missing(gas: bigint, fees: Fees): Promise<string | undefined>;
  /** Transactions of the key that are in blocks, or with those that are known to be under way. */
  nonce(blockTag: "latest" | "pending"): Promise<number>;
}

/** Headroom over the estimate: what a call costs depends on what is in the block before it. */
const gasHeadroomBps = 12_500n;

export function createRelayReads(client: PublicClient, address: Address): RelayReads {
  const refusedOr = async <T>(data: Hex, work: Promise<T>): Promise<T | Refused> => {
    try {
      return await work;
    } catch (error) {
      const refused = refusedBy(error, data);
      if (!refused) throw error;
      return refused;
    }
  };
  const receiptOf = async (hash: Hex): Promise<TransactionReceipt | undefined> => {
    try {
      return await client.getTransactionReceipt({ hash });
    } catch (error) {
      if (error instanceof TransactionReceiptNotFoundError) return undefined;
      throw error;
    }
  };

  return {
    simulate: ({ to, data }) =>
      refusedOr(
        data,
        client.call({ account: address, to, data }).then(() => undefined),
      ),
    estimate: ({ to, data }) =>
      refusedOr(
        data,
        client.estimateGas({ account: address, to, data }).then((gas) => (gas * gasHeadroomBps) / 10_000n),
      ),
    receiptOf,
    async findMined(attempts) {
      for (const attempt of attempts.toReversed()) {
        const receipt = await receiptOf(attempt.hash);
        if (receipt) return { attempt, receipt };
      }
      return undefined;
    },
    priceAt: async ({ baseFeePerGas }) => ({
      baseFeePerGas: baseFeePerGas ?? 0n,
      tip: await client.estimateMaxPriorityFeePerGas(),
    }),
    async missing(gas, { maxFeePerGas }) {
      const balance = await client.getBalance({ address });
      const needed = gas * maxFeePerGas;
      if (balance >= needed) return undefined;
      return `relaying key ${address} has not enough funds: ${formatEther(balance)} ETH of up to ${formatEther(needed)}; send it some`;
    },
    nonce: (blockTag) => client.getTransactionCount({ address, blockTag }),
  };
}
