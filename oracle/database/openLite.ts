import { existsSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { Database, ReturnedRows } from "./database.ts";
import { lockDataDirectory } from "./lockDataDirectory.ts";
import { makeCluster } from "./makeCluster.ts";
import { StoppableLite } from "./stoppableLite.ts";

/** The default buffers (128 MB) are four times what these small tables ever need; a node's memory counts on a small machine. */
const startParams = [...PGlite.defaultStartParams, "-c", "shared_buffers=8MB", "-c", "wal_buffers=1MB"];

/**
 * Opens (or makes) the PGlite database in `directory`/database and applies `sql`.
 * Without a directory the database lives in memory and dies with the process.
 * @throws RefusedStart when another process has the directory.
 */
export async function openLite(directory: string | undefined, sql: string): Promise<Database> {
  const lock = directory === undefined ? undefined : lockDataDirectory(directory);
  try {
    const dataDir = directory === undefined ? "memory://" : join(directory, "database");
    if (directory !== undefined && !existsSync(dataDir)) await makeCluster(dataDir);
    const lite = new StoppableLite({ dataDir, startParams });
    await lite.waitReady;
    await lite.exec(sql);
    return {
      query: (text, parameters) => lite.query(text, parameters),
      transaction: (work) => lite.transaction((transaction) => work(transaction)),
      executeSql: (text, values) => execute(lite, text, values),
      tidy: () => tidy(lite),
      lost: lite.lost,
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

async function execute(lite: PGlite, text: string, values: unknown[] = []): Promise<ReturnedRows> {
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

/**
 * What a server has processes for, and this database never does by itself: rows that nobody sees any more would stay in its files, and every
 * change in its log, which the next start would go through. The tables of the catalogue hardly change.
 */
async function tidy(lite: PGlite): Promise<void> {
  const found = await lite.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  await lite.exec(`vacuum (analyze) ${found.rows.map(({ name }) => name).join(", ")}`);
  await lite.exec("checkpoint");
}
