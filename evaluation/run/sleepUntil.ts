import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until `clock` shows `time` (microseconds), or is less than a millisecond short of it: timers count in milliseconds.
 * @throws what `signal` was aborted with
 */
export async function sleepUntil(time: number, clock: () => number, signal?: AbortSignal): Promise<void> {
  const waitMs = (time - clock()) / 1000;
  if (waitMs >= 1) await sleep(Math.ceil(waitMs), undefined, signal ? { signal } : {});
}
