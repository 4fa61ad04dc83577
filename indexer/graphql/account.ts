import { and, eq } from "ponder";
import type { Hex } from "viem";
import * as tables from "../ponder.schema.ts";
import type { ModelRow } from "../queries/modelRows.ts";
import { type Unbonding, unbondingOf } from "../queries/unbondingOf.ts";
import { builder } from "./builder.ts";
import { listActivity, listPositions } from "./lists.ts";
import { listOwnedModels } from "./modelLists.ts";
import { pageCost } from "./pages.ts";
import {
  ActivityConnection,
  ActivityRef,
  EvaluatorConnection,
  EvaluatorRef,
  FeeClaimConnection,
  FeeClaimRef,
  ModelConnection,
  ModelRef,
  PositionConnection,
  PositionRef,
} from "./refs.ts";
import { listEvaluators, listFeeClaims } from "./seatLists.ts";
import { ModelStakeType } from "./stake.ts";

const BondType = builder.objectRef<ModelRow>("Bond").implement({
  description: "An owner's bond of a model.",
  fields: (t) => ({
    model: t.field({ type: ModelRef, resolve: (row) => row }),
    stake: t.field({ type: ModelStakeType, resolve: ({ stake }) => stake }),
  }),
});

const UnbondingKindEnum = builder.enumType("UnbondingKind", {
  description: "What is unbonding: a model's bond, a delegation, a seat's bond.",
  values: ["bond", "delegation", "seat"] as const,
});

const UnbondingType = builder.objectRef<Unbonding>("Unbonding").implement({
  description: "Stake on its way out. Losses can still make it less.",
  fields: (t) => ({
    kind: t.field({ type: UnbondingKindEnum, resolve: ({ kind }) => kind }),
    model: t.field({ type: ModelRef, nullable: true, resolve: ({ modelId }) => modelId }),
    evaluator: t.field({ type: EvaluatorRef, nullable: true, resolve: ({ seatId }) => seatId }),
    assets: t.field({
      type: "BigInt",
      description: "Worth now, rounded down, smallest units of the token.",
      resolve: ({ assets }) => assets,
    }),
    unlocksAt: t.field({ type: "DateTime", resolve: ({ unlocksAt }) => unlocksAt }),
    heldUntil: t.field({
      type: "DateTime",
      nullable: true,
      description: "While a freeze of the model is open, it does not leave before this time.",
      resolve: ({ heldUntil }) => heldUntil,
    }),
  }),
});

const AccountType = builder.objectRef<{ address: Hex }>("Account").implement({
  description: "An address and what it holds. Every address has one.",
  fields: (t) => ({
    address: t.field({ type: "Address", resolve: ({ address }) => address }),
    models: t.connection(
      {
        type: ModelRef,
        complexity: pageCost,
        description: "Models it owns.",
        resolve: ({ address }, args, context) => listOwnedModels(context, args, { owner: address, bonded: false }),
      },
      ModelConnection,
    ),
    bonds: t.connection({
      type: BondType,
      complexity: pageCost,
      description: "Bonds of the models it owns, where there are any.",
      resolve: ({ address }, args, context) => listOwnedModels(context, args, { owner: address, bonded: true }),
    }),
    positions: t.connection(
      {
        type: PositionRef,
        complexity: pageCost,
        resolve: ({ address }, args, context) => listPositions(context, args, { account: address }),
      },
      PositionConnection,
    ),
    unbonding: t.field({
      type: [UnbondingType],
      description: "What is on its way out to it, what unlocks first comes first; at most 100 of each kind.",
      resolve: ({ address }, _, context) => unbondingOf(context, address),
    }),
    seats: t.connection(
      {
        type: EvaluatorRef,
        complexity: pageCost,
        description: "Evaluators' seats it owns.",
        resolve: ({ address }, args, context) => listEvaluators(context, args, { account: address }),
      },
      EvaluatorConnection,
    ),
    rewards: t.connection(
      {
        type: FeeClaimRef,
        complexity: pageCost,
        description:
          "Evaluators' fees for rounds that it received; those of second committees stand in `history`. What delegators earn raises the price of their shares.",
        resolve: ({ address }, args, context) => listFeeClaims(context, args, { account: address }),
      },
      FeeClaimConnection,
    ),
    depositOwed: t.field({
      type: "BigInt",
      description: "Deposits of disputes that could not be paid out when they were due: `Court.claimDeposit`.",
      resolve: async ({ address }, _, { db, deployment }) => {
        const { depositOwed } = tables;
        const [row] = await db
          .select()
          .from(depositOwed)
          .where(and(eq(depositOwed.chainId, deployment.chainId), eq(depositOwed.account, address)));
        return row?.assets ?? 0n;
      },
    }),
    history: t.connection(
      {
        type: ActivityRef,
        complexity: pageCost,
        description: "What it did and what was done to it, newest first.",
        resolve: ({ address }, args, context) => listActivity(context, args, { account: address }),
      },
      ActivityConnection,
    ),
  }),
});

builder.queryField("account", (t) =>
  t.field({
    type: AccountType,
    args: { address: t.arg({ type: "Address", required: true }) },
    resolve: (_, { address }) => ({ address }),
  }),
);
