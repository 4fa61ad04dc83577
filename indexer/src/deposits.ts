import { type Context, ponder } from "ponder:registry";
import { depositOwed } from "ponder:schema";
import { type Hex, zeroAddress } from "viem";
import { recordActivity } from "./activity.ts";
import { addToFunds } from "./foldTreasury.ts";

ponder.on("AssayVault:DepositTaken", async ({ event, context }) => {
  const { from, assets } = event.args;
  await addToFunds(context, { depositsHeld: assets });
  await recordActivity(context, event, "AssayVault:DepositTaken", { account: from, assets });
});

ponder.on("AssayVault:DepositSettled", async ({ event, context }) => {
  const { to, assets, burnt, toCommons } = event.args;
  await addToFunds(context, { depositsHeld: -assets, burnt, commonsFund: toCommons });
  const receiver = to === zeroAddress ? {} : { account: to };
  await recordActivity(context, event, "AssayVault:DepositSettled", { ...receiver, assets });
});

async function setOwed(context: Context, account: Hex, assets: bigint): Promise<void> {
  const values = { chainId: context.chain.id, account, assets };
  await context.db.insert(depositOwed).values(values).onConflictDoUpdate({ assets });
}

ponder.on("Court:DepositOwed", async ({ event, context }) => {
  const { account, assets, owed } = event.args;
  await setOwed(context, account, owed);
  await recordActivity(context, event, "Court:DepositOwed", { account, assets });
});

ponder.on("Court:DepositClaimed", async ({ event, context }) => {
  const { account, assets } = event.args;
  await setOwed(context, account, 0n);
  await recordActivity(context, event, "Court:DepositClaimed", { account, assets });
});
