/** What one more item does to the evidence, and how likely. */
export interface Increment {
  /** Integer, unit 1e-6 nat. */
  readonly microNats: number;
  readonly chance: number;
}

/** Evidence at or beyond a boundary ends the run. Integers, unit 1e-6 nat. */
export interface Boundaries {
  readonly lower: number;
  readonly upper: number;
  /** Items after which the run ends anyway. */
  readonly items: number;
}

export interface SequentialOutcome {
  /** Chances that the run ends at the lower boundary, at the upper one, and that it asks all items. */
  readonly lower: number;
  readonly upper: number;
  readonly complete: number;
  /** Expected number of items that are asked. */
  readonly items: number;
}

/**
 * Operating characteristic of a sequential probability ratio test, exact: the chance of every sum of evidence, item by item.
 * Sums are integers, so that different orders of the same answers meet in one state.
 */
export function sequentialOutcome(
  increments: readonly Increment[],
  { lower, upper, items }: Boundaries,
): SequentialOutcome {
  let open = new Map([[0, 1]]);
  let [atLower, atUpper, expected, left] = [0, 0, 0, 1];
  for (let item = 0; item < items; item++) {
    expected += left;
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
    left = [...open.values()].reduce((total, chance) => total + chance, 0);
  }
  return { lower: atLower, upper: atUpper, complete: left, items: expected };
}
