import { ponder } from "ponder:registry";
import { batch, memoryHistory, model, result, round, version } from "ponder:schema";
import { recordActivity } from "./activity.ts";

ponder.on("Assay:BatchPosted", async ({ event, context }) => {
  const { roundId, batchDigest, signers, reportsRoot, relayer } = event.args;
  await context.db.insert(batch).values({
    chainId: context.chain.id,
    digest: batchDigest,
    roundId,
    signers,
    reportsRoot,
    relayer,
    postedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await recordActivity(context, event, "BatchPosted", { roundId, account: relayer });
});

ponder.on("Assay:ResultPosted", async ({ event, context }) => {
  const { roundId, modelId, versionId, word, memoryWord, failed } = event.args;
  const chainId = context.chain.id;
  const at = event.block.timestamp;
  const place = { blockNumber: event.block.number, logIndex: event.log.logIndex };
  await context.db.insert(result).values({
    chainId,
    versionId,
    roundId,
    modelId,
    word,
    memoryWord,
    failed,
    postedAt: at,
    ...place,
    transactionHash: event.transaction.hash,
  });
  await context.db.insert(memoryHistory).values({ chainId, versionId, ...place, memoryWord, roundId, at });
  await context.db.update(version, { chainId, id: versionId }).set({ memoryWord });
  await context.db.update(model, { chainId, id: modelId }).set({ changedAt: at });
  await context.db.update(round, { chainId, id: roundId }).set((row) => ({ resultCount: row.resultCount + 1 }));
  await recordActivity(context, event, "ResultPosted", { modelId, versionId, roundId });
});
