import { index, onchainTable, primaryKey } from "ponder";

export const model = onchainTable(
  "model",
  (t) => ({
    chainId: t.integer().notNull(),
    id: t.bigint().notNull(),
    owner: t.hex().notNull(),
    name: t.text().notNull(),
    /** Null between the mint and its first version, which is in the same transaction. */
    currentVersionId: t.hex(),
    versionCount: t.integer().notNull(),
    /** 0 experimental, 1 standard: what the current version's memory says. */
    lane: t.bigint().notNull(),
    registeredAt: t.bigint().notNull(),
    /** Time of the last event that admission depends on; before it, today's rows do not speak. */
    changedAt: t.bigint().notNull(),
    /** The last round whose evaluation is prepaid; 0: none. */
    paidThrough: t.bigint().notNull(),
    /** The five are null until it is retired. */
    retiredAt: t.bigint(),
    servedUntil: t.bigint(),
    evaluatedUntil: t.bigint(),
    liableUntil: t.bigint(),
    recordUntil: t.bigint(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.id] }),
    byOwnerId: index().on(table.chainId, table.owner, table.id),
    byNameId: index().on(table.chainId, table.name, table.id),
    byLane: index().on(table.chainId, table.lane),
  }),
);

export const version = onchainTable(
  "version",
  (t) => ({
    chainId: t.integer().notNull(),
    id: t.hex().notNull(),
    modelId: t.bigint().notNull(),
    /** 1 for a model's first version. */
    number: t.integer().notNull(),
    digest: t.hex().notNull(),
    manifestUri: t.text().notNull(),
    /** The model's version before it; null for its first. */
    previousId: t.hex(),
    /** The version it says it was made from; null for one that says nothing. */
    parentId: t.hex(),
    memoryWord: t.bigint().notNull(),
    addedAt: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.id] }),
    byModelIdNumber: index().on(table.chainId, table.modelId, table.number),
    byParentIdId: index().on(table.chainId, table.parentId, table.id),
  }),
);

export const result = onchainTable(
  "result",
  (t) => ({
    chainId: t.integer().notNull(),
    versionId: t.hex().notNull(),
    roundId: t.bigint().notNull(),
    modelId: t.bigint().notNull(),
    /** The signed batch it came in. */
    batchDigest: t.hex().notNull(),
    word: t.bigint().notNull(),
    /** Memory of the version after this result. */
    memoryWord: t.bigint().notNull(),
    /** Bitmap over families of the slash tests that failed. */
    failed: t.bigint().notNull(),
    postedAt: t.bigint().notNull(),
    /** Null unless the court found it wrong: what it should have been (0: nothing), and when that was found. */
    correctedWord: t.bigint(),
    correctedAt: t.bigint(),
    blockNumber: t.bigint().notNull(),
    logIndex: t.integer().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.versionId, table.roundId] }),
    byModelIdBlockNumberLogIndex: index().on(table.chainId, table.modelId, table.blockNumber, table.logIndex),
    byBlockNumberLogIndex: index().on(table.chainId, table.blockNumber, table.logIndex),
  }),
);

/** A signed batch. */
export const batch = onchainTable(
  "batch",
  (t) => ({
    chainId: t.integer().notNull(),
    digest: t.hex().notNull(),
    roundId: t.bigint().notNull(),
    shard: t.bigint().notNull(),
    /** Bitmap over the round's seat list. */
    signers: t.bigint().notNull(),
    reportsRoot: t.hex().notNull(),
    /** So many results failed that none of them froze stake. */
    contested: t.boolean().notNull(),
    /** Sender of the transaction. */
    relayer: t.hex().notNull(),
    postedAt: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.digest] }),
    byRoundId: index().on(table.chainId, table.roundId),
  }),
);

/** Every memory word a version ever had. */
export const memoryHistory = onchainTable(
  "memory_history",
  (t) => ({
    chainId: t.integer().notNull(),
    versionId: t.hex().notNull(),
    blockNumber: t.bigint().notNull(),
    logIndex: t.integer().notNull(),
    /** Name of the event that wrote it. */
    kind: t.text().notNull(),
    memoryWord: t.bigint().notNull(),
    /** The round it is about; null where it is about none. */
    roundId: t.bigint(),
    at: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.versionId, table.blockNumber, table.logIndex] }),
  }),
);

/** The current version of a model carries what an older one failed. */
export const carriedFailure = onchainTable(
  "carried_failure",
  (t) => ({
    chainId: t.integer().notNull(),
    versionId: t.hex().notNull(),
    roundId: t.bigint().notNull(),
    failedVersionId: t.hex().notNull(),
    /** Unit 1/256 item. */
    scarAdded: t.bigint().notNull(),
    at: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.versionId, table.roundId, table.failedVersionId] }),
  }),
);

/** The log of a version's memory while a failing result in it can be overturned (see `domain/resultLog.ts`). */
export const resultLog = onchainTable(
  "result_log",
  (t) => ({
    chainId: t.integer().notNull(),
    versionId: t.hex().notNull(),
    memoryBefore: t.bigint().notNull(),
    /** Up to when it can be replayed. */
    until: t.bigint().notNull(),
    entryCount: t.integer().notNull(),
  }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.versionId] }) }),
);

export const logEntry = onchainTable(
  "log_entry",
  (t) => ({
    chainId: t.integer().notNull(),
    /** Whose log it is. */
    ofVersionId: t.hex().notNull(),
    /** Place in the log, from 0. */
    place: t.integer().notNull(),
    /** See `logKinds`. */
    kind: t.bigint().notNull(),
    roundId: t.bigint().notNull(),
    appliedAt: t.bigint().notNull(),
    policyPointer: t.hex().notNull(),
    /** The version it is about. */
    versionId: t.hex().notNull(),
    word: t.bigint().notNull(),
    /** Of the batch it came with; else 0. */
    batchDigest: t.hex().notNull(),
  }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.ofVersionId, table.place] }) }),
);
