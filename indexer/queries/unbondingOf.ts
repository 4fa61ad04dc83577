import { and, asc, eq, gt } from "ponder";
import type { Hex } from "viem";
import { assetsForDown, unbondingPool } from "../../domain/stake.ts";
import { maxPageSize } from "../graphql/bounds.ts";
import * as tables from "../ponder.schema.ts";
import { type ModelRow, selectModels } from "./modelRows.ts";
import type { QueryContext } from "./QueryContext.ts";

/** Stake on its way out. */
export interface Unbonding {
  kind: "bond" | "delegation" | "seat";
  /** Null for a seat; `seatId` for all others. */
  modelId: bigint | null;
  seatId: number | null;
  /** Worth now, rounded down. */
  assets: bigint;
  unlocksAt: bigint;
  /** While a freeze of the model is open, nothing leaves before this time. */
  heldUntil: bigint | null;
}

const holdOf = ({ openFreezes, heldUntil }: ModelRow["stake"]) => (openFreezes === 0n ? null : heldUntil);

async function bonds(context: QueryContext, owner: Hex): Promise<Unbonding[]> {
  const { model, stake } = tables;
  const where = and(eq(model.owner, owner), gt(stake.unbondingBond, 0n));
  const rows = await selectModels(context).where(where).orderBy(asc(stake.bondUnlocksAt)).limit(maxPageSize);
  return rows.map((row) => ({
    kind: "bond",
    modelId: row.model.id,
    seatId: null,
    assets: row.stake.unbondingBond,
    unlocksAt: row.stake.bondUnlocksAt,
    heldUntil: holdOf(row.stake),
  }));
}

async function delegations({ db, deployment }: QueryContext, account: Hex): Promise<Unbonding[]> {
  const { position, stake } = tables;
  const isUnbonding = and(eq(position.account, account), gt(position.unbondingShares, 0n));
  const rows = await db
    .select({ position, stake })
    .from(position)
    .innerJoin(stake, and(eq(stake.chainId, position.chainId), eq(stake.modelId, position.modelId)))
    .where(and(eq(position.chainId, deployment.chainId), isUnbonding))
    .orderBy(asc(position.unlocksAt))
    .limit(maxPageSize);
  return rows.map(({ position: { modelId, unbondingShares, unlocksAt }, stake: pools }) => ({
    kind: "delegation",
    modelId,
    seatId: null,
    assets: assetsForDown(unbondingShares, unbondingPool(pools)),
    unlocksAt,
    heldUntil: holdOf(pools),
  }));
}

async function seats({ db, deployment }: QueryContext, owner: Hex): Promise<Unbonding[]> {
  const { evaluator } = tables;
  const isUnbonding = and(eq(evaluator.owner, owner), gt(evaluator.unbonding, 0n));
  const rows = await db
    .select()
    .from(evaluator)
    .where(and(eq(evaluator.chainId, deployment.chainId), isUnbonding))
    .orderBy(asc(evaluator.unlocksAt))
    .limit(maxPageSize);
  return rows.map(({ seatId, unbonding, unlocksAt }) => ({
    kind: "seat",
    modelId: null,
    seatId,
    assets: unbonding,
    unlocksAt,
    heldUntil: null,
  }));
}

/** What is on its way out to an account, what unlocks first comes first. */
export async function unbondingOf(context: QueryContext, account: Hex): Promise<Unbonding[]> {
  const all = await Promise.all([bonds(context, account), delegations(context, account), seats(context, account)]);
  return all.flat().sort((a, b) => (a.unlocksAt < b.unlocksAt ? -1 : a.unlocksAt > b.unlocksAt ? 1 : 0));
}
