import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import { RefusedStart } from "../service/refusedStart.ts";
import { DatabaseLostError } from "./database.ts";

/** Another process holds the schema. */
export class SchemaLockedError extends RefusedStart {
  override name = "SchemaLockedError";
}

export interface SchemaLock {
  /** Comes true when the hold may be gone: the connection that carries it broke or does not answer. */
  readonly lost: Promise<DatabaseLostError>;
  /** Ends the connection and with it the hold. */
  release(): Promise<void>;
}

/** A copy that was killed a moment ago may still have its session on the server. */
const tries = 12;
const betweenTriesMs = 250;
const heartbeatMs = 5_000;
/** Keeps these locks apart from whatever else takes advisory locks in the database. "asay" */
const lockClass = 0x61736179;

/**
 * Takes a schema for this process alone: a session's advisory lock, which the server drops with the session, also after kill -9.
 * @param client A connection of its own, connected; it is the lock's from here on.
 * @throws SchemaLockedError when another process has it.
 */
export async function lockSchema(client: Client, schema: string, place: string): Promise<SchemaLock> {
  for (let count = 1; !(await tryLock(client, schema)); count += 1) {
    if (count === tries)
      throw new SchemaLockedError(
        `schema ${schema} of ${place} is in use by another process: stop that one, or give this one a schema of its own`,
      );
    await delay(betweenTriesMs);
  }
  return watch(client, `the connection that holds schema ${schema} of ${place}`);
}

async function tryLock(client: Client, schema: string): Promise<boolean> {
  const found = await client.query<{ taken: boolean }>("select pg_try_advisory_lock($1, hashtext($2)) as taken", [
    lockClass,
    schema,
  ]);
  return found.rows[0]?.taken ?? false;
}

function watch(client: Client, what: string): SchemaLock {
  const { promise, resolve } = Promise.withResolvers<DatabaseLostError>();
  let released = false;
  const lose = (reason: string): void => {
    if (released) return;
    resolve(new DatabaseLostError(`${what} is gone (${reason}): another copy may have taken over, so this one ends`));
  };
  client.on("error", ({ message }) => lose(message || "broken"));
  client.on("end", () => lose("closed"));
  const heartbeat = setInterval(() => {
    client.query("select 1").catch((error: unknown) => lose(error instanceof Error ? error.message : `${error}`));
  }, heartbeatMs);
  return {
    lost: promise,
    async release() {
      clearInterval(heartbeat);
      released = true;
      await client.end();
    },
  };
}
