import type { Plan } from "../plan/plan.ts";
import type { Item } from "../plan/probe.ts";
import type { Observation } from "../run/observation.ts";
import { type FirstAttempts, pointsOf } from "./gradeItem.ts";

/** An item and its grade, before it is known what else it counts for. */
export interface GradedItem {
  readonly item: Item;
  readonly firsts: FirstAttempts;
  readonly observations: readonly Observation[];
  readonly isVoid: boolean;
  /** Its part of the family's numerator, 0..10000·weight. */
  readonly points: number;
}

export function gradedItem(
  item: Item,
  unsorted: readonly Observation[],
  { plan, isVoid }: { plan: Plan; isVoid: (observation: Observation) => boolean },
): GradedItem {
  const observations = [...unsorted].sort((a, b) => a.probe - b.probe || a.attempt - b.attempt);
  const firsts: (Observation | undefined)[] = item.probes.map(() => undefined);
  for (const seen of observations) if (seen.attempt === 0) firsts[seen.probe] = seen;
  const voided = firsts.some((first) => first && isVoid(first));
  const points = voided ? 0 : pointsOf(item, firsts, plan.serviceLevelMs);
  return { item, firsts, observations, isVoid: voided, points };
}
