import { binomial, convolve, sum } from "../score/binomial.ts";
import type { Outcome } from "../score/evaluatorScore.ts";

/** Evaluators that each add this much to the score they measured, bps; a score stays within 0..10000. */
export interface Liars {
  readonly count: number;
  readonly shiftBps: number;
}

/**
 * The score that a committee posts: exact distribution of the lower median of honest and shifted scores.
 * @param outcomes What one honest evaluator scores, lowest first.
 */
export function medianOutcomes(outcomes: readonly Outcome[], members: number, liars: readonly Liars[]): Outcome[] {
  const lying = liars.map(({ shiftBps, count }) => ({ count, outcomes: shifted(outcomes, shiftBps) }));
  const honest = members - sum(liars.map(({ count }) => count));
  const voices = [{ count: honest, outcomes }, ...lying].map((voice) => ({
    ...voice,
    upTo: cumulative(voice.outcomes),
  }));
  const scores = [...new Set(voices.flatMap((voice) => voice.outcomes.map(({ scoreBps }) => scoreBps)))];
  scores.sort((a, b) => a - b);
  const needed = (members + 1) >> 1;
  let before = 0;
  return scores.map((scoreBps) => {
    // The lower median is at most a score when at least half the members, rounded up, are.
    const counts = voices.map(({ count, upTo }) => binomial(count, Math.min(1, upTo(scoreBps)))).reduce(convolve);
    const chance = sum(counts.slice(needed));
    const outcome = { scoreBps, chance: chance - before };
    before = chance;
    return outcome;
  });
}

/** Expected score, bps. */
export function meanBps(outcomes: readonly Outcome[]): number {
  return sum(outcomes.map(({ scoreBps, chance }) => scoreBps * chance));
}

/** Standard deviation, bps. */
export function spreadBps(outcomes: readonly Outcome[]): number {
  const mean = meanBps(outcomes);
  return Math.sqrt(sum(outcomes.map(({ scoreBps, chance }) => (scoreBps - mean) ** 2 * chance)));
}

function shifted(outcomes: readonly Outcome[], shiftBps: number): Outcome[] {
  return outcomes.map(({ scoreBps, chance }) => ({
    scoreBps: Math.min(10_000, Math.max(0, scoreBps + shiftBps)),
    chance,
  }));
}

/** Chance of at most a score, by walking up: to be asked in rising order. */
function cumulative(outcomes: readonly Outcome[]): (scoreBps: number) => number {
  let [next, total] = [0, 0];
  return (scoreBps) => {
    for (let outcome = outcomes[next]; outcome && outcome.scoreBps <= scoreBps; outcome = outcomes[++next]) {
      total += outcome.chance;
    }
    return total;
  };
}
