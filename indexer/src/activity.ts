import type { Context, Event } from "ponder:registry";
import { activity } from "ponder:schema";
import type { Hex } from "viem";

/** What an entry of the feed may name; everything else of it is taken from the event. */
interface Subject {
  modelId?: bigint;
  versionId?: Hex;
  roundId?: bigint;
  account?: Hex;
  assets?: bigint;
}

type AnyEvent = Pick<Event<"Assay:LaneChanged">, "log" | "block" | "transaction">;

/** Adds one event to the feed. */
export async function recordActivity(context: Context, event: AnyEvent, kind: string, subject: Subject): Promise<void> {
  await context.db.insert(activity).values({
    chainId: context.chain.id,
    blockNumber: event.block.number,
    logIndex: event.log.logIndex,
    kind,
    ...subject,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
}
