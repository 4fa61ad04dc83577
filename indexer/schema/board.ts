import { onchainTable, primaryKey } from "ponder";
import type { PerFamily } from "../../domain/families.ts";

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
