import { existsSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { Database, ReturnedRows } from "./database.ts";
import { lockDirectory } from "./directoryLock.ts";
import { makeCluster } from "./makeCluster.ts";

/** The default buffers (128 MB) are four times what these small tables ever need; a node's memory counts on a small machine. */
const startParams = [...PGlite.defaultStartParams, "-c", "shared_buffers=8MB", "-c", "wal_buffers=1MB"];

/**
 * Opens (or makes) the PGlite database in `directory`/database and applies `sql`.
 * Without a directory the database lives in memory and dies with the process.
 * @throws DirectoryLockedError when another process has the directory.
 */
export async function openLite(directory: string | undefined, sql: string): Promise<Database> {
  const lock = directory === undefined ? undefined : lockDirectory(directory);
  try {
    const dataDir = directory === undefined ? "memory://" : join(directory, "database");
    if (directory !== undefined && !existsSync(dataDir)) await makeCluster(dataDir);
    const lite = await PGlite.create({ dataDir, startParams });
    await lite.exec(sql);
    return {
      query: (text, parameters) => lite.query(text, parameters),
      transaction: (work) => lite.transaction((transaction) => work(transaction)),
      executeSql: (text, values) => execute(lite, text, values),
      lost: new Promise(() => undefined),
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
