/** What one more item does to the evidence, and how likely. */
export interface Increment {
  /** Integer, unit 1e-6 nat. */
  readonly microNats: number;
  readonly chance: number;
}

/** Evidence at or beyond a boundary decides for good. Integers, unit 1e-6 nat. */
export interface Boundaries {
  readonly lower: number;
  readonly upper: number;
  /** Items at most. */
  readonly items: number;
}

/** Chances that a test has decided by its n-th item, for n from 0 up. */
export interface SequentialPath {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/**
 * A sequential probability ratio test, exact: the chance of every sum of evidence, item by item. Sums are integers, so that different
 * orders of the same answers meet in one state.
 */
export function sequentialPath(increments: readonly Increment[], { lower, upper, items }: Boundaries): SequentialPath {
  let open = new Map([[0, 1]]);
  let [atLower, atUpper] = [0, 0];
  const path = { lower: [0], upper: [0] };
  for (let item = 0; item < items; item++) {
    const next = new Map<number, number>();
    for (const [sum, chance] of open) {
      for (const increment of increments) {
        const reached = sum + increment.microNats;
        const arriving = chance * increment.chance;
        if (reached <= lower) atLower += arriving;
        else if (reached >= upper) atUpper += arriving;
        else next.set(reached, (next.get(reached) ?? 0) + arriving);
      }
    }
    open = next;
    path.lower.push(atLower);
    path.upper.push(atUpper);
  }
  return path;
}

/** Expected number of items until a test has decided or has no more. */
export function expectedItems({ lower, upper }: SequentialPath): number {
  return lower.slice(0, -1).reduce((total, chance, item) => total + 1 - chance - (upper[item] ?? 0), 0);
}
