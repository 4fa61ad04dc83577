import { type Context, type Event, ponder } from "ponder:registry";
import { evaluator, feeClaim } from "ponder:schema";
import { recordActivity } from "./activity.ts";
import { addToFunds } from "./foldTreasury.ts";
import { payMember } from "./foldUnpaid.ts";

type SeatBond = Event<"AssayVault:SeatBonded">["args"]["bondAfter"];

/** @returns the account that owns the seat */
async function foldBond(context: Context, seatId: bigint, { assets, unbonding, unlocksAt }: SeatBond) {
  const { owner } = await context.db
    .update(evaluator, { chainId: context.chain.id, seatId: Number(seatId) })
    .set({ assets, unbonding, unlocksAt: BigInt(unlocksAt) });
  return owner;
}

ponder.on("AssayVault:SeatBonded", async ({ event, context }) => {
  const { seatId, from, assets, bondAfter } = event.args;
  await foldBond(context, seatId, bondAfter);
  await recordActivity(context, event, "AssayVault:SeatBonded", { seatId, account: from, assets });
});

ponder.on("AssayVault:SeatUnbondRequested", async ({ event, context }) => {
  const { seatId, assets, bondAfter } = event.args;
  const account = await foldBond(context, seatId, bondAfter);
  await recordActivity(context, event, "AssayVault:SeatUnbondRequested", { seatId, account, assets });
});

ponder.on("AssayVault:SeatBondWithdrawn", async ({ event, context }) => {
  const { seatId, receiver, assets, bondAfter } = event.args;
  const account = await foldBond(context, seatId, bondAfter);
  const subject = { seatId, account, counterparty: receiver, assets };
  await recordActivity(context, event, "AssayVault:SeatBondWithdrawn", subject);
});

ponder.on("AssayVault:SeatSlashed", async ({ event, context }) => {
  const { seatId, burnt, toCommons, bondAfter } = event.args;
  const account = await foldBond(context, seatId, bondAfter);
  await addToFunds(context, { burnt, commonsFund: toCommons });
  await recordActivity(context, event, "AssayVault:SeatSlashed", { seatId, account, assets: burnt + toCommons });
});

ponder.on("AssayVault:ReevaluationFeePaid", async ({ event, context }) => {
  const { disputeId, seatId, receiver, assets } = event.args;
  await addToFunds(context, { evaluationFund: -assets });
  await payMember(context, disputeId, seatId);
  const subject = { disputeId, seatId, account: receiver, assets };
  await recordActivity(context, event, "AssayVault:ReevaluationFeePaid", subject);
});

ponder.on("AssayVault:FeeClaimed", async ({ event, context }) => {
  const { roundId, seatId, receiver, assets } = event.args;
  await context.db.insert(feeClaim).values({
    chainId: context.chain.id,
    roundId,
    seatId: Number(seatId),
    receiver,
    assets,
    at: event.block.timestamp,
  });
  await addToFunds(context, { evaluationFund: -assets });
  await recordActivity(context, event, "AssayVault:FeeClaimed", { roundId, seatId, account: receiver, assets });
});
