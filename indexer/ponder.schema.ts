import { index, onchainTable, primaryKey } from "ponder";
import type { DisputeOutcome, DisputeStage, Fault } from "../domain/dispute.ts";
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

// ---------------------------------------------------------------- the record

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

// ---------------------------------------------------------------- the money

/** The stake of a model, as `stakeOf` tells it: the fields of `ModelStake` in `domain/stake.ts`. */
export const stake = onchainTable(
  "stake",
  (t) => ({
    chainId: t.integer().notNull(),
    modelId: t.bigint().notNull(),
    bond: t.bigint().notNull(),
    unbondingBond: t.bigint().notNull(),
    bondUnlocksAt: t.bigint().notNull(),
    openFreezes: t.bigint().notNull(),
    streaming: t.boolean().notNull(),
    delegated: t.bigint().notNull(),
    shares: t.bigint().notNull(),
    heldUntil: t.bigint().notNull(),
    unbondingAssets: t.bigint().notNull(),
    unbondingShares: t.bigint().notNull(),
    lossEpochStart: t.bigint().notNull(),
    lossInEpoch: t.bigint().notNull(),
  }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.modelId] }) }),
);

export const position = onchainTable(
  "position",
  (t) => ({
    chainId: t.integer().notNull(),
    modelId: t.bigint().notNull(),
    account: t.hex().notNull(),
    /** Of the active pool: the ERC-6909 balance. */
    shares: t.bigint().notNull(),
    unbondingShares: t.bigint().notNull(),
    unlocksAt: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.modelId, table.account] }),
    byAccountModelId: index().on(table.chainId, table.account, table.modelId),
  }),
);

/** Usage fees on their way to a model's stake: the fields of `FeeStream` in `domain/fees.ts`. */
export const feeStream = onchainTable(
  "fee_stream",
  (t) => ({
    chainId: t.integer().notNull(),
    modelId: t.bigint().notNull(),
    amount: t.bigint().notNull(),
    updatedAt: t.bigint().notNull(),
    endsAt: t.bigint().notNull(),
    /** Paid for usage so far, the public share included. */
    paidTotal: t.bigint().notNull(),
  }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.modelId] }) }),
);

/** Stake set aside by a failing result; up to `policyPointer` the fields of the vault's `FreezeRecord`. */
export const freeze = onchainTable(
  "freeze",
  (t) => ({
    chainId: t.integer().notNull(),
    versionId: t.hex().notNull(),
    roundId: t.bigint().notNull(),
    modelId: t.bigint().notNull(),
    fromBond: t.bigint().notNull(),
    fromDelegations: t.bigint().notNull(),
    fromUnbonding: t.bigint().notNull(),
    poolShares: t.bigint().notNull(),
    waiting: t.bigint().notNull(),
    frozenAt: t.bigint().notNull(),
    releasableAt: t.bigint().notNull(),
    contested: t.boolean().notNull(),
    standardLane: t.boolean().notNull(),
    policyPointer: t.hex().notNull(),
    /** The three are null unless it was released. */
    releasedAt: t.bigint(),
    burnt: t.bigint(),
    toCommons: t.bigint(),
    /** The four are null unless it was restored. */
    restoredAt: t.bigint(),
    toBond: t.bigint(),
    toDelegations: t.bigint(),
    toUnbonding: t.bigint(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.versionId, table.roundId] }),
    byModelId: index().on(table.chainId, table.modelId),
  }),
);

/** The vault's funds and its bucket; one row a chain, from the first event that touches any of them. */
export const treasury = onchainTable("treasury", (t) => ({
  chainId: t.integer().primaryKey(),
  commonsFund: t.bigint().notNull(),
  evaluationFund: t.bigint().notNull(),
  depositsHeld: t.bigint().notNull(),
  /** Burnt so far. */
  burnt: t.bigint().notNull(),
  /** Stake frozen that had not leaked out, as of `bucketUpdatedAt`. */
  bucketLevel: t.bigint().notNull(),
  bucketUpdatedAt: t.bigint().notNull(),
}));

// ---------------------------------------------------------------- rounds

export const round = onchainTable(
  "round",
  (t) => ({
    chainId: t.integer().notNull(),
    id: t.bigint().notNull(),
    policyId: t.bigint().notNull(),
    suiteHash: t.hex().notNull(),
    entropyBlock: t.bigint().notNull(),
    /** See `seatList`. */
    seatsPointer: t.hex().notNull(),
    openedAt: t.bigint().notNull(),
    /** The three are null until the seed is captured; the committees are bitmaps over the seat list, one a shard. */
    seed: t.hex(),
    committees: t.bigint().array(),
    capturedAt: t.bigint(),
    /** Lottery slots that the commons fund paid for, what it paid, and the number of models they draw from. */
    lotterySlots: t.bigint().notNull(),
    lotteryAssets: t.bigint().notNull(),
    modelCount: t.bigint().notNull(),
    /** Who signed a batch and was not paid yet, as on chain; and who ever did. Bitmaps over places (see `placesOf`). */
    participated: t.bigint().notNull(),
    everParticipated: t.bigint().notNull(),
    /** The batch whose results come next. */
    latestBatchDigest: t.hex(),
    resultCount: t.integer().notNull(),
  }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.id] }) }),
);

/** The keys that rounds' bitmaps count, 20 bytes each, by the account that holds them. */
export const seatList = onchainTable(
  "seat_list",
  (t) => ({
    chainId: t.integer().notNull(),
    pointer: t.hex().notNull(),
    signers: t.hex().notNull(),
    sealedAt: t.bigint().notNull(),
  }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.pointer] }) }),
);

export const evaluator = onchainTable(
  "evaluator",
  (t) => ({
    chainId: t.integer().notNull(),
    seatId: t.integer().notNull(),
    owner: t.hex().notNull(),
    signer: t.hex().notNull(),
    linkHead: t.hex().notNull(),
    seatedAt: t.bigint().notNull(),
    /** 0: still here. */
    leftAt: t.bigint().notNull(),
    /** Its bond in the vault, unbonding part included; that part; and when it may leave. */
    assets: t.bigint().notNull(),
    unbonding: t.bigint().notNull(),
    unlocksAt: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.seatId] }),
    byOwnerSeatId: index().on(table.chainId, table.owner, table.seatId),
  }),
);

/** Every signing key a seat ever had; a key stays its seat's for ever. */
export const seatKey = onchainTable(
  "seat_key",
  (t) => ({
    chainId: t.integer().notNull(),
    signer: t.hex().notNull(),
    seatId: t.integer().notNull(),
    since: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.signer] }),
    bySeatId: index().on(table.chainId, table.seatId),
  }),
);

/** Every hash chain a seat ever committed to. */
export const seatLink = onchainTable(
  "seat_link",
  (t) => ({
    chainId: t.integer().notNull(),
    seatId: t.integer().notNull(),
    blockNumber: t.bigint().notNull(),
    logIndex: t.integer().notNull(),
    linkHead: t.hex().notNull(),
    since: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.seatId, table.blockNumber, table.logIndex] }),
  }),
);

/** Flat fees that evaluators were paid. */
export const feeClaim = onchainTable(
  "fee_claim",
  (t) => ({
    chainId: t.integer().notNull(),
    roundId: t.bigint().notNull(),
    seatId: t.integer().notNull(),
    receiver: t.hex().notNull(),
    assets: t.bigint().notNull(),
    at: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.roundId, table.seatId] }),
    byReceiverRoundIdSeatId: index().on(table.chainId, table.receiver, table.roundId, table.seatId),
    bySeatIdRoundId: index().on(table.chainId, table.seatId, table.roundId),
  }),
);

// ---------------------------------------------------------------- disputes

/** Levels 2 and 3: a failing result is disputed. Names of the fields as in the court's `Dispute`. */
export const dispute = onchainTable(
  "dispute",
  (t) => ({
    chainId: t.integer().notNull(),
    id: t.bigint().notNull(),
    versionId: t.hex().notNull(),
    modelId: t.bigint().notNull(),
    roundId: t.bigint().notNull(),
    word: t.bigint().notNull(),
    /** Bitmap over families that the result failed. */
    failed: t.bigint().notNull(),
    policyPointer: t.hex().notNull(),
    /** Whether a freeze waits for it. */
    contested: t.boolean().notNull(),
    appellant: t.hex().notNull(),
    deposit: t.bigint().notNull(),
    openedAt: t.bigint().notNull(),
    stage: t.text().$type<DisputeStage>().notNull(),
    /** End of the stage. */
    deadline: t.bigint().notNull(),
    seatsPointer: t.hex().notNull(),
    entropyBlock: t.bigint().notNull(),
    /** Null until the second committee is drawn: a bitmap over the dispute's seat list. */
    seed: t.hex(),
    committee: t.bigint(),
    drawnAt: t.bigint(),
    /** Null until the second committee has measured. */
    newWord: t.bigint(),
    reportsRoot: t.hex(),
    signers: t.bigint(),
    verdict: t.text().$type<DisputeOutcome>().notNull(),
    reevaluatedAt: t.bigint(),
    /** Null unless it went on to the arbitrator. */
    arbitrationAppellant: t.hex(),
    arbitrator: t.hex(),
    arbitratorDisputeId: t.bigint(),
    arbitrationDeposit: t.bigint(),
    appealedAt: t.bigint(),
    ruling: t.text().$type<DisputeOutcome>().notNull(),
    ruledAt: t.bigint(),
    /** Null until it is executed: what the result became (0: nothing new), and whether stake went back. */
    outcome: t.text().$type<DisputeOutcome>(),
    outcomeWord: t.bigint(),
    stakeRestored: t.boolean(),
    executedAt: t.bigint(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.id] }),
    byVersionIdRoundId: index().on(table.chainId, table.versionId, table.roundId),
    byModelIdId: index().on(table.chainId, table.modelId, table.id),
  }),
);

/** Memories that were replayed without a wrong result. */
export const overturn = onchainTable(
  "overturn",
  (t) => ({
    chainId: t.integer().notNull(),
    /** Whose memory. */
    versionId: t.hex().notNull(),
    /** Whose result, and of which round. */
    disputedVersionId: t.hex().notNull(),
    roundId: t.bigint().notNull(),
    /** 0: as if it had not been posted. */
    newWord: t.bigint().notNull(),
    at: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.versionId, table.disputedVersionId, table.roundId] }),
  }),
);

/** Level 1: a record of an evaluator's evidence is asked for. */
export const challenge = onchainTable(
  "challenge",
  (t) => ({
    chainId: t.integer().notNull(),
    reportDigest: t.hex().notNull(),
    leafIndex: t.bigint().notNull(),
    recordIndex: t.bigint().notNull(),
    seatId: t.integer().notNull(),
    challenger: t.hex().notNull(),
    deposit: t.bigint().notNull(),
    openedAt: t.bigint().notNull(),
    answerBy: t.bigint().notNull(),
    /** Of the report. */
    versionId: t.hex().notNull(),
    roundId: t.bigint().notNull(),
    word: t.bigint().notNull(),
    evidenceRoot: t.hex().notNull(),
    evidenceHash: t.hex().notNull(),
    /** At most one of the two is set. */
    answeredAt: t.bigint(),
    upheldAt: t.bigint(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.reportDigest, table.leafIndex, table.recordIndex] }),
    bySeatId: index().on(table.chainId, table.seatId),
  }),
);

/** Levels 0 and 1: what evaluators lost their bonds for. */
export const slash = onchainTable(
  "slash",
  (t) => ({
    chainId: t.integer().notNull(),
    blockNumber: t.bigint().notNull(),
    logIndex: t.integer().notNull(),
    seatId: t.integer().notNull(),
    versionId: t.hex().notNull(),
    roundId: t.bigint().notNull(),
    fault: t.text().$type<Fault>().notNull(),
    shareBps: t.bigint().notNull(),
    assets: t.bigint().notNull(),
    at: t.bigint().notNull(),
  }),
  (table) => ({
    primaryKey: primaryKey({ columns: [table.chainId, table.blockNumber, table.logIndex] }),
    bySeatId: index().on(table.chainId, table.seatId),
  }),
);

/** Level 0: entries of batches that are not the medians of their reports. */
export const medianDisproof = onchainTable(
  "median_disproof",
  (t) => ({
    chainId: t.integer().notNull(),
    batchDigest: t.hex().notNull(),
    versionId: t.hex().notNull(),
    roundId: t.bigint().notNull(),
    word: t.bigint().notNull(),
    /** The median; 0: the reports are not about the entry. */
    right: t.bigint().notNull(),
    at: t.bigint().notNull(),
  }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.batchDigest, table.versionId] }) }),
);

/** Deposits that the token refused to move when they were due; the zero address: to be forfeited. */
export const depositOwed = onchainTable(
  "deposit_owed",
  (t) => ({ chainId: t.integer().notNull(), account: t.hex().notNull(), assets: t.bigint().notNull() }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.account] }) }),
);

// ---------------------------------------------------------------- the board

/** Who can change what; one row a chain. */
export const board = onchainTable("board", (t) => ({
  chainId: t.integer().primaryKey(),
  owner: t.hex().notNull(),
  guardian: t.hex().notNull(),
  /** End of the last pause; 0 if there was none. */
  pausedUntil: t.bigint().notNull(),
}));

/** The standards, field by field; names and units are those of the Solidity struct `Policy`. */
export const policy = onchainTable(
  "policy",
  (t) => ({
    chainId: t.integer().notNull(),
    id: t.bigint().notNull(),
    pointer: t.hex().notNull(),
    announcedAt: t.bigint().notNull(),
    inForceFrom: t.bigint().notNull(),
    /** Null unless it was taken back before it came into force. */
    withdrawnAt: t.bigint(),
    /** What it changes, bitmaps over `policyFields`. */
    tightening: t.bigint().notNull(),
    loosening: t.bigint().notNull(),
    floorsBps: t.bigint().array().$type<PerFamily<bigint>>().notNull(),
    slashFloorsBps: t.bigint().array().$type<PerFamily<bigint>>().notNull(),
    sharesBps: t.bigint().array().$type<PerFamily<bigint>>().notNull(),
    weights: t.bigint().array().$type<PerFamily<bigint>>().notNull(),
    massMin: t.bigint().notNull(),
    massCap: t.bigint().notNull(),
    massFull: t.bigint().notNull(),
    roundsFull: t.bigint().notNull(),
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
    experimentalBondMin: t.bigint().notNull(),
    experimentalLossCapBps: t.bigint().notNull(),
    bucketBps: t.bigint().notNull(),
    bucketPeriod: t.bigint().notNull(),
    breakerBps: t.bigint().notNull(),
    shards: t.bigint().notNull(),
    slots: t.bigint().notNull(),
    lotteryBps: t.bigint().notNull(),
    evaluationPrice: t.bigint().notNull(),
    evaluationFee: t.bigint().notNull(),
    publicShareBps: t.bigint().notNull(),
    evaluatorBondMin: t.bigint().notNull(),
    disputeDeposit: t.bigint().notNull(),
    arbitrator: t.hex().notNull(),
  }),
  (table) => ({ primaryKey: primaryKey({ columns: [table.chainId, table.id] }) }),
);
