import { ponder } from "ponder:registry";
import { position } from "ponder:schema";
import { recordActivity } from "./activity.ts";
import { foldStake } from "./foldStake.ts";

ponder.on("Assay:Delegated", async ({ event, context }) => {
  const { modelId, account, assets, shares, stakeAfter } = event.args;
  await context.db
    .insert(position)
    .values({ chainId: context.chain.id, modelId, account, shares, unbondingShares: 0n, unlocksAt: 0n })
    .onConflictDoUpdate((row) => ({ shares: row.shares + shares }));
  await foldStake(context, modelId, stakeAfter, event.block.timestamp);
  await recordActivity(context, event, "Delegated", { modelId, account, assets });
});

ponder.on("Assay:UnbondRequested", async ({ event, context }) => {
  const { modelId, account, shares, unlocksAt, stakeAfter } = event.args;
  await context.db
    .update(position, { chainId: context.chain.id, modelId, account })
    .set((row) => ({ unbondingShares: row.unbondingShares + shares, unlocksAt }));
  await foldStake(context, modelId, stakeAfter, event.block.timestamp);
  await recordActivity(context, event, "UnbondRequested", { modelId, account });
});

ponder.on("Assay:Withdrawn", async ({ event, context }) => {
  const { modelId, account, assets, shares, stakeAfter } = event.args;
  await context.db
    .update(position, { chainId: context.chain.id, modelId, account })
    .set((row) => ({ shares: row.shares - shares, unbondingShares: row.unbondingShares - shares, unlocksAt: 0n }));
  await foldStake(context, modelId, stakeAfter, event.block.timestamp);
  await recordActivity(context, event, "Withdrawn", { modelId, account, assets });
});
