import type { Address, Hex } from "viem";
import type { Database, Queryable } from "../database/openDatabase.ts";
import { type Message, parseMessage, stringifyMessage } from "../messages/message.ts";

/** A message from a board whose signature and content have been checked. */
export interface PeerMessage {
  readonly message: Message;
  readonly digest: Hex;
  readonly subject: Hex;
  /** Seconds of the chain's clock. */
  readonly receivedAt: bigint;
  /** A commitment that arrived when a report on its version was out already: it could be a copy, so it does not count. */
  readonly late: boolean;
}

export type Reception = "new" | "held" | "equivocation";

/** What the committee said, as this node received it: first message wins, a different second one is kept as proof. */
export interface PeerMessages {
  receive(message: PeerMessage): Promise<Reception>;
  ofRound(roundId: bigint): Promise<PeerMessage[]>;
}

const keyOf = (message: Message, subject: Hex): [string, string, Hex, Address] => [
  message.roundId.toString(),
  message.kind,
  subject,
  message.evaluator,
];

export function createPeerMessages(database: Database): PeerMessages {
  return {
    receive: (received) => database.transaction((tx) => receive(tx, received)),
    ofRound: (roundId) => ofRound(database, roundId),
  };
}

async function receive(tx: Queryable, received: PeerMessage): Promise<Reception> {
  const { message, digest, subject, receivedAt, late } = received;
  const key = keyOf(message, subject);
  const found = await tx.query<{ digest: Hex; body: string }>(
    "select digest, body from peer_messages where round_id = $1 and kind = $2 and subject = $3 and evaluator = $4",
    key,
  );
  const [first] = found.rows;
  const body = stringifyMessage(message);
  if (first && first.digest !== digest) {
    await tx.query("insert into equivocations values ($1, $2, $3, $4, $5, $6) on conflict do nothing", [
      ...key,
      first.body,
      body,
    ]);
    return "equivocation";
  }
  // In time on one board is in time: another board may have been slower.
  await tx.query(
    `insert into peer_messages values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (round_id, kind, subject, evaluator) do update set late = peer_messages.late and excluded.late`,
    [...key, digest, body, receivedAt.toString(), late],
  );
  return first ? "held" : "new";
}

interface Row {
  body: string;
  digest: Hex;
  subject: Hex;
  received_at: string;
  late: boolean;
}

async function ofRound(database: Queryable, roundId: bigint): Promise<PeerMessage[]> {
  const found = await database.query<Row>(
    `select body, digest, subject, received_at::text as received_at, late from peer_messages
     where round_id = $1 order by kind, subject, evaluator`,
    [roundId.toString()],
  );
  return found.rows.map(({ body, digest, subject, received_at, late }) => ({
    message: parseMessage(body),
    digest,
    subject,
    receivedAt: BigInt(received_at),
    late,
  }));
}
