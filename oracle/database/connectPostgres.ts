import pg from "pg";
import { RefusedStart } from "../service/refusedStart.ts";
import type { PostgresPlace } from "./databasePlace.ts";

const int8 = pg.types.builtins.INT8;

/** As PGlite has it: a number where it is exact. (node-postgres alone gives text.) */
const parseInt8 = (text: string): number | bigint => {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
};

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === int8 && format !== "binary" ? parseInt8 : pg.types.getTypeParser(oid, format),
};

/** Milliseconds. A statement of these small tables takes a few; what takes longer than this is a server that has stopped. */
export const connectTimeoutMs = 5_000;
const statementTimeoutMs = 30_000;
const idleInTransactionMs = 60_000;

/** In the URL because what a URL says goes before what stands beside it. */
function inSchema(url: string, schema: string): string {
  const address = new URL(url);
  const options = [address.searchParams.get("options"), `-c search_path=${schema}`].filter((option) => option !== null);
  address.searchParams.set("options", options.join(" "));
  return address.href;
}

/** Settings of every connection: bounded in time, in the place's schema. */
export const connectionSettings = ({ url, schema }: PostgresPlace) => ({
  connectionString: inSchema(url, schema),
  connectionTimeoutMillis: connectTimeoutMs,
  statement_timeout: statementTimeoutMs,
  // The server's own limit comes first; this one is for a server that does not answer at all.
  query_timeout: statementTimeoutMs + connectTimeoutMs,
  idle_in_transaction_session_timeout: idleInTransactionMs,
  keepAlive: true,
  application_name: "assay",
  types,
});

/**
 * Opens one connection.
 * @throws RefusedStart saying host, database and user, and never the password.
 */
export async function connectPostgres(place: PostgresPlace, queryTimeoutMs?: number): Promise<pg.Client> {
  const client = makeClient(place, queryTimeoutMs);
  // A connection that breaks says so on its event; without a listener that would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (cause) {
    await client.end().catch(() => undefined);
    throw new RefusedStart(`${describePostgres(client)}: ${remedyFor(cause, client)}`);
  }
}

function makeClient(place: PostgresPlace, queryTimeoutMs: number | undefined): pg.Client {
  try {
    const settings = connectionSettings(place);
    return new pg.Client({ ...settings, query_timeout: queryTimeoutMs ?? settings.query_timeout });
  } catch {
    // The parser's own message holds the URL and with it the password.
    throw new RefusedStart("database: its URL cannot be read: it must be like postgresql://user:password@host:5432/db");
  }
}

/** Host, port and name of a connection's database. */
export const describePostgres = ({ host, port, database }: pg.Client): string =>
  `the database ${database ?? ""} at ${host}:${port}`;

function remedyFor(cause: unknown, { user, database }: pg.Client): string {
  const code = cause instanceof Error && "code" in cause ? `${cause.code}` : "";
  if (code === "28P01" || code === "28000") return `it does not let ${user} in: correct user or password in "database"`;
  if (code === "3D000") return `there is no database ${database}: create it, or correct "database"`;
  const reason = cause instanceof Error && cause.message !== "" ? cause.message.split("\n")[0] : code;
  return `it does not answer (${reason || "no reason given"}): start it, or correct "database"`;
}
