import { index, onchainTable, primaryKey } from "ponder";
import type { DisputeOutcome, DisputeStage, Fault } from "../../domain/dispute.ts";

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
    /** Who of them was not paid yet. */
    unpaid: t.bigint(),
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
