import { type Context, ponder } from "ponder:registry";
import { evaluator, seatKey, seatLink, seatList } from "ponder:schema";
import type { Hex } from "viem";
import { type AnyEvent, recordActivity } from "./activity.ts";

async function addKey(context: Context, event: AnyEvent, seatId: bigint, signer: Hex): Promise<void> {
  const since = event.block.timestamp;
  await context.db.insert(seatKey).values({ chainId: context.chain.id, signer, seatId: Number(seatId), since });
}

async function addLink(context: Context, event: AnyEvent, seatId: bigint, linkHead: Hex): Promise<void> {
  await context.db.insert(seatLink).values({
    chainId: context.chain.id,
    seatId: Number(seatId),
    blockNumber: event.block.number,
    logIndex: event.log.logIndex,
    linkHead,
    since: event.block.timestamp,
  });
}

async function changeSeat(
  context: Context,
  seatId: bigint,
  changed: Partial<typeof evaluator.$inferSelect>,
): Promise<void> {
  await context.db.update(evaluator, { chainId: context.chain.id, seatId: Number(seatId) }).set(changed);
}

ponder.on("PolicyBoard:SeatAdded", async ({ event, context }) => {
  const { seatId, owner, signer, linkHead } = event.args;
  await context.db.insert(evaluator).values({
    chainId: context.chain.id,
    seatId: Number(seatId),
    owner,
    signer,
    linkHead,
    seatedAt: event.block.timestamp,
    leftAt: 0n,
    assets: 0n,
    unbonding: 0n,
    unlocksAt: 0n,
  });
  await addKey(context, event, seatId, signer);
  await addLink(context, event, seatId, linkHead);
  await recordActivity(context, event, "PolicyBoard:SeatAdded", { seatId, account: owner });
});

ponder.on("PolicyBoard:SignerRotated", async ({ event, context }) => {
  const { seatId, signer } = event.args;
  await changeSeat(context, seatId, { signer });
  await addKey(context, event, seatId, signer);
  await recordActivity(context, event, "PolicyBoard:SignerRotated", { seatId });
});

ponder.on("PolicyBoard:LinkRotated", async ({ event, context }) => {
  const { seatId, linkHead } = event.args;
  await changeSeat(context, seatId, { linkHead });
  await addLink(context, event, seatId, linkHead);
  await recordActivity(context, event, "PolicyBoard:LinkRotated", { seatId });
});

ponder.on("PolicyBoard:SeatOwnerChanged", async ({ event, context }) => {
  const { seatId, owner } = event.args;
  await changeSeat(context, seatId, { owner });
  await recordActivity(context, event, "PolicyBoard:SeatOwnerChanged", { seatId, account: owner });
});

ponder.on("PolicyBoard:SeatLeft", async ({ event, context }) => {
  const { seatId, leftAt } = event.args;
  await changeSeat(context, seatId, { leftAt });
  await recordActivity(context, event, "PolicyBoard:SeatLeft", { seatId });
});

ponder.on("PolicyBoard:SeatListSealed", async ({ event, context }) => {
  const { pointer, signers } = event.args;
  const list = { signers, sealedAt: event.block.timestamp };
  await context.db
    .insert(seatList)
    .values({ chainId: context.chain.id, pointer, ...list })
    .onConflictDoUpdate(list);
  await recordActivity(context, event, "PolicyBoard:SeatListSealed", {});
});
