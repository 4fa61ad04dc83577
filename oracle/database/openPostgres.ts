import { randomUUID } from "node:crypto";
import pg from "pg";
import { RefusedStart } from "../service/refusedStart.ts";
import { connectionSettings, connectPostgres, describePostgres } from "./connectPostgres.ts";
import { type Database, DatabaseLostError, type Queryable, type ReturnedRows } from "./database.ts";
import type { PostgresPlace } from "./databasePlace.ts";
import { lockSchema, type SchemaLock } from "./schemaLock.ts";

const maxConnections = 10;
/** A heartbeat that takes longer is no heartbeat. */
const heartbeatTimeoutMs = 5_000;
const heldBy = "select holder from copy_holder for share";

/**
 * Opens a schema of a Postgres database and applies `sql`. One process holds a schema: an advisory lock keeps a second copy out, and
 * the holder's mark, which every transaction reads, keeps a first copy from writing that was cut off from the server for so long that
 * a second one took over.
 * @throws RefusedStart when the server does not let it in, SchemaLockedError when another process holds the schema.
 */
export async function openPostgres(place: PostgresPlace, sql: string): Promise<Database> {
  const first = await connectPostgres(place, heartbeatTimeoutMs);
  if (place.shared) {
    await first.end();
    return createDatabase(place, undefined, undefined);
  }
  let lock: SchemaLock | undefined;
  try {
    lock = await lockSchema(first, place.schema, describePostgres(first));
    const holder = randomUUID();
    await prepare(place, sql, holder);
    return createDatabase(place, lock, holder);
  } catch (cause) {
    await (lock ? lock.release() : first.end());
    throw cause;
  }
}

/** On a connection of its own: to make tables may take longer than a heartbeat. */
async function prepare(place: PostgresPlace, sql: string, holder: string): Promise<void> {
  const client = await connectPostgres(place);
  try {
    await client.query(`create schema if not exists ${place.schema}`);
    await client.query(
      `create table if not exists copy_holder (single boolean primary key default true check (single), holder text not null)`,
    );
    await client.query(sql);
    await client.query(
      "insert into copy_holder (holder) values ($1) on conflict (single) do update set holder = excluded.holder",
      [holder],
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : `${cause}`;
    throw new RefusedStart(
      `${describePostgres(client)}: schema ${place.schema} cannot be made ready (${reason}): ` +
        `let ${client.user} create schemas, or give it one that it owns`,
      { cause },
    );
  } finally {
    await client.end();
  }
}

function createDatabase(place: PostgresPlace, lock: SchemaLock | undefined, holder: string | undefined): Database {
  const pool = new pg.Pool({ ...connectionSettings(place), max: maxConnections });
  // A connection that breaks while it idles: the pool makes another one.
  pool.on("error", () => undefined);
  const { promise: lost, resolve: lose } = Promise.withResolvers<DatabaseLostError>();
  let loss: DatabaseLostError | undefined;
  lock?.lost.then(lose);
  lost.then((error) => {
    loss = error;
  });
  let last: Promise<unknown> = Promise.resolve();

  const requireHold = async (transaction: Queryable): Promise<void> => {
    if (holder === undefined) return;
    const found = await transaction.query<{ holder: string }>(heldBy);
    if (found.rows[0]?.holder === holder) return;
    const error = new DatabaseLostError(`another copy has taken schema ${place.schema} over: this one ends`);
    lose(error);
    throw error;
  };
  const transact = async <T>(work: (transaction: Queryable) => Promise<T>): Promise<T> => {
    if (loss) throw loss;
    return inTransaction(pool, async (transaction) => {
      await requireHold(transaction);
      return work(transaction);
    });
  };

  return {
    async query(text, parameters) {
      if (loss) throw loss;
      return ask(pool, text, parameters);
    },
    transaction(work) {
      // One after the other, as in PGlite: what one transaction has read no other changes before it is done.
      const result = last.then(() => transact(work));
      last = result.catch(() => undefined);
      return result;
    },
    async executeSql(text, values) {
      if (loss) throw loss;
      return rowsOf(await pool.query(text, values));
    },
    tidy: () => Promise.resolve(),
    lost,
    async close() {
      await last;
      await pool.end();
      await lock?.release();
    },
  };
}

/** The driver cannot know a statement's columns; whoever writes the statement does. */
async function ask<Row>(on: pg.Pool | pg.PoolClient, text: string, parameters?: unknown[]): Promise<{ rows: Row[] }> {
  const { rows } = await on.query(text, parameters);
  return { rows };
}

/** The driver answers several statements with several results. */
function rowsOf(answer: pg.QueryResult | pg.QueryResult[]): ReturnedRows {
  return { rows: [answer].flat().flatMap(({ rows }) => rows) };
}

async function inTransaction<T>(pool: pg.Pool, work: (client: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query("begin");
    const result = await work({ query: (text, parameters) => ask(client, text, parameters) });
    await client.query("commit");
    return result;
  } catch (cause) {
    // A connection that cannot even roll back is not given back to the pool.
    await client.query("rollback").catch(() => {
      broken = true;
    });
    throw cause;
  } finally {
    client.release(broken);
  }
}
