import { binomial, sum } from "../score/binomial.ts";

/** Chances, per item, that an answer turns from right to wrong and from wrong to right between two versions. */
export interface Flips {
  readonly worse: number;
  readonly better: number;
}

/** A penalty in basis points and its chance. */
export interface Penalty {
  readonly penaltyBps: number;
  readonly chance: number;
}

/**
 * Exact distribution of the regression penalty over `items` paired items.
 * @param penaltyOf The rule: items that became worse, items that became better, items in all → bps.
 */
export function penalties(
  items: number,
  { worse, better }: Flips,
  penaltyOf: (became: { worse: number; better: number; items: number }) => number,
): Penalty[] {
  const changed = binomial(items, worse + better);
  return changed.flatMap((chanceOfChanged, changes) =>
    binomial(changes, worse / (worse + better)).map((chance, count) => ({
      penaltyBps: penaltyOf({ worse: count, better: changes - count, items }),
      chance: chanceOfChanged * chance,
    })),
  );
}

/** Chance of any penalty at all. */
export function alarmChance(outcomes: readonly Penalty[]): number {
  return sum(outcomes.filter(({ penaltyBps }) => penaltyBps > 0).map(({ chance }) => chance));
}

export function meanPenaltyBps(outcomes: readonly Penalty[]): number {
  return sum(outcomes.map(({ penaltyBps, chance }) => penaltyBps * chance));
}
