import { ponder } from "ponder:registry";
import { head } from "ponder:schema";

ponder.on("Head:block", async ({ event, context }) => {
  const { number, hash, timestamp } = event.block;
  await context.db
    .insert(head)
    .values({ chainId: context.chain.id, number, hash, timestamp })
    .onConflictDoUpdate({ number, hash, timestamp });
});
