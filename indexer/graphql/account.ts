import { and, eq } from "ponder";
import type { Hex } from "viem";
import * as tables from "../ponder.schema.ts";
import { type ModelRow, selectModels } from "../queries/modelRows.ts";
import { builder } from "./builder.ts";
import { listPositions } from "./lists.ts";
import { pageCost, tablePage } from "./pages.ts";
import { ModelConnection, ModelRef, PositionConnection, PositionRef } from "./refs.ts";

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
