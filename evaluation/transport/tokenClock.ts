/** When the text of a streamed reply came, in integer microseconds. Gaps are those between consecutive tokens, nearest rank; 0 for a single token. */
export interface TokenTimes {
  /** Deltas that held text; follows from the body. */
  readonly tokens: number;
  /** When the first one came, since the run began. */
  readonly firstToken: number;
  readonly gapP50: number;
  readonly gapP95: number;
  readonly gapMax: number;
}

/** Notes when tokens arrive. Holds one number a token, so at most as many as the body bound lets through. */
export class TokenClock {
  readonly #gaps: number[] = [];
  #tokens = 0;
  #first = 0;
  #last = 0;

  /** @param tokens how many there are by now; those that come together have no gap between them */
  note(tokens: number, now: number): void {
    for (; this.#tokens < tokens; this.#tokens++) {
      if (this.#tokens === 0) this.#first = now;
      else this.#gaps.push(now - this.#last);
      this.#last = now;
    }
  }

  /** Null while nothing came. */
  times(): TokenTimes | null {
    if (this.#tokens === 0) return null;
    const gaps = this.#gaps.sort((a, b) => a - b);
    const rank = (percent: number) => gaps[Math.ceil((percent * gaps.length) / 100) - 1] ?? 0;
    return { tokens: this.#tokens, firstToken: this.#first, gapP50: rank(50), gapP95: rank(95), gapMax: rank(100) };
  }
}
