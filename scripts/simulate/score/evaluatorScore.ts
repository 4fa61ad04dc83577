import { binomial, convolve } from "./binomial.ts";

/** Families of the standard suite; R and J have the same counts, floors and shares. */
export const measured = ["R", "J", "C", "P", "E", "L", "T"] as const;
export type Measured = (typeof measured)[number];

/** A score in basis points and its chance. */
export interface Outcome {
  readonly scoreBps: number;
  readonly chance: number;
}

/** Items of the standard suite (docs/evaluation.md). */
const items = { R: 80, J: 80, P: 50, E: 60, L: 93 } as const;
export const suiteItems = 447;
/** First attempts of a standard run, the controls of C among them. */
export const primaries = 1_581;
/** Conversations of C for each depth 1..6; one of depth d counts d times. */
const conversations = 14;
const depths = [1, 2, 3, 4, 5, 6] as const;

/**
 * What one evaluator scores a family that is right at `rate`, lowest score first. Items are independent and right or wrong: of all
 * ways to grade items with this mean it is the one that spreads the most. The three requests of an item of L share its fate, as those
 * that wait in one queue do, and T is tried once an item, because requests of one item share its fate, too; a failed first try succeeds when repeated, so x of n first tries score n/(2n − x).
 * @param evaluators Runs whose items are pooled into one score.
 */
export function evaluatorScore(family: Measured, rate: number, evaluators = 1): Outcome[] {
  if (family === "C") return carryOver(rate, evaluators);
  if (family === "T") return firstTry(rate, evaluators * suiteItems);
  const trials = evaluators * items[family];
  return binomial(trials, rate).map((chance, k) => ({ scoreBps: Math.floor((10_000 * k) / trials), chance }));
}

/** Chance that a first try succeeds when the score of T is expected to be `score`, at least 1/2. */
export function firstTryRate(score: number): number {
  return 2 - 1 / score;
}

/** Retries of a run that scored `scoreBps` in T and failed nothing for good. */
export function retriesOf(scoreBps: number): number {
  return scoreBps === 0 ? primaries : Math.min(2 * primaries, Math.round((primaries * (10_000 - scoreBps)) / scoreBps));
}

function firstTry(rate: number, trials: number): Outcome[] {
  return binomial(trials, rate).map((chance, k) => ({
    scoreBps: Math.floor((10_000 * trials) / (2 * trials - k)),
    chance,
  }));
}

function carryOver(rate: number, evaluators: number): Outcome[] {
  const perDepth = binomial(conversations * evaluators, rate);
  const chances = depths.map((depth) => spread(perDepth, depth)).reduce(convolve);
  const most = chances.length - 1;
  return chances.map((chance, points) => ({ scoreBps: Math.floor((10_000 * points) / most), chance }));
}

/** The same chances for a count that is worth `step` points each. */
export function spread(chances: readonly number[], step: number): number[] {
  const points = new Array<number>((chances.length - 1) * step + 1).fill(0);
  for (const [count, chance] of chances.entries()) points[count * step] = chance;
  return points;
}
