import { index, onchainTable, primaryKey } from "ponder";

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
