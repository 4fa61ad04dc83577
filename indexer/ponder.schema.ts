import { index, onchainTable, primaryKey } from "ponder";
import type { PerFamily } from "../domain/families.ts";

/**
 * Tables as folds over the events. The chain's id leads every primary key. Amounts are in the token's smallest unit, times
 * in unix seconds, words as in the contracts (see `domain/memory.ts`, `domain/result.ts`).
 *
 * The embedded database has no isolation: a block's rows appear table by table, in this order. `activity`, which has a row for
 * every event, and `head` come first, so that readers can tell that a block is being written (see `queries/readTip.ts`).
 */

/** What happened, one row an event, newest last. */
export const activity = onchainTable(
  "activity",
  (t) => ({
    chainId: t.integer().notNull(),
    blockNumber: t.bigint().notNull(),
    logIndex: t.integer().notNull(),
    /** Name of the event. */
    kind: t.text().notNull(),
    modelId: t.bigint(),
    versionId: t.hex(),
    roundId: t.bigint(),
    account: t.hex(),
    assets: t.bigint(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.blockNumber, table.logIndex] }),
    byModelIdBlockNumberLogIndex: index().on(table.chainId, table.modelId, table.blockNumber, table.logIndex),
  }),
);

/** The last block that is folded in; one row a chain. */
export const head = onchainTable("head", (t) => ({
  chainId: t.integer().primaryKey(),
  number: t.bigint().notNull(),
  hash: t.hex().notNull(),
  timestamp: t.bigint().notNull(),
}));

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
    registeredAt: t.bigint().notNull(),
    /** Time of the last event that admission depends on; before it, today's rows do not speak. */
    changedAt: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.id] }),
    byOwner: index().on(table.chainId, table.owner),
    byNameId: index().on(table.chainId, table.name, table.id),
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
    memoryWord: t.bigint().notNull(),
    addedAt: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.id] }),
    byModelIdNumber: index().on(table.chainId, table.modelId, table.number),
  }),
);

export const result = onchainTable(
  "result",
  (t) => ({
    chainId: t.integer().notNull(),
    versionId: t.hex().notNull(),
    roundId: t.bigint().notNull(),
    modelId: t.bigint().notNull(),
    word: t.bigint().notNull(),
    /** Memory of the version after this result. */
    memoryWord: t.bigint().notNull(),
    /** Bitmap over families of the slash tests that failed. */
    failed: t.bigint().notNull(),
    postedAt: t.bigint().notNull(),
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

/** A signed batch; its results are those of the same transaction. */
export const batch = onchainTable(
  "batch",
  (t) => ({
    chainId: t.integer().notNull(),
    digest: t.hex().notNull(),
    roundId: t.bigint().notNull(),
    /** Bitmap over seats. */
    signers: t.bigint().notNull(),
    reportsRoot: t.hex().notNull(),
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
    memoryWord: t.bigint().notNull(),
    /** The round whose result wrote it; null for the word a version starts with. */
    roundId: t.bigint(),
    at: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.versionId, table.blockNumber, table.logIndex] }),
  }),
);

/** The stake of a model, as `stakeOf` tells it: the fields of `ModelStake` in `domain/stake.ts`. */
export const bond = onchainTable(
  "bond",
  (t) => ({
    chainId: t.integer().notNull(),
    modelId: t.bigint().notNull(),
    bond: t.bigint().notNull(),
    delegated: t.bigint().notNull(),
    /** 0 experimental, 1 standard. */
    lane: t.bigint().notNull(),
    openFreezes: t.bigint().notNull(),
    heldUntil: t.bigint().notNull(),
    shares: t.bigint().notNull(),
    unbondingShares: t.bigint().notNull(),
    unbondingBond: t.bigint().notNull(),
    bondUnlocksAt: t.bigint().notNull(),
    lossEpochStart: t.bigint().notNull(),
    lossInEpoch: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.modelId] }),
    byLane: index().on(table.chainId, table.lane),
  }),
);

export const position = onchainTable(
  "position",
  (t) => ({
    chainId: t.integer().notNull(),
    modelId: t.bigint().notNull(),
    account: t.hex().notNull(),
    /** Unbonding shares included, as in `positionOf`. */
    shares: t.bigint().notNull(),
    unbondingShares: t.bigint().notNull(),
    unlocksAt: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.modelId, table.account] }),
    byAccountModelId: index().on(table.chainId, table.account, table.modelId),
  }),
);

export const freeze = onchainTable(
  "freeze",
  (t) => ({
    chainId: t.integer().notNull(),
    versionId: t.hex().notNull(),
    roundId: t.bigint().notNull(),
    modelId: t.bigint().notNull(),
    fromBond: t.bigint().notNull(),
    fromDelegations: t.bigint().notNull(),
    frozenAt: t.bigint().notNull(),
    releasableAt: t.bigint().notNull(),
    memoryWordBefore: t.bigint().notNull(),
    /** The three are null while the freeze is open. */
    releasedAt: t.bigint(),
    burnt: t.bigint(),
    toCommons: t.bigint(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.versionId, table.roundId] }),
    byModelId: index().on(table.chainId, table.modelId),
  }),
);

export const round = onchainTable(
  "round",
  (t) => ({
    chainId: t.integer().notNull(),
    id: t.bigint().notNull(),
    policyId: t.bigint().notNull(),
    suiteHash: t.hex().notNull(),
    entropyBlock: t.bigint().notNull(),
    seatCount: t.integer().notNull(),
    openedAt: t.bigint().notNull(),
    /** The three are null until the seed is captured; the committee is a bitmap over seats. */
    seed: t.hex(),
    committee: t.bigint(),
    capturedAt: t.bigint(),
    resultCount: t.integer().notNull(),
  }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.id] }) }),
);

export const evaluator = onchainTable(
  "evaluator",
  (t) => ({
    chainId: t.integer().notNull(),
    seat: t.integer().notNull(),
    owner: t.hex().notNull(),
    signer: t.hex().notNull(),
    linkHead: t.hex().notNull(),
    seatedAt: t.bigint().notNull(),
  }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.seat] }) }),
);

/** The standards, field by field; names and units are those of the Solidity struct `Policy`. */
export const policy = onchainTable(
  "policy",
  (t) => ({
    chainId: t.integer().notNull(),
    id: t.bigint().notNull(),
    pointer: t.hex().notNull(),
    setAt: t.bigint().notNull(),
    floorsBps: t.bigint().array().$type<PerFamily<bigint>>().notNull(),
    slashFloorsBps: t.bigint().array().$type<PerFamily<bigint>>().notNull(),
    sharesBps: t.bigint().array().$type<PerFamily<bigint>>().notNull(),
    weights: t.bigint().array().$type<PerFamily<bigint>>().notNull(),
    massMin: t.bigint().notNull(),
    massCap: t.bigint().notNull(),
    massFull: t.bigint().notNull(),
    itemsCap: t.bigint().notNull(),
    minRounds: t.bigint().notNull(),
    maxAge: t.bigint().notNull(),
    halfLife: t.bigint().notNull(),
    hysteresisBps: t.bigint().notNull(),
    scarK: t.bigint().notNull(),
    retryScar: t.bigint().notNull(),
    hardFailureScar: t.bigint().notNull(),
    scarCap: t.bigint().notNull(),
    passZ2: t.bigint().notNull(),
    failZ2: t.bigint().notNull(),
    bondMin: t.bigint().notNull(),
    bondShareBps: t.bigint().notNull(),
    committeeSize: t.bigint().notNull(),
    quorum: t.bigint().notNull(),
    lossBaseBps: t.bigint().notNull(),
    lossCapBps: t.bigint().notNull(),
    lossEpoch: t.bigint().notNull(),
    freezeWindow: t.bigint().notNull(),
    halfSaturation: t.bigint().notNull(),
    suiteHash: t.hex().notNull(),
  }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.id] }) }),
);
