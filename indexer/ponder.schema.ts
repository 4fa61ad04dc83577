/**
 * Tables as folds over the events. The chain's id leads every primary key. Amounts are in the token's smallest unit, times
 * in unix seconds, words as in the contracts (see `domain/memory.ts`, `domain/result.ts`).
 *
 * The embedded database has no isolation: a block's rows appear table by table, in this order. `activity`, which has a row for
 * every event, and `head` come first, so that readers can tell that a block is being written (see `queries/readTip.ts`).
 */
// biome-ignore assist/source/organizeImports: the order is the tables' order
export * from "./schema/progress.ts";
export * from "./schema/record.ts";
export * from "./schema/money.ts";
export * from "./schema/rounds.ts";
export * from "./schema/disputes.ts";
export * from "./schema/board.ts";
