import { ponder } from "ponder:registry";
import { recordActivity } from "./activity.ts";
import { foldStake } from "./foldStake.ts";

ponder.on("Assay:Bonded", async ({ event, context }) => {
  const { modelId, from, assets, stakeAfter } = event.args;
  await foldStake(context, modelId, stakeAfter, event.block.timestamp);
  await recordActivity(context, event, "Bonded", { modelId, account: from, assets });
});

ponder.on("Assay:BondUnbondRequested", async ({ event, context }) => {
  const { modelId, assets, stakeAfter } = event.args;
  await foldStake(context, modelId, stakeAfter, event.block.timestamp);
  await recordActivity(context, event, "BondUnbondRequested", { modelId, assets });
});

ponder.on("Assay:BondWithdrawn", async ({ event, context }) => {
  const { modelId, receiver, assets, stakeAfter } = event.args;
  await foldStake(context, modelId, stakeAfter, event.block.timestamp);
  await recordActivity(context, event, "BondWithdrawn", { modelId, account: receiver, assets });
});
