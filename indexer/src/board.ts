import { type Context, ponder } from "ponder:registry";
import { board } from "ponder:schema";
import { zeroAddress } from "viem";
import { recordActivity } from "./activity.ts";

type Board = Omit<typeof board.$inferSelect, "chainId">;

const empty: Board = { owner: zeroAddress, guardian: zeroAddress, pausedUntil: 0n };

async function changeBoard(context: Context, changed: Partial<Board>): Promise<void> {
  const values = { chainId: context.chain.id, ...empty, ...changed };
  await context.db.insert(board).values(values).onConflictDoUpdate(changed);
}

ponder.on("PolicyBoard:OwnershipTransferred", async ({ event, context }) => {
  const { previousOwner, newOwner } = event.args;
  await changeBoard(context, { owner: newOwner });
  const subject = { account: newOwner, counterparty: previousOwner };
  await recordActivity(context, event, "PolicyBoard:OwnershipTransferred", subject);
});

ponder.on("PolicyBoard:GuardianChanged", async ({ event, context }) => {
  const { guardian } = event.args;
  await changeBoard(context, { guardian });
  await recordActivity(context, event, "PolicyBoard:GuardianChanged", { account: guardian });
});

ponder.on("PolicyBoard:Paused", async ({ event, context }) => {
  await changeBoard(context, { pausedUntil: event.args.until });
  await recordActivity(context, event, "PolicyBoard:Paused", {});
});
