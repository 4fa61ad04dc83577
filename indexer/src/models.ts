import { ponder } from "ponder:registry";
import { bond, memoryHistory, model, version } from "ponder:schema";
import { zeroAddress } from "viem";
import { emptyStake } from "../../domain/stake.ts";
import { recordActivity } from "./activity.ts";

ponder.on("Assay:ModelRegistered", async ({ event, context }) => {
  const { modelId, owner, name } = event.args;
  const chainId = context.chain.id;
  const { timestamp } = event.block;
  // The mint's Transfer comes first and has made the row; where it does not, the row starts here.
  await context.db
    .insert(model)
    .values({ chainId, id: modelId, owner, name, versionCount: 0, registeredAt: timestamp, changedAt: timestamp })
    .onConflictDoUpdate({ owner, name });
  await context.db
    .insert(bond)
    .values({ chainId, modelId, ...emptyStake })
    .onConflictDoNothing();
  await recordActivity(context, event, "ModelRegistered", { modelId, account: owner });
});

ponder.on("Assay:VersionAdded", async ({ event, context }) => {
  const { modelId, versionId, digest, manifestUri, memoryWord } = event.args;
  const chainId = context.chain.id;
  const at = event.block.timestamp;
  const { versionCount } = await context.db
    .update(model, { chainId, id: modelId })
    .set((row) => ({ currentVersionId: versionId, versionCount: row.versionCount + 1, changedAt: at }));
  await context.db
    .insert(version)
    .values({ chainId, id: versionId, modelId, number: versionCount, digest, manifestUri, memoryWord, addedAt: at });
  await context.db.insert(memoryHistory).values({
    chainId,
    versionId,
    blockNumber: event.block.number,
    logIndex: event.log.logIndex,
    memoryWord,
    at,
  });
  await recordActivity(context, event, "VersionAdded", { modelId, versionId });
});

ponder.on("Assay:LaneChanged", async ({ event, context }) => {
  const { modelId, lane } = event.args;
  const chainId = context.chain.id;
  await context.db.update(bond, { chainId, modelId }).set({ lane: BigInt(lane) });
  await context.db.update(model, { chainId, id: modelId }).set({ changedAt: event.block.timestamp });
  await recordActivity(context, event, "LaneChanged", { modelId });
});

ponder.on("Assay:Transfer", async ({ event, context }) => {
  const { from, to, tokenId } = event.args;
  // The mint comes before ModelRegistered, which tells the owner too.
  if (from === zeroAddress) return;
  await context.db.update(model, { chainId: context.chain.id, id: tokenId }).set({ owner: to });
  await recordActivity(context, event, "Transfer", { modelId: tokenId, account: to });
});
