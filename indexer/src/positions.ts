import { type Context, ponder } from "ponder:registry";
import { position } from "ponder:schema";
import { type Hex, zeroAddress } from "viem";
import { recordActivity } from "./activity.ts";
import { foldStake } from "./foldStake.ts";

/** Adds shares of the active pool to a position, or takes them from it (negative). */
async function addShares(context: Context, modelId: bigint, account: Hex, shares: bigint): Promise<void> {
  await context.db
    .insert(position)
    .values({ chainId: context.chain.id, modelId, account, shares, unbondingShares: 0n, unlocksAt: 0n })
    .onConflictDoUpdate((row) => ({ shares: row.shares + shares }));
}

ponder.on("AssayVault:Transfer", async ({ event, context }) => {
  const { sender, receiver, id: modelId, amount } = event.args;
  // Anybody can send nothing, of models that are not there too.
  if (amount === 0n) return;
  if (sender !== zeroAddress) await addShares(context, modelId, sender, -amount);
  if (receiver !== zeroAddress) await addShares(context, modelId, receiver, amount);
  // Shares come with Delegated and go with UnbondRequested, which tell more.
  if (sender === zeroAddress || receiver === zeroAddress) return;
  await recordActivity(context, event, "AssayVault:Transfer", { modelId, account: receiver, counterparty: sender });
});

ponder.on("AssayVault:Delegated", async ({ event, context }) => {
  const { modelId, account, assets } = event.args;
  await foldStake(context, modelId, event.args, event.block.timestamp);
  await recordActivity(context, event, "AssayVault:Delegated", { modelId, account, assets });
});

ponder.on("AssayVault:UnbondRequested", async ({ event, context }) => {
  const { modelId, account, assets, unbondingShares, unlocksAt } = event.args;
  await context.db
    .update(position, { chainId: context.chain.id, modelId, account })
    .set((row) => ({ unbondingShares: row.unbondingShares + unbondingShares, unlocksAt }));
  await foldStake(context, modelId, event.args, event.block.timestamp);
  await recordActivity(context, event, "AssayVault:UnbondRequested", { modelId, account, assets });
});

ponder.on("AssayVault:Withdrawn", async ({ event, context }) => {
  const { modelId, account, receiver, assets } = event.args;
  await context.db
    .update(position, { chainId: context.chain.id, modelId, account })
    .set({ unbondingShares: 0n, unlocksAt: 0n });
  await foldStake(context, modelId, event.args, event.block.timestamp);
  await recordActivity(context, event, "AssayVault:Withdrawn", { modelId, account, counterparty: receiver, assets });
});
