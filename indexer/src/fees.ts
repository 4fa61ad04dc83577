import { ponder } from "ponder:registry";
import { feeStream, model, stake } from "ponder:schema";
import { recordActivity } from "./activity.ts";
import { foldStake } from "./foldStake.ts";
import { addToFunds } from "./foldTreasury.ts";

ponder.on("AssayVault:UsagePaid", async ({ event, context }) => {
  const { modelId, from, assets, toCommons, streamAmount, streamEndsAt } = event.args;
  const chainId = context.chain.id;
  const stream = { amount: streamAmount, updatedAt: event.block.timestamp, endsAt: streamEndsAt };
  await context.db
    .insert(feeStream)
    .values({ chainId, modelId, ...stream, paidTotal: assets })
    .onConflictDoUpdate((row) => ({ ...stream, paidTotal: row.paidTotal + assets }));
  await context.db.update(stake, { chainId, modelId }).set({ streaming: true });
  await addToFunds(context, { commonsFund: toCommons });
  await recordActivity(context, event, "AssayVault:UsagePaid", { modelId, account: from, assets });
});

ponder.on("AssayVault:FeesSettled", async ({ event, context }) => {
  const { modelId, toBond, toDelegations, toCommons, streamAmount } = event.args;
  await context.db
    .update(feeStream, { chainId: context.chain.id, modelId })
    .set({ amount: streamAmount, updatedAt: event.block.timestamp });
  await addToFunds(context, { commonsFund: toCommons });
  await foldStake(context, modelId, event.args, event.block.timestamp);
  const assets = toBond + toDelegations + toCommons;
  await recordActivity(context, event, "AssayVault:FeesSettled", { modelId, assets });
});

ponder.on("AssayVault:EvaluationPrepaid", async ({ event, context }) => {
  const { modelId, from, assets, paidThrough } = event.args;
  await context.db.update(model, { chainId: context.chain.id, id: modelId }).set({ paidThrough });
  await addToFunds(context, { evaluationFund: assets });
  await recordActivity(context, event, "AssayVault:EvaluationPrepaid", { modelId, account: from, assets });
});

ponder.on("AssayVault:CommonsFunded", async ({ event, context }) => {
  const { from, assets } = event.args;
  await addToFunds(context, { commonsFund: assets });
  await recordActivity(context, event, "AssayVault:CommonsFunded", { account: from, assets });
});
