/** One place in a rotation: whose turn it is, and how often it was before within the round. */
interface Turn {
  readonly index: number;
  readonly before: number;
}

/**
 * Whose turn it is, for any number of turns: everybody comes as often as its weight says, spread as evenly as it goes (smooth weighted
 * round-robin), so that a short run meets everybody too.
 */
export class Rotation {
  readonly #round: readonly Turn[];
  readonly #weights: readonly number[];

  /** @param weights integers ≥ 0, at least one of them above 0 */
  constructor(weights: readonly number[]) {
    this.#weights = weights;
    this.#round = roundOf(weights);
  }

  /** @returns who is next, and how many turns it had before this one */
  at(turn: number): { readonly index: number; readonly nth: number } {
    const { index, before } = this.#round[turn % this.#round.length] ?? { index: 0, before: 0 };
    const rounds = Math.floor(turn / this.#round.length);
    return { index, nth: rounds * (this.#weights[index] ?? 0) + before };
  }
}

function roundOf(weights: readonly number[]): Turn[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const credit = weights.map(() => 0);
  const taken = weights.map(() => 0);
  return Array.from({ length: total }, () => {
    weights.forEach((weight, index) => {
      credit[index] = (credit[index] ?? 0) + weight;
    });
    const index = credit.indexOf(Math.max(...credit));
    credit[index] = (credit[index] ?? 0) - total;
    const before = taken[index] ?? 0;
    taken[index] = before + 1;
    return { index, before };
  });
}

/** A pack's weight, shared by what it has: twelve divides evenly by one to four. */
export function shared<T>(parts: readonly T[], weight: number): (readonly [T, number])[] {
  return parts.map((part) => [part, (12 * weight) / parts.length] as const);
}
