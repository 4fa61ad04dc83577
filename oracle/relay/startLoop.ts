import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import { decodeError } from "../../sdk/index.ts";

export interface Loop {
  /** Works again at once, or once more after the work that is under way. */
  wake(): void;
  stopped(): boolean;
  /** Ends after the work that is under way. */
  stop(): Promise<void>;
}

/**
 * Works until it is stopped.
 * @param work Gives the milliseconds to rest before the next time. When it fails, that is logged and tried again.
 * @param retryMs Milliseconds to rest after a failure.
 */
export function startLoop(work: () => Promise<number>, retryMs: number, log: Logger): Loop {
  const stopping = new AbortController();
  let rest = new AbortController();
  let lastFailure: string | undefined;

  const attempt = async (): Promise<number> => {
    try {
      const restMs = await work();
      lastFailure = undefined;
      return restMs;
    } catch (error) {
      const failure = decodeError(error);
      if (failure !== lastFailure) log.warn(`transactions rest: ${failure}`);
      lastFailure = failure;
      return retryMs;
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      rest = new AbortController();
      const { signal } = rest;
      const restMs = await attempt();
      if (!stopping.signal.aborted) await delay(restMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();

  return {
    wake: () => rest.abort(),
    stopped: () => stopping.signal.aborted,
    async stop() {
      stopping.abort();
      rest.abort();
      await running;
    },
  };
}
