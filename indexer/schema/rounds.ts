import { index, onchainTable, primaryKey } from "ponder";

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
