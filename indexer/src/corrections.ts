import { ponder } from "ponder:registry";
import { carriedFailure, overturn, result } from "ponder:schema";
import { recordActivity } from "./activity.ts";
import { overturnEntry } from "./foldLog.ts";
import { foldMemory } from "./foldMemory.ts";

ponder.on("Assay:FailureCarried", async ({ event, context }) => {
  const { roundId, modelId, versionId, failedVersionId, scarAdded, memoryWord } = event.args;
  const carried = { scarAdded, at: event.block.timestamp };
  await context.db
    .insert(carriedFailure)
    .values({ chainId: context.chain.id, versionId, roundId, failedVersionId, ...carried })
    .onConflictDoUpdate(carried);
  await foldMemory(context, event, { versionId, memoryWord, roundId, kind: "FailureCarried" });
  await recordActivity(context, event, "Assay:FailureCarried", { modelId, versionId, roundId });
});

ponder.on("Court:ResultCorrected", async ({ event, context }) => {
  const { versionId, roundId, newWord } = event.args;
  const { modelId } = await context.db
    .update(result, { chainId: context.chain.id, versionId, roundId })
    .set({ correctedWord: newWord, correctedAt: event.block.timestamp });
  await recordActivity(context, event, "Court:ResultCorrected", { modelId, versionId, roundId });
});

ponder.on("Assay:ResultOverturned", async ({ event, context }) => {
  const { versionId, disputedVersionId, roundId, newWord, memoryWord } = event.args;
  const chainId = context.chain.id;
  const overturned = { newWord, at: event.block.timestamp };
  await context.db
    .insert(overturn)
    .values({ chainId, versionId, disputedVersionId, roundId, ...overturned })
    .onConflictDoUpdate(overturned);
  await overturnEntry(context, versionId, { disputedVersionId, roundId, newWord });
  const modelId = await foldMemory(context, event, { versionId, memoryWord, roundId, kind: "ResultOverturned" });
  await recordActivity(context, event, "Assay:ResultOverturned", { modelId, versionId, roundId });
});

ponder.on("Assay:EvidenceDiscredited", async ({ event, context }) => {
  const { versionId, memoryWord } = event.args;
  const modelId = await foldMemory(context, event, { versionId, memoryWord, kind: "EvidenceDiscredited" });
  await recordActivity(context, event, "Assay:EvidenceDiscredited", { modelId, versionId });
});
