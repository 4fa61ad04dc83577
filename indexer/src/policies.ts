import { ponder } from "ponder:registry";
import { policy } from "ponder:schema";
import { policyFromDecoded } from "../../domain/policy.ts";
import { recordActivity } from "./activity.ts";

ponder.on("PolicyBoard:PolicyAnnounced", async ({ event, context }) => {
  const { policyId, pointer, inForceFrom, tightening, loosening, policy: terms } = event.args;
  await context.db.insert(policy).values({
    chainId: context.chain.id,
    id: policyId,
    pointer,
    announcedAt: event.block.timestamp,
    inForceFrom,
    tightening,
    loosening,
    ...policyFromDecoded(terms),
  });
  await recordActivity(context, event, "PolicyBoard:PolicyAnnounced", { policyId });
});

ponder.on("PolicyBoard:PolicyWithdrawn", async ({ event, context }) => {
  const { policyId } = event.args;
  await context.db
    .update(policy, { chainId: context.chain.id, id: policyId })
    .set({ withdrawnAt: event.block.timestamp });
  await recordActivity(context, event, "PolicyBoard:PolicyWithdrawn", { policyId });
});
