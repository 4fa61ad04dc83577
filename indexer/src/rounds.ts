import { ponder } from "ponder:registry";
import { round } from "ponder:schema";
import { recordActivity } from "./activity.ts";
import { addToFunds } from "./foldTreasury.ts";

ponder.on("Assay:RoundOpened", async ({ event, context }) => {
  const { roundId, policyId, suiteHash, entropyBlock, seatsPointer, modelCount } = event.args;
  await context.db.insert(round).values({
    chainId: context.chain.id,
    id: roundId,
    policyId,
    suiteHash,
    entropyBlock,
    seatsPointer,
    openedAt: event.block.timestamp,
    lotterySlots: 0n,
    lotteryAssets: 0n,
    modelCount,
    participated: 0n,
    everParticipated: 0n,
    resultCount: 0,
  });
  await recordActivity(context, event, "Assay:RoundOpened", { roundId, policyId });
});

ponder.on("AssayVault:LotteryFunded", async ({ event, context }) => {
  const { roundId, assets } = event.args;
  await context.db.update(round, { chainId: context.chain.id, id: roundId }).set({ lotteryAssets: assets });
  await addToFunds(context, { commonsFund: -assets, evaluationFund: assets });
  await recordActivity(context, event, "AssayVault:LotteryFunded", { roundId, assets });
});

ponder.on("Assay:EntropyCaptured", async ({ event, context }) => {
  const { roundId, seed, committees, lotterySlots } = event.args;
  await context.db
    .update(round, { chainId: context.chain.id, id: roundId })
    .set({ seed, committees: [...committees], lotterySlots, capturedAt: event.block.timestamp });
  await recordActivity(context, event, "Assay:EntropyCaptured", { roundId });
});

// No entry of the feed: FeeClaimed follows in the same transaction.
ponder.on("Assay:ParticipationCollected", async ({ event, context }) => {
  const { roundId, participated } = event.args;
  await context.db.update(round, { chainId: context.chain.id, id: roundId }).set({ participated });
});
