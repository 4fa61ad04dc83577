import { index, onchainTable, primaryKey } from "ponder";

/** What happened, one row an event, newest last. */
export const activity = onchainTable(
  "activity",
  (t) => ({
    chainId: t.integer().notNull(),
    blockNumber: t.bigint().notNull(),
    logIndex: t.integer().notNull(),
    /** Name of the contract and of its event. */
    contract: t.text().notNull(),
    kind: t.text().notNull(),
    modelId: t.bigint(),
    versionId: t.hex(),
    roundId: t.bigint(),
    seatId: t.integer(),
    disputeId: t.bigint(),
    policyId: t.bigint(),
    /** Whom it is about; and whom else: where shares or a model came from, who receives what was withdrawn. */
    account: t.hex(),
    counterparty: t.hex(),
    assets: t.bigint(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.blockNumber, table.logIndex] }),
    byModelIdBlockNumberLogIndex: index().on(table.chainId, table.modelId, table.blockNumber, table.logIndex),
    byAccountBlockNumberLogIndex: index().on(table.chainId, table.account, table.blockNumber, table.logIndex),
    byCounterpartyBlockNumberLogIndex: index().on(table.chainId, table.counterparty, table.blockNumber, table.logIndex),
  }),
);

/** The last block that is folded in; one row a chain. */
export const head = onchainTable("head", (t) => ({
  chainId: t.integer().primaryKey(),
  number: t.bigint().notNull(),
  hash: t.hex().notNull(),
  timestamp: t.bigint().notNull(),
}));
