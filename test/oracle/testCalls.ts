import { pino } from "pino";
import type { LocalAccount, PublicClient } from "viem";
import type { Database } from "../../oracle/database/openDatabase.ts";
import { createMetrics, type NodeMetrics } from "../../oracle/node/metrics.ts";
import { createNodeCalls } from "../../oracle/node/nodeCalls.ts";
import { transactionConfigSchema } from "../../oracle/node/transactionConfig.ts";
import { createTransactions } from "../../oracle/node/transactions.ts";
import type { RelayConfig } from "../../oracle/relay/relay.ts";
import type { Deployment } from "../../sdk/index.ts";

export interface TestCallsParts {
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly database: Database;
  /** Pays. */
  readonly account: LocalAccount;
  readonly config?: RelayConfig;
  readonly metrics?: NodeMetrics;
}

/** A node's transactions and calls from an account, as quick as a test chain makes blocks. */
export function createTestCalls({ deployment, config, metrics, ...parts }: TestCallsParts) {
  const transactions = createTransactions({
    ...parts,
    config: config ?? transactionConfigSchema.parse({}),
    pollMs: 50,
    metrics: metrics ?? createMetrics(),
    log: pino({ level: process.env.ASSAY_TEST_LOG ?? "silent" }),
  });
  return { transactions, calls: createNodeCalls(transactions, deployment) };
}
