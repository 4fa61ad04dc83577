import type { Policy } from "../../../domain/policy.ts";
import type { History } from "./behaviour.ts";
import { type Future, futureOf, horizon, type Rules, type Strategy, weightWithin } from "./future.ts";

/** What an owner who stays does; the better of them is what leaving, and many versions, have to beat. */
const staying = ["stay", "version"] as const satisfies readonly Strategy[];
const washing = ["daily versions", "paced versions"] as const satisfies readonly Strategy[];

/** Days over which routing weight is added up. */
export const spans = [60, 120] as const;

export interface Comparison {
  readonly history: History;
  readonly futures: Readonly<Record<Strategy, Future>>;
  /** The property, once for each way to compare: true where leaving gains nothing. */
  readonly holds: Readonly<Record<Measure, boolean>>;
}

/**
 * Ways to compare leaving with the best of staying: the day of admission, or the weight within 60 and within 120 days; with the one bond,
 * with a second one that lay idle, or with a second one that would otherwise stand behind the old name.
 */
export const measures = [
  "days, one bond",
  "weight, one bond",
  "days, idle second bond",
  "weight, same capital",
  "weight, idle second bond",
  "days, many versions",
  "weight, many versions",
] as const;
export type Measure = (typeof measures)[number];

/** What must not pay under the default standards (docs/decisions/0018). */
export const weightMeasures = measures.filter((measure) => measure.startsWith("weight"));

export function compare(history: History, rules: Rules): Comparison {
  const future = (strategy: Strategy) => futureOf(history, strategy, rules);
  const futures = {
    stay: future("stay"),
    version: future("version"),
    "daily versions": future("daily versions"),
    "paced versions": future("paced versions"),
    leave: future("leave"),
    "second bond": future("second bond"),
  };
  return { history, futures, holds: verdicts(futures, rules) };
}

function verdicts(futures: Readonly<Record<Strategy, Future>>, rules: Rules): Record<Measure, boolean> {
  const { leave, "second bond": second } = futures;
  const stays = staying.map((strategy) => futures[strategy]);
  const soonest = Math.min(...stays.map(dayOf));
  const inAllSpans = (gain: (days: number) => boolean) => spans.every(gain);
  const best = (days: number) => Math.max(...stays.map((future) => weightWithin(future, days)));
  return {
    "days, one bond": soonest <= dayOf(leave),
    "weight, one bond": inAllSpans((days) => best(days) >= weightWithin(leave, days)),
    "days, idle second bond": soonest <= dayOf(second),
    "weight, same capital": inAllSpans((days) => twoBonds(rules.policy) * best(days) >= joined(second, days, rules)),
    "weight, idle second bond": inAllSpans((days) => best(days) >= weightWithin(second, days)),
    "days, many versions": soonest <= Math.min(...washing.map((strategy) => dayOf(futures[strategy]))),
    "weight, many versions": inAllSpans((days) => washing.every((s) => best(days) >= weightWithin(futures[s], days))),
  };
}

/** Day of admission; past the horizon where it does not come. */
export function dayOf({ admittedOn }: Future): number {
  return admittedOn ?? horizon + 1;
}

/** Stake factor of two smallest bonds over that of one: how much the second adds. */
export function twoBonds({ bondMin, halfSaturation }: Pick<Policy, "bondMin" | "halfSaturation">): number {
  const factor = (bonds: bigint) => Number(bonds * bondMin) / Number(bonds * bondMin + halfSaturation);
  return factor(2n) / factor(1n);
}

/** Weight of the new name when the old bond joins it as soon as it can leave. */
function joined(future: Future, days: number, { policy, unbondingDays }: Rules): number {
  const before = weightWithin(future, Math.min(days, unbondingDays));
  return before + twoBonds(policy) * (weightWithin(future, days) - before);
}

/** How many of the comparisons break the property in a measure. */
export function broken(comparisons: readonly Comparison[], measure: Measure): number {
  return comparisons.filter(({ holds }) => !holds[measure]).length;
}
