import { setTimeout as delay } from "node:timers/promises";

/**
 * Waits until `look` finds something; a bound instead of a sleep.
 * @throws Error when it has found nothing for so many seconds
 */
export async function eventually<T>(what: string, seconds: number, look: () => Promise<T | undefined>): Promise<T> {
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(100);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}
