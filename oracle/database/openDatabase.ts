import { existsSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { lockDirectory } from "./directoryLock.ts";
import { makeCluster } from "./makeCluster.ts";

/** What the stores need of a database: PGlite's and node-postgres' clients both have it. */
export interface Queryable {
  query<Row>(sql: string, parameters?: unknown[]): Promise<{ rows: Row[] }>;
}

/** A Postgres database that lives in this process. */
export interface Database extends Queryable {
  /** Runs `work` in one transaction: all of it is kept or none. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  /** One statement, or several without parameters, with the rows of all: what pg-boss asks of a database. */
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
  close(): Promise<void>;
}

/** The default buffers (128 MB) are four times what these small tables ever need; a node's memory counts on a small machine. */
const startParams = [...PGlite.defaultStartParams, "-c", "shared_buffers=8MB", "-c", "wal_buffers=1MB"];

/**
 * Opens (or makes) the database in `directory`/database and applies `schema`, which must be safe to apply again.
 * Without a directory the database lives in memory and dies with the process.
 * @throws DirectoryLockedError when another process has the directory.
 */
export async function openDatabase(directory: string | undefined, schema: string): Promise<Database> {
  const lock = directory === undefined ? undefined : lockDirectory(directory);
  try {
    const dataDir = directory === undefined ? "memory://" : join(directory, "database");
    if (directory !== undefined && !existsSync(dataDir)) await makeCluster(dataDir);
    const lite = await PGlite.create({ dataDir, startParams });
    await lite.exec(schema);
    return {
      query: (sql, parameters) => lite.query(sql, parameters),
      transaction: (work) => lite.transaction((transaction) => work(transaction)),
      executeSql: (text, values) => execute(lite, text, values),
      close: async () => {
        await lite.close();
        lock?.release();
      },
    };
  } catch (cause) {
    lock?.release();
    throw cause;
  }
}

async function execute(
  lite: PGlite,
  text: string,
  values: unknown[] = [],
): Promise<{ rows: Record<string, unknown>[] }> {
  try {
    if (values.length > 0) return await lite.query<Record<string, unknown>>(text, values);
    const results = await lite.exec(text);
    return { rows: results.flatMap(({ rows }) => rows) };
  } catch (cause) {
    // A script that fails between its own BEGIN and COMMIT leaves the one connection in a transaction that refuses everything after.
    await lite.query("rollback").catch(() => undefined);
    throw cause;
  }
}
