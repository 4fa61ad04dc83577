import { sum } from "./binomial.ts";
import { drift } from "./drift.ts";
import { evaluatorScore, firstTryRate, type Measured } from "./evaluatorScore.ts";
import { majority } from "./failChance.ts";

/** Chances up to a value, rising to 1, and the value. */
type Ladder<Value> = readonly { readonly upTo: number; readonly value: Value }[];

/** Nodes of a drifting rate: enough that a draw among them has the mean and variance of the whole curve. */
const nodes = 120;

/**
 * Draws what a committee scores a family in a round, bps: the lower median of its members' scores, from its exact distribution.
 * @param rate Expected score of the family, 0..1.
 */
export function committeeDraw(
  family: Measured,
  rate: number,
  { members, correlation }: { members: number; correlation: number },
): (random: () => number) => number {
  const mean = family === "T" ? firstTryRate(rate) : rate;
  const rates = drift(mean, correlation, nodes);
  const scores = ladder(
    rates.map(({ chance, rate: ofRound }) => ({ chance, value: medianLadder(family, ofRound, members) })),
  );
  return (random) => pick(pick(scores, random()), random());
}

function medianLadder(family: Measured, rate: number, members: number): Ladder<number> {
  const outcomes = evaluatorScore(family, rate);
  let below = 0;
  return outcomes.map(({ scoreBps, chance }) => {
    below += chance;
    return { upTo: majority(below, members), value: scoreBps };
  });
}

function ladder<Value>(steps: readonly { chance: number; value: Value }[]): Ladder<Value> {
  const total = sum(steps.map(({ chance }) => chance));
  let upTo = 0;
  return steps.map(({ chance, value }) => {
    upTo += chance / total;
    return { upTo, value };
  });
}

/** The first value whose chances reach beyond `at`; the last one where rounding leaves the ladder short of 1. */
function pick<Value>(steps: Ladder<Value>, at: number): Value {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.upTo ?? 1) > at) high = middle;
    else low = middle + 1;
  }
  const step = steps[low];
  if (step === undefined) throw new RangeError("a ladder has at least one step");
  return step.value;
}
