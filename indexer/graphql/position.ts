import { activePool, assetsForDown, unbondingPool } from "../../domain/stake.ts";
import { ModelRef, PositionRef } from "./refs.ts";

PositionRef.implement({
  description: "One delegator's part of one model's pools.",
  fields: (t) => ({
    account: t.field({ type: "Address", resolve: ({ account }) => account }),
    model: t.field({ type: ModelRef, resolve: ({ modelId }) => modelId }),
    shares: t.field({ type: "BigInt", description: "Active: the ERC-6909 balance.", resolve: ({ shares }) => shares }),
    unbondingShares: t.field({ type: "BigInt", resolve: ({ unbondingShares }) => unbondingShares }),
    unlocksAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When the unbonding part can be withdrawn.",
      resolve: ({ unlocksAt }) => unlocksAt || null,
    }),
    assets: t.field({
      type: "BigInt",
      description: "What the active shares are worth now, rounded down, smallest units of the token.",
      resolve: async ({ modelId, shares }, _, context) => {
        const { stake } = await ModelRef.getDataloader(context).load(modelId);
        return assetsForDown(shares, activePool(stake));
      },
    }),
    unbondingAssets: t.field({
      type: "BigInt",
      description: "The same of the unbonding shares.",
      resolve: async ({ modelId, unbondingShares }, _, context) => {
        const { stake } = await ModelRef.getDataloader(context).load(modelId);
        return assetsForDown(unbondingShares, unbondingPool(stake));
      },
    }),
  }),
});
