import type { Hex } from "viem";
import type { Database, Queryable } from "../database/openDatabase.ts";
import { type Message, stringifyMessage } from "../messages/message.ts";
import { messageSubject } from "../messages/messageDigest.ts";
import { disputeOfSession, sessionOfDispute } from "../messages/session.ts";
import { createGroupCommit } from "./groupCommit.ts";

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
  create table if not exists shares (
    round_id bigint not null,
    evaluator text not null,
    messages integer not null,
    bytes bigint not null,
    primary key (round_id, evaluator)
  );
  insert into shares select round_id, evaluator, count(*), sum(octet_length(body)) from messages
    group by round_id, evaluator on conflict do nothing;
`;

/** What became of a message: new here, here already, or different from the one that its evaluator sent before. */
export type Verdict =
  | { readonly outcome: "taken" | "held" }
  /** `isNew` when this is the second message of the two; more than two are not kept. */
  | { readonly outcome: "conflict"; readonly held: Hex; readonly isNew: boolean }
  | { readonly outcome: "full"; readonly bound: string };

/** What is known of the place that a message is for. */
export interface Place {
  /** The message that is there. */
  readonly held: { readonly digest: Hex; readonly body: string } | undefined;
  /** What the evaluator has used up in the message's session, in words; undefined while there is room. */
  readonly full: string | undefined;
}

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

export interface StoreSize {
  readonly messages: number;
  /** Bytes of the messages' text. */
  readonly bytes: number;
}

export interface BoardStore {
  /** Made with the database: cursors of one identity mean nothing to another. */
  readonly identity: string;
  find(message: Message): Promise<Place>;
  /** Comes true when the verdict is on disk. */
  put(message: Message, digest: Hex): Promise<Verdict>;
  page(roundId: bigint, after: number, limit: number): Promise<StoredMessage[]>;
  equivocations(roundId: bigint, limit: number): Promise<Equivocation[]>;
  /** Messages that count for somebody's share; proofs of equivocation come on top, at most one for each message. */
  size(): Promise<StoreSize>;
  /** Writes something that changes nothing; throws when the database cannot be written. */
  tryWriting(): Promise<void>;
  /** Forgets every round before `roundId`. */
  forgetBefore(roundId: bigint): Promise<void>;
  /** Forgets the messages of the disputes' sessions of which `isOver` says so. */
  forgetDisputes(isOver: (disputeId: bigint) => Promise<boolean>): Promise<void>;
}

/** What one evaluator may store in one session. */
export interface Share {
  readonly messages: number;
  readonly bytes: number;
}

interface Letter {
  readonly message: Message;
  readonly digest: Hex;
}

/** The first message of an evaluator on a subject stands, for ever; `share` bounds what one may store in one session. */
export async function createBoardStore(database: Database, share: Share): Promise<BoardStore> {
  const found = await database.query<{ id: string }>("select id from identity");
  const commit = createGroupCommit<Letter, Verdict>(database, (tx, letter) => put(tx, letter, share));
  return {
    identity: found.rows[0]?.id ?? "",
    find: (message) => find(database, message, share),
    put: (message, digest) => commit({ message, digest }),
    page: (roundId, after, limit) => page(database, roundId, after, limit),
    equivocations: (roundId, limit) => equivocations(database, roundId, limit),
    size: () => size(database),
    tryWriting: () => database.transaction(async (tx) => void (await tx.query("update identity set id = id"))),
    forgetBefore: (roundId) => database.transaction((tx) => forget(tx, "<", roundId)),
    forgetDisputes: (isOver) => forgetDisputes(database, isOver),
  };
}

const keyOf = (message: Message): string[] => [
  message.roundId.toString(),
  message.kind,
  messageSubject(message),
  message.evaluator,
];

interface PlaceRow {
  readonly digest: Hex | null;
  readonly body: string | null;
  readonly messages: number | null;
  readonly bytes: number | null;
}

async function find(on: Queryable, message: Message, share: Share): Promise<Place> {
  const found = await on.query<PlaceRow>(
    `select m.digest, m.body, s.messages, s.bytes from (select $1::bigint as round_id, $4::text as evaluator) one
     left join messages m on m.round_id = one.round_id and m.kind = $2 and m.subject = $3 and m.evaluator = one.evaluator
     left join shares s on s.round_id = one.round_id and s.evaluator = one.evaluator`,
    keyOf(message),
  );
  const { digest, body, messages, bytes } = found.rows[0] ?? { digest: null, body: null, messages: null, bytes: null };
  return {
    held: digest !== null && body !== null ? { digest, body } : undefined,
    full: usedUp({ messages: messages ?? 0, bytes: (bytes ?? 0) + stringifyMessage(message).length }, share),
  };
}

/** @param bytes With the message that is to be stored. */
function usedUp({ messages, bytes }: Share, share: Share): string | undefined {
  if (messages >= share.messages) return `${share.messages} messages`;
  return bytes > share.bytes ? `${share.bytes} bytes` : undefined;
}

async function put(tx: Queryable, { message, digest }: Letter, share: Share): Promise<Verdict> {
  const { held, full } = await find(tx, message, share);
  if (held?.digest === digest) return { outcome: "held" };
  if (held) return keepProof(tx, message, held.digest);
  if (full !== undefined) return { outcome: "full", bound: full };
  const body = stringifyMessage(message);
  await tx.query(
    `with stored as (
       insert into messages (round_id, kind, subject, evaluator, digest, body) values ($1, $2, $3, $4, $5, $6)
     )
     insert into shares values ($1, $4, 1, $7)
     on conflict (round_id, evaluator) do update set messages = shares.messages + 1, bytes = shares.bytes + $7`,
    [...keyOf(message), digest, body, body.length],
  );
  return { outcome: "taken" };
}

/** One second message proves the fault; keeping a third would let a liar fill the disk. */
async function keepProof(tx: Queryable, message: Message, held: Hex): Promise<Verdict> {
  const kept = await tx.query(
    "insert into equivocations values ($1, $2, $3, $4, $5) on conflict do nothing returning kind",
    [...keyOf(message), stringifyMessage(message)],
  );
  return { outcome: "conflict", held, isNew: kept.rows.length > 0 };
}

async function forget(tx: Queryable, which: "<" | "=", roundId: bigint): Promise<void> {
  for (const table of ["messages", "equivocations", "shares"])
    await tx.query(`delete from ${table} where round_id ${which} $1`, [roundId.toString()]);
}

async function forgetDisputes(database: Database, isOver: (disputeId: bigint) => Promise<boolean>): Promise<void> {
  const kept = await database.query<{ round_id: string }>(
    "select distinct round_id::text as round_id from shares where round_id > $1",
    [sessionOfDispute(0n).toString()],
  );
  for (const { round_id } of kept.rows) {
    const disputeId = disputeOfSession(BigInt(round_id));
    if (disputeId === undefined || !(await isOver(disputeId))) continue;
    await database.transaction((tx) => forget(tx, "=", BigInt(round_id)));
  }
}

async function size(database: Database): Promise<StoreSize> {
  const found = await database.query<StoreSize>(
    "select coalesce(sum(messages), 0)::bigint as messages, coalesce(sum(bytes), 0)::bigint as bytes from shares",
  );
  return found.rows[0] ?? { messages: 0, bytes: 0 };
}

async function page(database: Queryable, roundId: bigint, after: number, limit: number): Promise<StoredMessage[]> {
  const found = await database.query<StoredMessage>(
    "select cursor, body from messages where round_id = $1 and cursor > $2 order by cursor limit $3",
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
