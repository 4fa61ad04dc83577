import type { Hex } from "viem";
import type { Database, Queryable } from "../database/openDatabase.ts";
import { type Message, stringifyMessage } from "../messages/message.ts";
import { messageSubject } from "../messages/messageDigest.ts";
import { disputeOfSession, sessionOfDispute } from "../messages/session.ts";

export const boardSchema = `
  create table if not exists identity (single boolean primary key default true check (single), id text not null);
  insert into identity (id) values (gen_random_uuid()::text) on conflict do nothing;
  create table if not exists messages (
    cursor bigserial primary key,
    round_id bigint not null,
    kind text not null,
    subject text not null,
    evaluator text not null,
    digest text not null,
    body text not null,
    unique (round_id, kind, subject, evaluator)
  );
  create index if not exists messages_by_round on messages (round_id, cursor);
  create table if not exists equivocations (
    round_id bigint not null,
    kind text not null,
    subject text not null,
    evaluator text not null,
    body text not null,
    primary key (round_id, kind, subject, evaluator)
  );
`;

/** What became of a message: new here, here already, or different from the one that its evaluator sent before. */
export type Verdict =
  | { readonly outcome: "accepted" | "held" }
  | { readonly outcome: "conflict"; readonly held: Hex }
  | { readonly outcome: "full"; readonly bound: number };

export interface StoredMessage {
  /** Position on this board: pages go on after it. */
  readonly cursor: number;
  /** The message as it came, one JSON object. */
  readonly body: string;
}

/** Two different messages of one evaluator where there may be one; both are signed, so the pair is the proof. */
export interface Equivocation {
  readonly first: string;
  readonly second: string;
}

export interface BoardStore {
  /** Made with the database: cursors of one identity mean nothing to another. */
  readonly identity: string;
  put(message: Message, digest: Hex): Promise<Verdict>;
  page(roundId: bigint, after: number, limit: number): Promise<StoredMessage[]>;
  equivocations(roundId: bigint, limit: number): Promise<Equivocation[]>;
  /** Forgets every round before `roundId`. */
  forgetBefore(roundId: bigint): Promise<void>;
  /** Forgets the messages of the disputes' sessions of which `isOver` says so. */
  forgetDisputes(isOver: (disputeId: bigint) => Promise<boolean>): Promise<void>;
}

/** The first message of an evaluator on a subject stands, for ever; `messagesPerEvaluator` bounds what one may store in one round. */
export async function createBoardStore(database: Database, messagesPerEvaluator: number): Promise<BoardStore> {
  const found = await database.query<{ id: string }>("select id from identity");
  return {
    identity: found.rows[0]?.id ?? "",
    put: (message, digest) => database.transaction((tx) => put(tx, message, digest, messagesPerEvaluator)),
    page: (roundId, after, limit) => page(database, roundId, after, limit),
    equivocations: (roundId, limit) => equivocations(database, roundId, limit),
    forgetBefore: (roundId) =>
      database.transaction(async (tx) => {
        await tx.query("delete from messages where round_id < $1", [roundId.toString()]);
        await tx.query("delete from equivocations where round_id < $1", [roundId.toString()]);
      }),
    forgetDisputes: (isOver) => forgetDisputes(database, isOver),
  };
}

async function put(tx: Queryable, message: Message, digest: Hex, bound: number): Promise<Verdict> {
  const key = [message.roundId.toString(), message.kind, messageSubject(message), message.evaluator];
  const held = await tx.query<{ digest: Hex }>(
    "select digest from messages where round_id = $1 and kind = $2 and subject = $3 and evaluator = $4",
    key,
  );
  const [first] = held.rows;
  if (first?.digest === digest) return { outcome: "held" };
  if (first) {
    // One second message proves the fault; keeping a third would let a liar fill the disk.
    await tx.query("insert into equivocations values ($1, $2, $3, $4, $5) on conflict do nothing", [
      ...key,
      stringifyMessage(message),
    ]);
    return { outcome: "conflict", held: first.digest };
  }
  if ((await countOf(tx, message)) >= bound) return { outcome: "full", bound };
  await tx.query(
    "insert into messages (round_id, kind, subject, evaluator, digest, body) values ($1, $2, $3, $4, $5, $6)",
    [...key, digest, stringifyMessage(message)],
  );
  return { outcome: "accepted" };
}

async function forgetDisputes(database: Queryable, isOver: (disputeId: bigint) => Promise<boolean>): Promise<void> {
  const kept = await database.query<{ round_id: string }>(
    "select distinct round_id::text as round_id from messages where round_id > $1",
    [sessionOfDispute(0n).toString()],
  );
  for (const { round_id } of kept.rows) {
    const disputeId = disputeOfSession(BigInt(round_id));
    if (disputeId === undefined || !(await isOver(disputeId))) continue;
    await database.query("delete from messages where round_id = $1", [round_id]);
    await database.query("delete from equivocations where round_id = $1", [round_id]);
  }
}

async function countOf(tx: Queryable, { roundId, evaluator }: Message): Promise<number> {
  const counted = await tx.query<{ count: number }>(
    "select count(*)::int as count from messages where round_id = $1 and evaluator = $2",
    [roundId.toString(), evaluator],
  );
  return counted.rows[0]?.count ?? 0;
}

async function page(database: Queryable, roundId: bigint, after: number, limit: number): Promise<StoredMessage[]> {
  const found = await database.query<StoredMessage>(
    "select cursor::int as cursor, body from messages where round_id = $1 and cursor > $2 order by cursor limit $3",
    [roundId.toString(), after, limit],
  );
  return found.rows;
}

async function equivocations(database: Queryable, roundId: bigint, limit: number): Promise<Equivocation[]> {
  const found = await database.query<Equivocation>(
    `select m.body as first, e.body as second from equivocations e
     join messages m using (round_id, kind, subject, evaluator) where e.round_id = $1
     order by e.kind, e.subject, e.evaluator limit $2`,
    [roundId.toString(), limit],
  );
  return found.rows;
}
