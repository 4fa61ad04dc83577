import type { Hex } from "viem";
import type * as tables from "../ponder.schema.ts";
import { findDisputeOf, findFreeze } from "../queries/ofResult.ts";
import { builder } from "./builder.ts";
import { QueryError } from "./errors.ts";
import { listFreezes } from "./lists.ts";
import { pageCost } from "./pages.ts";
import { DisputeRef, FreezeConnection, FreezeRef, ModelRef, VersionRef } from "./refs.ts";

type FreezeRow = typeof tables.freeze.$inferSelect;

const FreezeStateEnum = builder.enumType("FreezeState", {
  description: "Contested: open, and a dispute keeps it from being released.",
  values: ["open", "contested", "released", "restored"] as const,
});

function stateOf({ releasedAt, restoredAt, contested }: FreezeRow) {
  if (releasedAt !== null) return "released";
  if (restoredAt !== null) return "restored";
  return contested ? "contested" : "open";
}

/** The id of a freeze: version and round. */
const freezeId = ({ versionId, roundId }: FreezeRow) => `${versionId}-${roundId}`;

/** @throws QueryError BAD_INPUT */
function parseFreezeId(id: string): { versionId: Hex; roundId: bigint } {
  const [, digits, round] = /^0x([0-9a-f]{64})-(\d{1,8})$/.exec(id) ?? [];
  if (digits !== undefined && round !== undefined) return { versionId: `0x${digits}`, roundId: BigInt(round) };
  throw new QueryError(
    "BAD_INPUT",
    `"${id.slice(0, 80)}" is not the id of a freeze (version id, "-", number of the round)`,
  );
}

FreezeRef.implement({
  description:
    "Stake set aside by a failing result. Amounts in the token's smallest unit. Up to `policyPointer` it is the record that " +
    "`AssayVault` asks whoever moves it to show.",
  fields: (t) => ({
    id: t.string({ description: "Version id, a hyphen, number of the round.", resolve: freezeId }),
    state: t.field({ type: FreezeStateEnum, resolve: stateOf }),
    open: t.boolean({
      description: "Neither released nor restored.",
      resolve: ({ releasedAt, restoredAt }) => releasedAt === null && restoredAt === null,
    }),
    model: t.field({ type: ModelRef, resolve: ({ modelId }) => modelId }),
    versionId: t.field({ type: "Bytes32", resolve: ({ versionId }) => versionId }),
    version: t.field({ type: VersionRef, resolve: ({ versionId }) => versionId }),
    roundId: t.field({ type: "BigInt", resolve: ({ roundId }) => roundId }),
    fromBond: t.field({ type: "BigInt", resolve: ({ fromBond }) => fromBond }),
    fromDelegations: t.field({ type: "BigInt", resolve: ({ fromDelegations }) => fromDelegations }),
    fromUnbonding: t.field({ type: "BigInt", resolve: ({ fromUnbonding }) => fromUnbonding }),
    poolShares: t.field({
      type: "BigInt",
      description: "Shares of the active pool when `fromDelegations` was counted last.",
      resolve: ({ poolShares }) => poolShares,
    }),
    waiting: t.field({
      type: "BigInt",
      description: "What the bucket had no room for: can be frozen until `releasableAt`.",
      resolve: ({ waiting }) => waiting,
    }),
    frozenAt: t.field({ type: "DateTime", resolve: ({ frozenAt }) => frozenAt }),
    releasableAt: t.field({ type: "DateTime", resolve: ({ releasableAt }) => releasableAt }),
    contested: t.exposeBoolean("contested", { description: "As of its end, if it is over." }),
    standardLane: t.exposeBoolean("standardLane", { description: "By the terms of the standard lane." }),
    policyPointer: t.field({ type: "Address", resolve: ({ policyPointer }) => policyPointer }),
    dispute: t.field({
      type: DisputeRef,
      nullable: true,
      resolve: ({ versionId, roundId }, _, context) => findDisputeOf(context, versionId, roundId),
    }),
    releasedAt: t.field({ type: "DateTime", nullable: true, resolve: ({ releasedAt }) => releasedAt }),
    burnt: t.field({ type: "BigInt", nullable: true, resolve: ({ burnt }) => burnt }),
    toCommons: t.field({ type: "BigInt", nullable: true, resolve: ({ toCommons }) => toCommons }),
    restoredAt: t.field({ type: "DateTime", nullable: true, resolve: ({ restoredAt }) => restoredAt }),
    toBond: t.field({ type: "BigInt", nullable: true, resolve: ({ toBond }) => toBond }),
    toDelegations: t.field({ type: "BigInt", nullable: true, resolve: ({ toDelegations }) => toDelegations }),
    toUnbonding: t.field({ type: "BigInt", nullable: true, resolve: ({ toUnbonding }) => toUnbonding }),
  }),
});

builder.queryField("freezes", (t) =>
  t.connection(
    {
      type: FreezeRef,
      description: "Those of the newest round first.",
      args: {
        modelId: t.arg({ type: "BigInt" }),
        open: t.arg.boolean({ description: "Still open, or released or restored." }),
      },
      complexity: pageCost,
      resolve: (_, args, context) => listFreezes(context, args, args),
    },
    FreezeConnection,
  ),
);

builder.queryField("freeze", (t) =>
  t.field({
    type: FreezeRef,
    nullable: true,
    description: "Null when there is no such freeze.",
    args: { id: t.arg.string({ required: true, description: "As in `Freeze.id`." }) },
    resolve: (_, { id }, context) => {
      const { versionId, roundId } = parseFreezeId(id);
      return findFreeze(context, versionId, roundId);
    },
  }),
);
