import { sleepUntil } from "./sleepUntil.ts";

/** Hands out sending times no closer than the declared rate allows: a 429 below that rate is then the model's failure, not ours. */
export class Pacer {
  readonly #interval: number;
  readonly #clock: () => number;
  #next = 0;

  /** @param clock microseconds since the run began */
  constructor(requestsPerSecond: number, clock: () => number) {
    this.#interval = 1_000_000 / requestsPerSecond;
    this.#clock = clock;
  }

  /** Waits for the next free slot. @returns its time in integer microseconds */
  async slot(signal?: AbortSignal): Promise<number> {
    const now = this.#clock();
    const slot = Math.max(now, this.#next);
    this.#next = slot + this.#interval;
    await sleepUntil(slot, this.#clock, signal);
    return Math.floor(slot);
  }
}
