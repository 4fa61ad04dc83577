import type { Address, Hex } from "viem";
import type { Database, Queryable } from "../database/openDatabase.ts";
import type { Fees } from "./fees.ts";

/**
 * How far a call has come.
 * - queued: nothing of it is under way.
 * - sent: a transaction is signed, and may be under way.
 * - mined: in a block that may still vanish.
 * - final: in a block that has its confirmations.
 * - done: somebody else did it.
 * - failed: given up; asked for again it starts anew.
 */
export type IntentState = "queued" | "sent" | "mined" | "final" | "done" | "failed";

/** A call to be made once. */
export interface Call {
  /** Idempotency key. */
  readonly key: string;
  /** Name in logs and metrics. */
  readonly call: string;
  readonly to: Address;
  readonly data: Hex;
  /** What goes first when several wait: the smallest. */
  readonly rank: number;
}

export interface Intent extends Call {
  readonly state: IntentState;
  /** Of the transactions that are under way or in a block. */
  readonly nonce: number | undefined;
  /** The transaction that is in a block, and the block. */
  readonly mined: Mined | undefined;
}

export interface Mined {
  readonly hash: Hex;
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
}

/** A signed transaction. */
export interface Attempt extends Fees {
  readonly hash: Hex;
  readonly raw: Hex;
  readonly nonce: number;
  readonly gas: bigint;
  /** Whether it only takes the nonce, because the call is not wanted any more. */
  readonly cancels: boolean;
  /** Latest block when it was signed. */
  readonly sentBlock: bigint;
  /** Unix milliseconds. */
  readonly sentAt: number;
}

/** The calls of one relaying key. */
export interface Intents {
  /** Writes a call down. One that failed, or was done by somebody else, starts anew with what is asked for now. */
  ask(call: Call): Promise<Intent>;
  inState(state: IntentState): Promise<Intent[]>;
  /** The queued call whose turn is next. */
  next(): Promise<Intent | undefined>;
  /** How many are in each state. */
  counts(): Promise<ReadonlyMap<string, number>>;
  /** Of all transactions that were ever signed; undefined when there is none. */
  highestNonce(): Promise<number | undefined>;
  /** Transactions with a call's present nonce, oldest first. */
  attempts(intent: Intent): Promise<Attempt[]>;
  addAttempt(key: string, attempt: Attempt): Promise<void>;
  dropAttempt(hash: Hex): Promise<void>;
  requeue(key: string): Promise<void>;
  /** The block of a transaction is gone: it is under way again. */
  unmine(key: string): Promise<void>;
  mine(key: string, mined: Mined): Promise<void>;
  end(key: string, state: "final" | "done" | "failed", reason?: string): Promise<void>;
}

/** Calls that have ended and are kept all the same, for whoever wants to know. */
const endedKept = 1_000;

interface IntentRow {
  key: string;
  call: string;
  target: Address;
  data: Hex;
  rank: number;
  state: IntentState;
  nonce: string | null;
  hash: Hex | null;
  block_number: string | null;
  block_hash: Hex | null;
}

interface AttemptRow {
  hash: Hex;
  raw: Hex;
  nonce: string;
  max_fee: string;
  tip: string;
  gas: string;
  cancels: boolean;
  sent_block: string;
  sent_at: string;
}

const intentColumns =
  "key, call, target, data, rank, state, nonce::text as nonce, hash, block_number::text as block_number, block_hash";

export function createIntents(database: Database, sender: Address): Intents {
  const select = async (condition: string, parameters: readonly unknown[]): Promise<Intent[]> => {
    const found = await database.query<IntentRow>(
      `select ${intentColumns} from intents where sender = $1 and ${condition}`,
      [sender, ...parameters],
    );
    return found.rows.map(toIntent);
  };
  const set = async (key: string, changes: string, parameters: readonly unknown[] = []): Promise<void> => {
    await database.query(`update intents set ${changes} where sender = $1 and key = $2`, [sender, key, ...parameters]);
  };

  return {
    async ask({ key, call, to, data, rank }) {
      await database.query(
        `insert into intents (sender, key, call, target, data, rank, state) values ($1, $2, $3, $4, $5, $6, 'queued')
         on conflict (sender, key) do update set data = excluded.data, rank = excluded.rank, state = 'queued', nonce = null
         where intents.state in ('failed', 'done')`,
        [sender, key, call, to, data, rank],
      );
      const [intent] = await select("key = $2", [key]);
      if (!intent) throw new Error(`intent ${key} is not in the database that it was written to`);
      return intent;
    },
    inState: (state) => select("state = $2 order by nonce, number", [state]),
    async next() {
      const [intent] = await select("state = 'queued' order by rank, number limit 1", []);
      return intent;
    },
    async counts() {
      const found = await database.query<{ state: string; count: number }>(
        "select state, count(*)::int as count from intents where sender = $1 group by state",
        [sender],
      );
      return new Map(found.rows.map(({ state, count }) => [state, count]));
    },
    async highestNonce() {
      const found = await database.query<{ nonce: string | null }>(
        "select max(nonce)::text as nonce from attempts where sender = $1",
        [sender],
      );
      const nonce = found.rows[0]?.nonce ?? null;
      return nonce === null ? undefined : Number(nonce);
    },
    async attempts({ key, nonce }) {
      const found = await database.query<AttemptRow>(
        `select hash, raw, nonce::text as nonce, max_fee, tip, gas, cancels, sent_block::text as sent_block, sent_at::text as sent_at
         from attempts where sender = $1 and key = $2 and nonce = $3 order by number`,
        [sender, key, nonce],
      );
      return found.rows.map(toAttempt);
    },
    addAttempt: (key, attempt) =>
      database.transaction(async (tx) => {
        await insertAttempt(tx, sender, key, attempt);
        await tx.query("update intents set state = 'sent', nonce = $3 where sender = $1 and key = $2", [
          sender,
          key,
          attempt.nonce,
        ]);
      }),
    async dropAttempt(hash) {
      await database.query("delete from attempts where sender = $1 and hash = $2", [sender, hash]);
    },
    requeue: (key) => set(key, "state = 'queued', nonce = null, hash = null, block_number = null, block_hash = null"),
    unmine: (key) => set(key, "state = 'sent', hash = null, block_number = null, block_hash = null"),
    mine: (key, { hash, blockNumber, blockHash }) =>
      set(key, "state = 'mined', hash = $3, block_number = $4, block_hash = $5, reason = null", [
        hash,
        blockNumber.toString(),
        blockHash,
      ]),
    async end(key, state, reason) {
      await set(key, "state = $3, reason = $4", [state, reason ?? null]);
      await database.transaction((tx) => forgetEnded(tx, sender));
    },
  };
}

async function insertAttempt(tx: Queryable, sender: Address, key: string, attempt: Attempt): Promise<void> {
  const { nonce, hash, raw, maxFeePerGas, maxPriorityFeePerGas, gas, cancels, sentBlock, sentAt } = attempt;
  await tx.query(
    `insert into attempts (sender, key, nonce, hash, raw, max_fee, tip, gas, cancels, sent_block, sent_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
    [
      sender,
      key,
      nonce,
      hash,
      raw,
      maxFeePerGas.toString(),
      maxPriorityFeePerGas.toString(),
      gas.toString(),
      cancels,
      sentBlock.toString(),
      sentAt,
    ],
  );
}

async function forgetEnded(tx: Queryable, sender: Address): Promise<void> {
  await tx.query(
    `delete from intents where sender = $1 and state in ('final', 'done', 'failed')
       and number <= (select max(number) from intents where sender = $1) - $2`,
    [sender, endedKept],
  );
  await tx.query("delete from attempts where sender = $1 and key not in (select key from intents where sender = $1)", [
    sender,
  ]);
}

function toIntent(row: IntentRow): Intent {
  const { key, call, target, data, rank, state, nonce, hash, block_number, block_hash } = row;
  const isMined = hash !== null && block_number !== null && block_hash !== null;
  const mined = isMined ? { hash, blockNumber: BigInt(block_number), blockHash: block_hash } : undefined;
  return { key, call, to: target, data, rank, state, nonce: nonce === null ? undefined : Number(nonce), mined };
}

const toAttempt = (row: AttemptRow): Attempt => ({
  hash: row.hash,
  raw: row.raw,
  nonce: Number(row.nonce),
  maxFeePerGas: BigInt(row.max_fee),
  maxPriorityFeePerGas: BigInt(row.tip),
  gas: BigInt(row.gas),
  cancels: row.cancels,
  sentBlock: BigInt(row.sent_block),
  sentAt: Number(row.sent_at),
});
