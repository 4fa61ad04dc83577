import { activeStake, lanes } from "../../domain/stake.ts";
import type { ModelRow } from "../queries/modelRows.ts";
import { builder } from "./builder.ts";

export const LaneEnum = builder.enumType("Lane", {
  description: "Only the standard lane admits; the experimental one is for cheap failure.",
  values: ["experimental", "standard"] as const,
});

export type Lane = keyof typeof lanes;

/** The lane of a stake. */
export function laneOf({ lane }: Pick<ModelRow["bond"], "lane">): Lane {
  return lane === lanes.standard ? "standard" : "experimental";
}

/** The stake of a model; amounts in the token's smallest unit. */
export const ModelStakeType = builder.objectRef<ModelRow["bond"]>("ModelStake").implement({
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
      description: "Assets of the delegation pool, unbonding part included.",
      resolve: ({ delegated }) => delegated,
    }),
    shares: t.field({ type: "BigInt", description: "Shares of the pool.", resolve: ({ shares }) => shares }),
    unbondingShares: t.field({ type: "BigInt", resolve: ({ unbondingShares }) => unbondingShares }),
    active: t.field({
      type: "BigInt",
      description: "Bond and delegations that are not unbonding: what admission and weight count.",
      resolve: (stake) => activeStake(stake),
    }),
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
