import type { ReadonlyDrizzle } from "ponder";
import type { Deployment } from "../../sdk/deployment.ts";
import type * as tables from "../ponder.schema.ts";

export type Database = ReadonlyDrizzle<typeof tables>;
export type Head = typeof tables.head.$inferSelect;

/** What queries are answered from. */
export interface QuerySource {
  db: Database;
  deployment: Deployment;
  /** The server's clock, unix seconds. */
  now: () => number;
}

/** What the resolvers of one query share. */
export interface QueryContext extends QuerySource {
  /** The last block that is folded in when the query starts; undefined before the first. */
  head: Head | undefined;
  /** Number of the last block that no reorg can take back; undefined before the first. */
  finalizedBlock: bigint | undefined;
}
