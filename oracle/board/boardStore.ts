import type { Hex } from "viem";
import type { Database, Queryable } from "../database/openDatabase.ts";
import { type Message, stringifyMessage } from "../messages/message.ts";
import { messageSubject } from "../messages/messageDigest.ts";
import { disputeOfSession, sessionOfDispute } from "../messages/session.ts";
import { createGroupCommit } from "./groupCommit.ts";

/**
 * Stores a message where there is none and room for it, and keeps the second of two as the proof: a third would let a liar fill the disk.
 * A function because its statements are planned once, which costs an embedded database more than to carry them out.
 */
const putFunction = `
  create or replace function put_message(
    for_round bigint, of_kind text, on_subject text, by_evaluator text, its_digest text, its_body text,
    most_messages integer, most_bytes bigint, out outcome text, out held text
  ) language plpgsql as $put$
  begin
    select digest into held from messages
      where round_id = for_round and kind = of_kind and subject = on_subject and evaluator = by_evaluator;
    if held = its_digest then
      outcome := 'held';
    elsif held is not null then
      insert into equivocations values (for_round, of_kind, on_subject, by_evaluator, its_body) on conflict do nothing;
      outcome := case when found then 'conflict' else 'proven' end;
    else
      insert into shares as share values (for_round, by_evaluator, 1, octet_length(its_body))
        on conflict (round_id, evaluator) do update
        set messages = share.messages + 1, bytes = share.bytes + excluded.bytes
        where share.messages < most_messages and share.bytes + excluded.bytes <= most_bytes;
      if found then
        insert into messages (round_id, kind, subject, evaluator, digest, body)
          values (for_round, of_kind, on_subject, by_evaluator, its_digest, its_body);
        outcome := 'taken';
      else
        select case when messages < most_messages then 'fullOfBytes' else 'fullOfMessages' end into outcome from shares
          where round_id = for_round and evaluator = by_evaluator;
      end if;
    end if;
  end $put$;
`;

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
  ${putFunction}
  -- For this session, the only one of an embedded database, whose pages are in memory: they are found in order, without reading a round.
  set random_page_cost = 1.1;
`;

/** What became of a message: new here, here already, or different from the one that its evaluator sent before. */
export type Verdict =
  | { readonly outcome: "taken" | "held" }
  /** `isNew` when this is the second message of the two; more than two are not kept. */
  | { readonly outcome: "conflict"; readonly held: Hex; readonly isNew: boolean }
  | { readonly outcome: "full"; readonly bound: string };

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
  /** Whether there is a message of that evaluator on that subject, this one or another. */
  has(message: Message): Promise<boolean>;
  /** Comes true when the verdict is committed. */
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
    has: (message) => has(database, message),
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

async function has(on: Queryable, message: Message): Promise<boolean> {
  const { rows } = await on.query(
    "select from messages where round_id = $1 and kind = $2 and subject = $3 and evaluator = $4",
    keyOf(message),
  );
  return rows.length > 0;
}

interface PutRow {
  readonly outcome: "taken" | "held" | "conflict" | "proven" | "fullOfMessages" | "fullOfBytes";
  readonly held: Hex;
}

async function put(tx: Queryable, { message, digest }: Letter, share: Share): Promise<Verdict> {
  const { rows } = await tx.query<PutRow>("select * from put_message($1, $2, $3, $4, $5, $6, $7, $8)", [
    ...keyOf(message),
    digest,
    stringifyMessage(message),
    share.messages,
    share.bytes,
  ]);
  const [row] = rows;
  if (!row) throw new RangeError("a function has a result");
  const { outcome, held } = row;
  if (outcome === "taken" || outcome === "held") return { outcome };
  if (outcome === "fullOfMessages") return { outcome: "full", bound: `${share.messages} messages` };
  if (outcome === "fullOfBytes") return { outcome: "full", bound: `${share.bytes} bytes` };
  return { outcome: "conflict", held, isNew: outcome === "conflict" };
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
