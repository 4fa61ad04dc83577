/**
 * Whether an endpoint has failed so many probes in a row, each with all its attempts, that asking on would only cost time.
 * What is left of the plan then counts as failed: giving up is never to a model's advantage.
 */
export class Abandonment {
  readonly #after: number;
  #inARow = 0;

  constructor(after: number) {
    this.#after = after;
  }

  /** Notes a probe that is over, in the order of the records. Once reached, a late success changes nothing. */
  note(succeeded: boolean): void {
    if (this.reached) return;
    this.#inARow = succeeded ? 0 : this.#inARow + 1;
  }

  get reached(): boolean {
    return this.#inARow >= this.#after;
  }
}
