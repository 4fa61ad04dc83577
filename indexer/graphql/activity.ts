import { builder } from "./builder.ts";
import { listActivity } from "./lists.ts";
import { pageCost } from "./pages.ts";
import { ActivityConnection, ActivityRef } from "./refs.ts";

ActivityRef.implement({
  description: "One event. What it does not speak of is null.",
  fields: (t) => ({
    contract: t.exposeString("contract", { description: "Assay, AssayVault, PolicyBoard, Court or Inspector." }),
    kind: t.exposeString("kind", { description: "Name of the contract's event." }),
    at: t.field({ type: "DateTime", resolve: ({ at }) => at }),
    blockNumber: t.field({ type: "BigInt", resolve: ({ blockNumber }) => blockNumber }),
    transactionHash: t.field({ type: "Bytes32", resolve: ({ transactionHash }) => transactionHash }),
    modelId: t.field({ type: "BigInt", nullable: true, resolve: ({ modelId }) => modelId }),
    versionId: t.field({ type: "Bytes32", nullable: true, resolve: ({ versionId }) => versionId }),
    roundId: t.field({ type: "BigInt", nullable: true, resolve: ({ roundId }) => roundId }),
    seatId: t.exposeInt("seatId", { nullable: true }),
    disputeId: t.field({ type: "BigInt", nullable: true, resolve: ({ disputeId }) => disputeId }),
    policyId: t.field({ type: "BigInt", nullable: true, resolve: ({ policyId }) => policyId }),
    account: t.field({ type: "Address", nullable: true, resolve: ({ account }) => account }),
    counterparty: t.field({
      type: "Address",
      nullable: true,
      description: "Where a model or shares came from, or who received what was withdrawn.",
      resolve: ({ counterparty }) => counterparty,
    }),
    assets: t.field({
      type: "BigInt",
      nullable: true,
      description: "Smallest units of the token.",
      resolve: ({ assets }) => assets,
    }),
  }),
});

builder.queryField("activity", (t) =>
  t.connection(
    {
      type: ActivityRef,
      description: "What happened, newest first.",
      args: {
        modelId: t.arg({ type: "BigInt" }),
        seatId: t.arg.int(),
        account: t.arg({ type: "Address" }),
      },
      complexity: pageCost,
      resolve: (_, args, context) => listActivity(context, args, args),
    },
    ActivityConnection,
  ),
);
