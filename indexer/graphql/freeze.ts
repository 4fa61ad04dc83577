import { builder } from "./builder.ts";
import { listFreezes } from "./lists.ts";
import { pageCost } from "./pages.ts";
import { FreezeConnection, FreezeRef, ModelRef } from "./refs.ts";

FreezeRef.implement({
  description: "Stake set aside by a failing result. Amounts in the token's smallest unit.",
  fields: (t) => ({
    model: t.field({ type: ModelRef, resolve: ({ modelId }) => modelId }),
    versionId: t.field({ type: "Bytes32", resolve: ({ versionId }) => versionId }),
    roundId: t.field({ type: "BigInt", resolve: ({ roundId }) => roundId }),
    fromBond: t.field({ type: "BigInt", resolve: ({ fromBond }) => fromBond }),
    fromDelegations: t.field({ type: "BigInt", resolve: ({ fromDelegations }) => fromDelegations }),
    frozenAt: t.field({ type: "DateTime", resolve: ({ frozenAt }) => frozenAt }),
    releasableAt: t.field({ type: "DateTime", resolve: ({ releasableAt }) => releasableAt }),
    open: t.boolean({ resolve: ({ releasedAt }) => releasedAt === null }),
    releasedAt: t.field({ type: "DateTime", nullable: true, resolve: ({ releasedAt }) => releasedAt }),
    burnt: t.field({ type: "BigInt", nullable: true, resolve: ({ burnt }) => burnt }),
    toCommons: t.field({ type: "BigInt", nullable: true, resolve: ({ toCommons }) => toCommons }),
  }),
});

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
