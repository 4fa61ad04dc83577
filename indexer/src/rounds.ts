import { ponder } from "ponder:registry";
import { round } from "ponder:schema";
import { recordActivity } from "./activity.ts";

ponder.on("Assay:RoundOpened", async ({ event, context }) => {
  const { roundId, policyId, suiteHash, entropyBlock, seatCount } = event.args;
  await context.db.insert(round).values({
    chainId: context.chain.id,
    id: roundId,
    policyId,
    suiteHash,
    entropyBlock,
    seatCount: Number(seatCount),
    openedAt: event.block.timestamp,
    resultCount: 0,
  });
  await recordActivity(context, event, "RoundOpened", { roundId });
});

ponder.on("Assay:EntropyCaptured", async ({ event, context }) => {
  const { roundId, seed, committee } = event.args;
  await context.db
    .update(round, { chainId: context.chain.id, id: roundId })
    .set({ seed, committee, capturedAt: event.block.timestamp });
  await recordActivity(context, event, "EntropyCaptured", { roundId });
});
