/** What the stores need of a database: PGlite's and node-postgres' clients both have it. */
export interface Queryable {
  query<Row>(sql: string, parameters?: unknown[]): Promise<{ rows: Row[] }>;
}

/** Rows of statements that say nothing about their columns. */
export interface ReturnedRows {
  readonly rows: Record<string, unknown>[];
}

/** A Postgres database: in this process (PGlite) or on a server. */
export interface Database extends Queryable {
  /**
   * Runs `work` in one transaction: all of it is kept or none. Transactions of one process run one after another; `work` asks its own
   * Queryable only.
   * @throws DatabaseLostError when this process is not the database's holder any more.
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  /** One statement, or several without parameters, with the rows of all: what pg-boss asks of a database. */
  executeSql(text: string, values?: unknown[]): Promise<ReturnedRows>;
  /** Gives the room of forgotten rows back, and tells the planner how much there is of what. A server does that by itself. */
  tidy(): Promise<void>;
  /** Comes true when another copy may hold the database, or it has stopped: whoever uses it has to end. */
  readonly lost: Promise<DatabaseLostError>;
  close(): Promise<void>;
}

/** The database has stopped, or the hold on it is gone and another copy may have taken over: nothing may be written or signed any more. */
export class DatabaseLostError extends Error {
  override name = "DatabaseLostError";
}
