import { ponder } from "ponder:registry";
import { model, stake, version } from "ponder:schema";
import { zeroAddress } from "viem";
import { lanes } from "../../domain/memory.ts";
import { emptyStake } from "../../domain/stake.ts";
import { recordActivity } from "./activity.ts";
import { foldMemory } from "./foldMemory.ts";

ponder.on("Assay:ModelRegistered", async ({ event, context }) => {
  const { modelId, owner, name } = event.args;
  const chainId = context.chain.id;
  const { timestamp } = event.block;
  await context.db.insert(model).values({
    chainId,
    id: modelId,
    owner,
    name,
    versionCount: 0,
    lane: lanes.experimental,
    registeredAt: timestamp,
    changedAt: timestamp,
    paidThrough: 0n,
  });
  await context.db.insert(stake).values({ chainId, modelId, ...emptyStake });
  await recordActivity(context, event, "Assay:ModelRegistered", { modelId, account: owner });
});

ponder.on("Assay:VersionAdded", async ({ event, context }) => {
  const { modelId, versionId, digest, manifestUri, memoryWord } = event.args;
  const chainId = context.chain.id;
  const before = await context.db.find(model, { chainId, id: modelId });
  const number = (before?.versionCount ?? 0) + 1;
  await context.db.update(model, { chainId, id: modelId }).set({ currentVersionId: versionId, versionCount: number });
  await context.db.insert(version).values({
    chainId,
    id: versionId,
    modelId,
    number,
    digest,
    manifestUri,
    previousId: before?.currentVersionId ?? null,
    memoryWord,
    addedAt: event.block.timestamp,
  });
  await foldMemory(context, event, { versionId, memoryWord, kind: "VersionAdded" });
  await recordActivity(context, event, "Assay:VersionAdded", { modelId, versionId });
});

ponder.on("Assay:LineageDeclared", async ({ event, context }) => {
  const { versionId, parent } = event.args;
  const { modelId } = await context.db
    .update(version, { chainId: context.chain.id, id: versionId })
    .set({ parentId: parent });
  await recordActivity(context, event, "Assay:LineageDeclared", { modelId, versionId });
});

ponder.on("Assay:LaneChanged", async ({ event, context }) => {
  const { modelId, versionId, memoryWord } = event.args;
  await foldMemory(context, event, { versionId, memoryWord, kind: "LaneChanged" });
  await recordActivity(context, event, "Assay:LaneChanged", { modelId, versionId });
});

ponder.on("Assay:ModelRetired", async ({ event, context }) => {
  const { modelId, retirement, memoryWord } = event.args;
  const retiredAt = event.block.timestamp;
  const { currentVersionId: versionId } = await context.db
    .update(model, { chainId: context.chain.id, id: modelId })
    .set({ ...retirement, retiredAt });
  // Every model has a version since its registration.
  if (versionId === null) return;
  await foldMemory(context, event, { versionId, memoryWord, kind: "ModelRetired" });
  await recordActivity(context, event, "Assay:ModelRetired", { modelId, versionId });
});

ponder.on("Assay:Transfer", async ({ event, context }) => {
  const { from, to, tokenId: modelId } = event.args;
  // A mint comes right before ModelRegistered, which tells the owner too.
  if (from === zeroAddress) return;
  await context.db.update(model, { chainId: context.chain.id, id: modelId }).set({ owner: to });
  await recordActivity(context, event, "Assay:Transfer", { modelId, account: to, counterparty: from });
});
