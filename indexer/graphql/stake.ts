import { streamedDown } from "../../domain/fees.ts";
import { lanes } from "../../domain/memory.ts";
import { activeBond } from "../../domain/stake.ts";
import type * as tables from "../ponder.schema.ts";
import type { ModelRow } from "../queries/modelRows.ts";
import { headTime } from "../queries/policies.ts";
import { builder } from "./builder.ts";

export const LaneEnum = builder.enumType("Lane", {
  description: "Only the standard lane admits; the experimental one is for cheap failure.",
  values: ["experimental", "standard"] as const,
});

export type Lane = keyof typeof lanes;

/** The lane of a number, as `setLane` takes it. */
export function laneName(lane: bigint): Lane {
  return lane === lanes.standard ? "standard" : "experimental";
}

/** When a retired model's four ends are. */
export const RetirementType = builder.objectRef<ModelRow["model"]>("Retirement").implement({
  description: "The four ends of a retired model.",
  fields: (t) => ({
    retiredAt: t.field({ type: "DateTime", nullable: true, resolve: ({ retiredAt }) => retiredAt }),
    servedUntil: t.field({
      type: "DateTime",
      nullable: true,
      description: "Admitted no longer than this.",
      resolve: ({ servedUntil }) => servedUntil,
    }),
    evaluatedUntil: t.field({
      type: "DateTime",
      nullable: true,
      description: "Measured no longer than this.",
      resolve: ({ evaluatedUntil }) => evaluatedUntil,
    }),
    liableUntil: t.field({
      type: "DateTime",
      nullable: true,
      description: "Failing results of rounds that began before this cost stake.",
      resolve: ({ liableUntil }) => liableUntil,
    }),
    recordUntil: t.field({
      type: "DateTime",
      nullable: true,
      description: "The owner promises to keep manifests and evidence up to this.",
      resolve: ({ recordUntil }) => recordUntil,
    }),
  }),
});

/** Usage fees on their way to a model's stake. */
export const FeeStreamType = builder.objectRef<typeof tables.feeStream.$inferSelect>("FeeStream").implement({
  description: "Usage fees on their way to a model's stake, linear in time. Amounts in the token's smallest unit.",
  fields: (t) => ({
    amount: t.field({
      type: "BigInt",
      description: "Not paid in at `updatedAt`.",
      resolve: ({ amount }) => amount,
    }),
    streamed: t.field({
      type: "BigInt",
      description:
        "Of it, what has streamed up to the last indexed block and the next deposit or `settleFees` pays in.",
      resolve: (stream, _, context) => streamedDown(stream, headTime(context)),
    }),
    updatedAt: t.field({ type: "DateTime", resolve: ({ updatedAt }) => updatedAt }),
    endsAt: t.field({ type: "DateTime", resolve: ({ endsAt }) => endsAt }),
    paidTotal: t.field({
      type: "BigInt",
      description: "Paid for usage so far, the public share included.",
      resolve: ({ paidTotal }) => paidTotal,
    }),
  }),
});

/** The stake of a model; amounts in the token's smallest unit. */
export const ModelStakeType = builder.objectRef<ModelRow["stake"]>("ModelStake").implement({
  description: "The stake of one model, as on chain. Amounts in the token's smallest unit.",
  fields: (t) => ({
    bond: t.field({
      type: "BigInt",
      description: "The owner's, unbonding part included; takes losses first.",
      resolve: ({ bond }) => bond,
    }),
    unbondingBond: t.field({ type: "BigInt", resolve: ({ unbondingBond }) => unbondingBond }),
    bondUnlocksAt: t.field({
      type: "DateTime",
      nullable: true,
      resolve: ({ bondUnlocksAt }) => bondUnlocksAt || null,
    }),
    delegated: t.field({
      type: "BigInt",
      description: "Assets of the pool of active delegations.",
      resolve: ({ delegated }) => delegated,
    }),
    shares: t.field({ type: "BigInt", description: "Shares of that pool.", resolve: ({ shares }) => shares }),
    unbondingAssets: t.field({
      type: "BigInt",
      description: "Assets of the pool of what is unbonding: slashable, earning nothing, counting for nothing.",
      resolve: ({ unbondingAssets }) => unbondingAssets,
    }),
    unbondingShares: t.field({
      type: "BigInt",
      description: "Shares of that pool.",
      resolve: ({ unbondingShares }) => unbondingShares,
    }),
    activeBond: t.field({
      type: "BigInt",
      description: "The bond less its unbonding part: what admission asks for.",
      resolve: (stake) => activeBond(stake),
    }),
    streaming: t.exposeBoolean("streaming", { description: "Usage fees are on their way into it." }),
    openFreezes: t.int({ resolve: ({ openFreezes }) => Number(openFreezes) }),
    heldUntil: t.field({
      type: "DateTime",
      nullable: true,
      description: "While a freeze is open, nothing leaves before this time.",
      resolve: ({ heldUntil }) => heldUntil || null,
    }),
    lossInEpoch: t.field({
      type: "BigInt",
      description: "Frozen in the loss epoch that starts at `lossEpochStart`.",
      resolve: ({ lossInEpoch }) => lossInEpoch,
    }),
    lossEpochStart: t.field({
      type: "DateTime",
      nullable: true,
      resolve: ({ lossEpochStart }) => lossEpochStart || null,
    }),
  }),
});
