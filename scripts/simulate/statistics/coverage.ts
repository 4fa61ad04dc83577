import { sum } from "../score/binomial.ts";
import type { Outcome } from "../score/evaluatorScore.ts";

/** Where a bound holds least often, and how often it does there. */
export interface Coverage {
  /** Chance that the bound is not above the true rate. */
  readonly chance: number;
  /** That true rate, 0..1. */
  readonly rate: number;
}

export interface Bound {
  /** Scores and their chances when the true rate is `rate`; a higher rate must never make a low score likelier. */
  readonly outcomesAt: (rate: number) => readonly Outcome[];
  /** Lower bound of a score, bps; never falls when the score rises. */
  readonly boundOf: (scoreBps: number) => number;
}

/**
 * The smallest chance, over every true rate from `from` up, that a lower bound is not above it. Exact without a grid: between two
 * values of the bound the chance falls with the rate, so it is smallest just below one of them.
 * @returns Undefined when the bound never reaches `from`.
 */
export function worstCoverage({ outcomesAt, boundOf }: Bound, from: number): Coverage | undefined {
  const bounds = new Set(outcomesAt(0.5).map(({ scoreBps }) => boundOf(scoreBps)));
  const candidates = [...bounds].filter((bound) => bound > 0 && bound / 10_000 >= from);
  const chances = candidates.map((bound): Coverage => {
    const rate = bound / 10_000;
    const below = outcomesAt(rate).filter(({ scoreBps }) => boundOf(scoreBps) < bound);
    return { chance: sum(below.map(({ chance }) => chance)), rate };
  });
  return chances.toSorted((a, b) => a.chance - b.chance)[0];
}

/** Chance that the bound is not above the true rate, at that rate. */
export function coverageAt({ outcomesAt, boundOf }: Bound, rate: number): number {
  const covered = outcomesAt(rate).filter(({ scoreBps }) => boundOf(scoreBps) <= 10_000 * rate);
  return sum(covered.map(({ chance }) => chance));
}

/** Mean of `coverageAt` over rates spread evenly over from..1. */
export function meanCoverage(bound: Bound, from: number, points = 200): number {
  const rates = Array.from({ length: points }, (_, i) => from + ((1 - from) * (i + 0.5)) / points);
  return sum(rates.map((rate) => coverageAt(bound, rate))) / points;
}
