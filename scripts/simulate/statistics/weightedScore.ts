import { binomial, convolve } from "../score/binomial.ts";
import { type Outcome, spread } from "../score/evaluatorScore.ts";

/**
 * What one evaluator scores a family whose items have these weights, lowest score first: Σ weight · x / Σ weight, floored. Items are
 * independent and right or wrong; of all ways to grade items with this mean it is the one that spreads the most.
 */
export function weightedScore(weights: readonly number[], rate: number): Outcome[] {
  const distinct = [...new Set(weights)].sort((a, b) => a - b);
  const chances = distinct
    .map((weight) => spread(binomial(weights.filter((it) => it === weight).length, rate), weight))
    .reduce(convolve);
  const most = chances.length - 1;
  return chances.map((chance, points) => ({ scoreBps: Math.floor((10_000 * points) / most), chance }));
}
