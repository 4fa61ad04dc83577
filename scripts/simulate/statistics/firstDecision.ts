import { families } from "../../../domain/families.ts";
import type { Policy } from "../../../domain/policy.ts";
import { birth, live } from "../life.ts";
import { sum } from "../score/binomial.ts";
import { evaluatorScore, firstTryRate, type Measured, primaries, retriesOf } from "../score/evaluatorScore.ts";
import { itemsOf } from "../score/failChance.ts";
import { judgedWord } from "./judgedWord.ts";
import { medianOutcomes } from "./liars.ts";

/** Scores rarer than this are left out: what they could add is far below what is shown. */
const negligible = 1e-13;

/**
 * Chance that a model is admitted by its first three daily rounds, when one family is right at a rate and the others are perfect.
 * Exact: a higher score in the third round never hurts, so for every pair of first scores one threshold tells the rest.
 */
export class FirstDecision {
  readonly #family: Measured;
  readonly #members: number;
  readonly #policy: Policy;
  readonly #thresholds = new Map<string, number>();

  constructor(family: Measured, members: number, policy: Policy) {
    this.#family = family;
    this.#members = members;
    this.#policy = policy;
  }

  /** @param rate Expected score of the family, 0..1. */
  admitted(rate: number): number {
    const outcomes = evaluatorScore(this.#family, this.#family === "T" ? firstTryRate(rate) : rate);
    const posted = medianOutcomes(outcomes, this.#members, []);
    const likely = posted.filter(({ chance }) => chance > negligible);
    const scores = posted.map(({ scoreBps }) => scoreBps);
    const chances: number[] = [];
    for (const first of likely) {
      for (const second of likely) {
        const threshold = this.#threshold(first.scoreBps, second.scoreBps, scores);
        const third = sum(posted.slice(threshold).map(({ chance }) => chance));
        chances.push(first.chance * second.chance * third);
      }
    }
    return sum(chances);
  }

  /** Place in `scores` (rising) of the lowest third score that admits; their number when none does. */
  #threshold(first: number, second: number, scores: readonly number[]): number {
    const key = `${first}/${second}`;
    const known = this.#thresholds.get(key);
    if (known !== undefined) return known;
    const twice = [first, second].reduce((life, score) => live(life, this.#word(score), this.#policy), birth(0n));
    let [low, high] = [0, scores.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (live(twice, this.#word(scores[middle] ?? 0), this.#policy).admitted) high = middle;
      else low = middle + 1;
    }
    this.#thresholds.set(key, low);
    return low;
  }

  #word(score: number): bigint {
    const lane = families.indexOf(this.#family);
    const retries = this.#family === "T" ? retriesOf(score) : 0;
    const scoreOf = (family: number) => (family === lane ? score : 10_000);
    const items = itemsOf(this.#members, this.#policy);
    return judgedWord({ items, attempts: primaries + retries, retries, scoreOf }, this.#policy);
  }
}
