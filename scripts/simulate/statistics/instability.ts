import { binomial, sum } from "../score/binomial.ts";
import { majority } from "../score/failChance.ts";

/** Shares of items that go wrong in a model that is stable and in one that is not. */
export interface Alternatives {
  readonly stable: number;
  readonly unstable: number;
}

export interface Decision {
  /** Items that may go wrong for a model to count as stable: each evaluator's, or all evaluators' together. */
  readonly most: number;
  /** Chance that a stable model counts as unstable. */
  readonly falseAlarm: number;
  /** Chance that an unstable one counts as stable. */
  readonly miss: number;
}

/** What a count of wrong items decides when the larger of the two mistakes is made as small as it gets. */
export function bestDecision(items: number, { stable, unstable }: Alternatives, evaluators = 1): Decision {
  const [calm, shaky] = [binomial(items, stable), binomial(items, unstable)];
  let best: Decision = { most: 0, falseAlarm: 1, miss: 1 };
  for (let most = 0; most < items; most++) {
    // Each tail is summed by itself, so that small ones stay exact.
    const falseAlarm = majority(sum(calm.slice(most + 1)), evaluators);
    const miss = majority(sum(shaky.slice(0, most + 1)), evaluators);
    if (larger({ falseAlarm, miss }) < larger(best)) best = { most, falseAlarm, miss };
    else if (miss > larger(best)) break;
  }
  return best;
}

/** The fewest items with which neither mistake is likelier than `level`. */
export function itemsNeeded(level: number, alternatives: Alternatives): number {
  for (let items = 1; items <= 2_000; items++) {
    if (larger(bestDecision(items, alternatives)) <= level) return items;
  }
  throw new RangeError(`more than 2,000 items are needed for a level of ${level}`);
}

export function larger({ falseAlarm, miss }: Pick<Decision, "falseAlarm" | "miss">): number {
  return Math.max(falseAlarm, miss);
}
