import type { Database } from "./database.ts";
import type { DatabasePlace } from "./databasePlace.ts";
import { openLite } from "./openLite.ts";
import { openPostgres } from "./openPostgres.ts";

export type { Database, Queryable } from "./database.ts";

/**
 * Opens (or makes) a database and applies `sql`, which must be safe to apply again.
 * Without a place the database lives in memory and dies with the process.
 * @throws RefusedStart when another process has it, or when the server does not let it in
 */
export function openDatabase(place: DatabasePlace | undefined, sql: string): Promise<Database> {
  return place && "url" in place ? openPostgres(place, sql) : openLite(place?.directory, sql);
}
