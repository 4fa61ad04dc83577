import { ponder } from "ponder:registry";
import { batch, result, round } from "ponder:schema";
import { recordActivity } from "./activity.ts";
import { keepLog } from "./foldLog.ts";
import { foldMemory } from "./foldMemory.ts";

ponder.on("Assay:BatchPosted", async ({ event, context }) => {
  const { roundId, shard, batchDigest, signers, reportsRoot, contested, participated } = event.args;
  const chainId = context.chain.id;
  const posted = {
    roundId,
    shard,
    signers,
    reportsRoot,
    contested,
    relayer: event.transaction.from,
    postedAt: event.block.timestamp,
    transactionHash: event.transaction.hash,
  };
  await context.db
    .insert(batch)
    .values({ chainId, digest: batchDigest, ...posted })
    .onConflictDoUpdate(posted);
  await context.db.update(round, { chainId, id: roundId }).set((row) => ({
    participated,
    everParticipated: row.everParticipated | participated,
    latestBatchDigest: batchDigest,
  }));
  await recordActivity(context, event, "Assay:BatchPosted", { roundId, account: event.transaction.from });
});

ponder.on("Assay:ResultPosted", async ({ event, context }) => {
  const { roundId, modelId, versionId, word, memoryWord, failed } = event.args;
  const chainId = context.chain.id;
  const { timestamp } = event.block;
  // The results of a batch come right after it.
  const { latestBatchDigest: batchDigest } = await context.db
    .update(round, { chainId, id: roundId })
    .set((row) => ({ resultCount: row.resultCount + 1 }));
  if (batchDigest === null) return;
  const posted = {
    modelId,
    batchDigest,
    word,
    memoryWord,
    failed,
    postedAt: timestamp,
    correctedWord: null,
    correctedAt: null,
    blockNumber: event.block.number,
    logIndex: event.log.logIndex,
    transactionHash: event.transaction.hash,
  };
  await context.db
    .insert(result)
    .values({ chainId, versionId, roundId, ...posted })
    .onConflictDoUpdate(posted);
  await foldMemory(context, event, { versionId, memoryWord, roundId, kind: "ResultPosted" });
  if (failed !== 0n) await keepLog(context, versionId, timestamp);
  await recordActivity(context, event, "Assay:ResultPosted", { modelId, versionId, roundId });
});
