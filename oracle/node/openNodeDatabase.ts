import type { DatabasePlace } from "../database/databasePlace.ts";
import { lockDataDirectory } from "../database/lockDataDirectory.ts";
import { type Database, openDatabase } from "../database/openDatabase.ts";
import { RefusedStart } from "../service/refusedStart.ts";
import { nodeSchema } from "./nodeSchema.ts";

/**
 * Opens a node's tables, and takes its data directory for this process alone also where the tables are on a server.
 * @param owner Key and contract that the signing history speaks for.
 * @throws RefusedStart when another process has database or directory, or the history is another node's.
 */
export async function openNodeDatabase(place: DatabasePlace, directory: string, owner: string): Promise<Database> {
  const lock = "url" in place ? lockDataDirectory(directory) : undefined;
  let database: Database | undefined;
  try {
    database = await openDatabase(place, nodeSchema);
    await requireSameOwner(database, "url" in place ? `schema ${place.schema}` : directory, owner);
  } catch (cause) {
    await database?.close();
    lock?.release();
    throw cause;
  }
  const { close } = database;
  return {
    ...database,
    close: async () => {
      await close();
      lock?.release();
    },
  };
}

async function requireSameOwner(database: Database, place: string, owner: string): Promise<void> {
  await database.query("insert into settings values ('owner', $1) on conflict do nothing", [owner]);
  const found = await database.query<{ value: string }>("select value from settings where name = 'owner'");
  const [row] = found.rows;
  if (row?.value !== owner)
    throw new RefusedStart(`${place} belongs to ${row?.value}, this node is ${owner}: give it one of its own`);
}
