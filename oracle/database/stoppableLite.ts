import { type ExecProtocolOptions, PGlite, type PGliteOptions } from "@electric-sql/pglite";
import { DatabaseLostError } from "./database.ts";

/**
 * A PGlite that notices when its Postgres has ended, as it does when it cannot write its log. Whoever asked it again would never be answered,
 * and the processor be kept busy for ever: PGlite itself does, to roll back or to end a message.
 */
export class StoppableLite extends PGlite {
  /** Comes true when it has stopped. */
  readonly lost: Promise<DatabaseLostError>;
  readonly #lose: (error: DatabaseLostError) => void;
  #loss: DatabaseLostError | undefined;

  constructor(options: PGliteOptions) {
    super(options);
    const { promise, resolve } = Promise.withResolvers<DatabaseLostError>();
    this.lost = promise;
    this.#lose = resolve;
  }

  /** Every message to Postgres comes through here. */
  override async execProtocolStream(message: Uint8Array, options?: ExecProtocolOptions) {
    if (this.#loss) throw this.#loss;
    try {
      return await super.execProtocolStream(message, options);
    } catch (cause) {
      if (!isStop(cause)) throw cause;
      this.#loss = new DatabaseLostError(
        `the database ${this.dataDir} has stopped (${cause.message}): make room on its disk, or see what ails it, and start again`,
        { cause },
      );
      this.#lose(this.#loss);
      throw this.#loss;
    }
  }

  /** Leaves what has stopped as it is. */
  override async close(): Promise<void> {
    if (!this.#loss) await super.close();
  }
}

/** Postgres has ended, or the machine it runs on, and not only the statement. */
function isStop(cause: unknown): cause is Error {
  if (!(cause instanceof Error)) return false;
  return cause.name === "RuntimeError" || ("severity" in cause && ["PANIC", "FATAL"].includes(`${cause.severity}`));
}
