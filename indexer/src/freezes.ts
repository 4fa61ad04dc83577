import { type Event, ponder } from "ponder:registry";
import { freeze } from "ponder:schema";
import { recordActivity } from "./activity.ts";
import { foldStake } from "./foldStake.ts";
import { addToFunds, fillBucket } from "./foldTreasury.ts";

type FreezeRecord = Event<"AssayVault:StakeFrozen">["args"]["frozen"];

const sumOf = ({ fromBond, fromDelegations, fromUnbonding }: FreezeRecord) =>
  fromBond + fromDelegations + fromUnbonding;

ponder.on("AssayVault:StakeFrozen", async ({ event, context }) => {
  const { modelId, versionId, roundId, frozen } = event.args;
  const unresolved = {
    ...frozen,
    releasedAt: null,
    burnt: null,
    toCommons: null,
    restoredAt: null,
    toBond: null,
    toDelegations: null,
    toUnbonding: null,
  };
  await context.db
    .insert(freeze)
    .values({ chainId: context.chain.id, ...unresolved })
    .onConflictDoUpdate(unresolved);
  await foldStake(context, modelId, event.args, event.block.timestamp);
  const assets = sumOf(frozen);
  await recordActivity(context, event, "AssayVault:StakeFrozen", { modelId, versionId, roundId, assets });
});

ponder.on("AssayVault:FreezeChanged", async ({ event, context }) => {
  const { modelId, versionId, roundId, frozen } = event.args;
  await context.db.update(freeze, { chainId: context.chain.id, versionId, roundId }).set(frozen);
  await foldStake(context, modelId, event.args, event.block.timestamp);
  const assets = sumOf(frozen);
  await recordActivity(context, event, "AssayVault:FreezeChanged", { modelId, versionId, roundId, assets });
});

ponder.on("AssayVault:FreezeReleased", async ({ event, context }) => {
  const { modelId, versionId, roundId, burnt, toCommons } = event.args;
  await context.db
    .update(freeze, { chainId: context.chain.id, versionId, roundId })
    .set({ releasedAt: event.block.timestamp, burnt, toCommons });
  await addToFunds(context, { burnt, commonsFund: toCommons });
  await foldStake(context, modelId, event.args, event.block.timestamp);
  const assets = burnt + toCommons;
  await recordActivity(context, event, "AssayVault:FreezeReleased", { modelId, versionId, roundId, assets });
});

ponder.on("AssayVault:FreezeRestored", async ({ event, context }) => {
  const { modelId, versionId, roundId, toBond, toDelegations, toUnbonding } = event.args;
  await context.db
    .update(freeze, { chainId: context.chain.id, versionId, roundId })
    .set({ restoredAt: event.block.timestamp, toBond, toDelegations, toUnbonding });
  await foldStake(context, modelId, event.args, event.block.timestamp);
  const assets = toBond + toDelegations + toUnbonding;
  await recordActivity(context, event, "AssayVault:FreezeRestored", { modelId, versionId, roundId, assets });
});

// No entry of the feed: the freeze that filled it follows in the same transaction.
ponder.on("AssayVault:BucketFilled", async ({ event, context }) => {
  await fillBucket(context, event.args.level, event.args.updatedAt);
});
