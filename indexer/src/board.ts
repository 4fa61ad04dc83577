import { ponder } from "ponder:registry";
import { evaluator, policy } from "ponder:schema";
import { policyFromDecoded } from "../../domain/policy.ts";
import { recordActivity } from "./activity.ts";

ponder.on("PolicyBoard:PolicySet", async ({ event, context }) => {
  const { policyId, pointer, policy: terms } = event.args;
  await context.db.insert(policy).values({
    chainId: context.chain.id,
    id: policyId,
    pointer,
    setAt: event.block.timestamp,
    ...policyFromDecoded(terms),
  });
  await recordActivity(context, event, "PolicySet", {});
});

ponder.on("PolicyBoard:SeatAdded", async ({ event, context }) => {
  const { seat, owner, signer, linkHead } = event.args;
  await context.db.insert(evaluator).values({
    chainId: context.chain.id,
    seat: Number(seat),
    owner,
    signer,
    linkHead,
    seatedAt: event.block.timestamp,
  });
  await recordActivity(context, event, "SeatAdded", { account: owner });
});
