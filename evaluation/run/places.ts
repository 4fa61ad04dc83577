/** Places in flight: bounds how many requests are under way at once. Who waits gets the next one, first come first served. */
export class Places {
  readonly #clock: () => number;
  readonly #waiting: ((freeSince: number) => void)[] = [];
  #left: number;

  /** @param clock microseconds since the run began */
  constructor(count: number, clock: () => number) {
    this.#left = count;
    this.#clock = clock;
  }

  /** Takes a place as soon as there is one. @returns when it became free; 0 when one was free at once */
  take(): Promise<number> {
    if (this.#left > 0) {
      this.#left -= 1;
      return Promise.resolve(0);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a place back. */
  free(): void {
    const next = this.#waiting.shift();
    if (next) next(this.#clock());
    else this.#left += 1;
  }
}
