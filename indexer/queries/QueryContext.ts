import { eq, type ReadonlyDrizzle } from "ponder";
import type { Deployment } from "../../sdk/deployment.ts";
import * as tables from "../ponder.schema.ts";

export type Database = ReadonlyDrizzle<typeof tables>;
export type Head = typeof tables.head.$inferSelect;

/** What the resolvers of one query share. */
export interface QueryContext {
  db: Database;
  deployment: Deployment;
  /** The last block that is folded in when the query starts; undefined before the first. */
  head: Head | undefined;
  /** The server's clock, unix seconds. */
  now: () => number;
}

/** The last block whose events are folded into the tables. */
export async function readHead(db: Database, { chainId }: Deployment): Promise<Head | undefined> {
  const [row] = await db.select().from(tables.head).where(eq(tables.head.chainId, chainId));
  return row;
}
