import { type RunningProcess, startProcess } from "../../oracle/runProcess.ts";

/** A node whose supervisor starts it again whenever it dies. */
export interface PersistentNode {
  /** kill -9; false when it is not up just now. */
  kill(): boolean;
  /** Waits until it is up. */
  up(): Promise<void>;
  pid(): number | undefined;
  /** Why it could not be started any more. */
  failure(): Error | undefined;
  /** Starts that were refused, because a fault hit the node before it was ready. */
  readonly refused: () => number;
  /** SIGTERM. @returns the exit code. */
  stop(): Promise<number | null>;
}

const refusedInARow = 25;

/** @throws (from `up` and `stop`) when it could not be started so many times in a row, with what it said. */
export function startPersistentNode(config: string): PersistentNode {
  let running: RunningProcess | undefined;
  let stopping = false;
  let refused = 0;
  let failure: Error | undefined;
  let whenUp = newPromise();
  const started = async (): Promise<RunningProcess> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await startProcess("oracle/main.ts", config);
      } catch (error) {
        refused += 1;
        if (tries === refusedInARow) throw error;
      }
    }
  };
  const down = (): void => {
    if (!running) return;
    running = undefined;
    whenUp = newPromise();
  };
  const supervise = async (): Promise<number | null> => {
    for (;;) {
      running = await started();
      whenUp.resolve();
      const code = await running.exited;
      down();
      if (stopping) return code;
    }
  };
  const supervised = supervise();
  supervised.catch((error: Error) => {
    failure = error;
    whenUp.reject(error);
  });
  return {
    kill() {
      if (!running) return false;
      void running.stop("SIGKILL");
      down();
      return true;
    },
    up: () => whenUp.promise,
    pid: () => running?.pid,
    failure: () => failure,
    refused: () => refused,
    async stop() {
      await whenUp.promise;
      stopping = true;
      void running?.stop("SIGTERM");
      return supervised;
    },
  };
}

function newPromise() {
  const made = Promise.withResolvers<void>();
  // Whoever waits is told; if nobody does, nobody need be.
  made.promise.catch(() => undefined);
  return made;
}
