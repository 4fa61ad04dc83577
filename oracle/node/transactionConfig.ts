import { z } from "zod";

const gwei = z.number().min(0.001).max(1_000_000);

/** How a node's transactions are paid for, replaced and believed. */
export const transactionConfigSchema = z.strictObject({
  /** The most that is ever offered for a unit of gas, tip included. Above it the node waits and says so. */
  maxFeePerGasGwei: gwei
    .default(200)
    .describe("The most that is ever offered for a unit of gas, tip included, in gwei; above it the node waits"),
  /** The most that is ever offered to the block's builder. */
  maxPriorityFeePerGasGwei: gwei
    .default(5)
    .describe("The most that is ever offered to the block's builder for a unit of gas, in gwei"),
  /** Blocks on top of a transaction's own before it is believed to stay. Until then it is watched, and sent again if it vanishes. */
  confirmations: z
    .number()
    .int()
    .min(0)
    .max(64)
    .default(5)
    .describe(
      "Blocks on top of a transaction's own before it is believed to stay; until then it is sent again if it vanishes",
    ),
  /** A transaction that is not in a block after so many blocks and so many seconds is replaced at a higher fee. */
  replaceAfterBlocks: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(3)
    .describe("Blocks without a transaction before it is replaced at a higher fee"),
  replaceAfterSeconds: z
    .number()
    .int()
    .min(0)
    .max(3_600)
    .default(30)
    .describe("Seconds without a transaction before it is replaced at a higher fee"),
});

export type TransactionConfig = z.infer<typeof transactionConfigSchema>;
