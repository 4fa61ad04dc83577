import { type Context, ponder } from "ponder:registry";
import { model } from "ponder:schema";
import type { Hex } from "viem";
import { recordActivity } from "./activity.ts";
import { foldStake } from "./foldStake.ts";

/** Only the owner unbonds, and events of it do not say who that is. */
async function ownerOf(context: Context, modelId: bigint): Promise<{ account?: Hex }> {
  const owned = await context.db.find(model, { chainId: context.chain.id, id: modelId });
  return owned ? { account: owned.owner } : {};
}

ponder.on("AssayVault:Bonded", async ({ event, context }) => {
  const { modelId, from, assets } = event.args;
  await foldStake(context, modelId, event.args, event.block.timestamp);
  await recordActivity(context, event, "AssayVault:Bonded", { modelId, account: from, assets });
});

ponder.on("AssayVault:BondUnbondRequested", async ({ event, context }) => {
  const { modelId, assets } = event.args;
  await foldStake(context, modelId, event.args, event.block.timestamp);
  const subject = { modelId, assets, ...(await ownerOf(context, modelId)) };
  await recordActivity(context, event, "AssayVault:BondUnbondRequested", subject);
});

ponder.on("AssayVault:BondWithdrawn", async ({ event, context }) => {
  const { modelId, receiver, assets } = event.args;
  await foldStake(context, modelId, event.args, event.block.timestamp);
  const subject = { modelId, counterparty: receiver, assets, ...(await ownerOf(context, modelId)) };
  await recordActivity(context, event, "AssayVault:BondWithdrawn", subject);
});
