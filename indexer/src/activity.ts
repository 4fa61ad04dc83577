import type { Context, Event } from "ponder:registry";
import { activity } from "ponder:schema";
import type { Hex } from "viem";

/** What an entry of the feed may name; everything else of it is taken from the event. */
interface Subject {
  modelId?: bigint;
  versionId?: Hex;
  roundId?: bigint;
  seatId?: bigint;
  disputeId?: bigint;
  policyId?: bigint;
  account?: Hex;
  counterparty?: Hex;
  assets?: bigint;
}

/** What every event has, whatever it says. */
export type AnyEvent = Pick<Event<"Assay:LaneChanged">, "log" | "block" | "transaction">;

/** Contract and event, as Ponder writes them. */
type EventName = `${"Assay" | "AssayVault" | "PolicyBoard" | "Court" | "Inspector"}:${string}`;

/** Adds one event to the feed. */
export async function recordActivity(
  context: Context,
  event: AnyEvent,
  name: EventName,
  { seatId, ...subject }: Subject,
): Promise<void> {
  const [contract = "", kind = ""] = name.split(":");
  await context.db.insert(activity).values({
    chainId: context.chain.id,
    blockNumber: event.block.number,
    logIndex: event.log.logIndex,
    contract,
    kind,
    ...subject,
    ...(seatId === undefined ? {} : { seatId: Number(seatId) }),
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
}
