import { and, eq } from "ponder";
import type { Hex } from "viem";
import * as tables from "../ponder.schema.ts";
import { type ModelRow, selectModels } from "../queries/modelRows.ts";
import { policyInForce } from "../queries/policyInForce.ts";
import { builder } from "./builder.ts";
import { listActivity, listFreezes, listPositions, listResults } from "./lists.ts";
import { pageCost, tablePage } from "./pages.ts";
import {
  ActivityConnection,
  ActivityRef,
  EvaluatorRef,
  FreezeConnection,
  FreezeRef,
  ModelConnection,
  ModelRef,
  PolicyRef,
  PositionConnection,
  PositionRef,
  ResultConnection,
  ResultRef,
  RoundRef,
  VersionRef,
} from "./refs.ts";

builder.queryField("version", (t) =>
  t.field({
    type: VersionRef,
    nullable: true,
    description: "Null when there is no such version.",
    args: { id: t.arg({ type: "Bytes32", required: true }) },
    resolve: async (_, { id }, { db, deployment }) => {
      const { version } = tables;
      const [row] = await db
        .select()
        .from(version)
        .where(and(eq(version.chainId, deployment.chainId), eq(version.id, id)));
      return row;
    },
  }),
);

builder.queryField("results", (t) =>
  t.connection(
    {
      type: ResultRef,
      description: "Newest first.",
      args: {
        modelId: t.arg({ type: "BigInt" }),
        versionId: t.arg({ type: "Bytes32" }),
        roundId: t.arg({ type: "BigInt" }),
      },
      complexity: pageCost,
      resolve: (_, args, context) => listResults(context, args, args),
    },
    ResultConnection,
  ),
);

builder.queryField("rounds", (t) =>
  t.connection({
    type: RoundRef,
    description: "Newest first.",
    complexity: pageCost,
    resolve: (_, args, { db, deployment }) => {
      const { round } = tables;
      const where = eq(round.chainId, deployment.chainId);
      return tablePage<typeof round.$inferSelect>(args, {
        keys: [{ column: round.id, kind: "number", of: ({ id }) => id }],
        descending: true,
        rows: (beyond, orderBy, limit) =>
          db
            .select()
            .from(round)
            .where(and(where, beyond))
            .orderBy(...orderBy)
            .limit(limit),
        totalCount: () => db.$count(round, where),
      });
    },
  }),
);

builder.queryField("round", (t) =>
  t.field({
    type: RoundRef,
    nullable: true,
    description: "Null when the round was not opened.",
    args: { number: t.arg({ type: "BigInt", required: true }) },
    resolve: async (_, { number }, { db, deployment }) => {
      const { round } = tables;
      const [row] = await db
        .select()
        .from(round)
        .where(and(eq(round.chainId, deployment.chainId), eq(round.id, number)));
      return row;
    },
  }),
);

builder.queryField("evaluators", (t) =>
  t.connection({
    type: EvaluatorRef,
    description: "In the order of their seats.",
    complexity: pageCost,
    resolve: (_, args, { db, deployment }) => {
      const { evaluator } = tables;
      const where = eq(evaluator.chainId, deployment.chainId);
      return tablePage<typeof evaluator.$inferSelect>(args, {
        keys: [{ column: evaluator.seat, kind: "number", of: ({ seat }) => BigInt(seat) }],
        rows: (beyond, orderBy, limit) =>
          db
            .select()
            .from(evaluator)
            .where(and(where, beyond))
            .orderBy(...orderBy)
            .limit(limit),
        totalCount: () => db.$count(evaluator, where),
      });
    },
  }),
);

builder.queryField("policies", (t) =>
  t.connection({
    type: PolicyRef,
    description: "Newest first.",
    complexity: pageCost,
    resolve: (_, args, { db, deployment }) => {
      const { policy } = tables;
      const where = eq(policy.chainId, deployment.chainId);
      return tablePage<typeof policy.$inferSelect>(args, {
        keys: [{ column: policy.id, kind: "number", of: ({ id }) => id }],
        descending: true,
        rows: (beyond, orderBy, limit) =>
          db
            .select()
            .from(policy)
            .where(and(where, beyond))
            .orderBy(...orderBy)
            .limit(limit),
        totalCount: () => db.$count(policy, where),
      });
    },
  }),
);

builder.queryField("policy", (t) =>
  t.field({
    type: PolicyRef,
    nullable: true,
    description: "Null when there is no such policy. Without an id: the one in force.",
    args: { id: t.arg({ type: "BigInt" }) },
    resolve: async (_, { id }, context) => {
      if (id === null || id === undefined) return policyInForce(context);
      const { policy } = tables;
      const [row] = await context.db
        .select()
        .from(policy)
        .where(and(eq(policy.chainId, context.deployment.chainId), eq(policy.id, id)));
      return row;
    },
  }),
);

builder.queryField("freezes", (t) =>
  t.connection(
    {
      type: FreezeRef,
      description: "Those of the newest round first.",
      args: { modelId: t.arg({ type: "BigInt" }), open: t.arg.boolean({ description: "Still open, or released." }) },
      complexity: pageCost,
      resolve: (_, args, context) => listFreezes(context, args, args),
    },
    FreezeConnection,
  ),
);

builder.queryField("activity", (t) =>
  t.connection(
    {
      type: ActivityRef,
      description: "What happened, newest first.",
      args: { modelId: t.arg({ type: "BigInt" }) },
      complexity: pageCost,
      resolve: (_, args, context) => listActivity(context, args, args),
    },
    ActivityConnection,
  ),
);

const AccountType = builder.objectRef<{ address: Hex }>("Account").implement({
  description: "An address and what it holds. Every address has one.",
  fields: (t) => ({
    address: t.field({ type: "Address", resolve: ({ address }) => address }),
    positions: t.connection(
      {
        type: PositionRef,
        complexity: pageCost,
        resolve: ({ address }, args, context) => listPositions(context, args, { account: address }),
      },
      PositionConnection,
    ),
    models: t.connection(
      {
        type: ModelRef,
        complexity: pageCost,
        description: "Models it owns.",
        resolve: ({ address }, args, context) => {
          const { model } = tables;
          const where = and(eq(model.chainId, context.deployment.chainId), eq(model.owner, address));
          return tablePage<ModelRow>(args, {
            keys: [{ column: model.id, kind: "number", of: (row) => row.model.id }],
            rows: (beyond, orderBy, limit) => selectModels(context, { where: and(where, beyond), orderBy, limit }),
            totalCount: () => context.db.$count(model, where),
          });
        },
      },
      ModelConnection,
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
