import type { Database, Queryable } from "../database/openDatabase.ts";

/** Statements of at most so many callers go into one transaction: nobody waits long behind the others. */
const maxTogether = 64;

interface Waiting<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Writes what comes while a transaction is under way in the next one, together: a transaction costs a flush to disk however much is in
 * it. The waiting line is as long as there are requests under way at most.
 * @param write Writes one input; a database error fails everything that is written together with it.
 * @returns A function whose result comes true when the input is committed.
 */
export function createGroupCommit<Input, Output>(
  database: Database,
  write: (tx: Queryable, input: Input) => Promise<Output>,
): (input: Input) => Promise<Output> {
  let waiting: Waiting<Input, Output>[] = [];
  let isRunning = false;

  const commit = async (together: readonly Waiting<Input, Output>[]): Promise<void> => {
    try {
      const outputs = await database.transaction(async (tx) => {
        const written: Output[] = [];
        for (const { input } of together) written.push(await write(tx, input));
        return written;
      });
      for (const [i, output] of outputs.entries()) together[i]?.resolve(output);
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  };

  const run = async (): Promise<void> => {
    isRunning = true;
    while (waiting.length > 0) {
      const together = waiting.slice(0, maxTogether);
      waiting = waiting.slice(maxTogether);
      await commit(together);
    }
    isRunning = false;
  };

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (!isRunning) void run();
    });
}
