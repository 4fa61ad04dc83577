import { ponder } from "ponder:registry";
import { freeze } from "ponder:schema";
import { recordActivity } from "./activity.ts";
import { foldStake } from "./foldStake.ts";

ponder.on("Assay:StakeFrozen", async ({ event, context }) => {
  const { modelId, versionId, roundId, fromBond, fromDelegations, releasableAt, memoryWordBefore, stakeAfter } =
    event.args;
  await context.db.insert(freeze).values({
    chainId: context.chain.id,
    versionId,
    roundId,
    modelId,
    fromBond,
    fromDelegations,
    frozenAt: event.block.timestamp,
    releasableAt,
    memoryWordBefore,
  });
  await foldStake(context, modelId, stakeAfter, event.block.timestamp);
  const assets = fromBond + fromDelegations;
  await recordActivity(context, event, "StakeFrozen", { modelId, versionId, roundId, assets });
});

ponder.on("Assay:FreezeReleased", async ({ event, context }) => {
  const { modelId, versionId, roundId, burnt, toCommons, stakeAfter } = event.args;
  await context.db
    .update(freeze, { chainId: context.chain.id, versionId, roundId })
    .set({ releasedAt: event.block.timestamp, burnt, toCommons });
  await foldStake(context, modelId, stakeAfter, event.block.timestamp);
  await recordActivity(context, event, "FreezeReleased", { modelId, versionId, roundId, assets: burnt + toCommons });
});
