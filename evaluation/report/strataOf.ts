import { isRight } from "../grading/gradeItem.ts";
import type { ItemVerdict } from "../grading/itemVerdicts.ts";

/** First attempts of one kind. */
export interface Stratum {
  readonly family: string;
  readonly stratum: string;
  readonly right: number;
  readonly failed: number;
  /** Sent or not; items that do not count are left out. */
  readonly of: number;
}

/** First attempts by family and stratum, in the order of the plan. Turns that are not graded are not counted. */
export function strataOf(items: readonly ItemVerdict[]): Stratum[] {
  const strata = new Map<string, Stratum>();
  for (const { item, firsts, isCounted } of items) {
    if (!isCounted) continue;
    item.probes.forEach(({ stratum, grader }, index) => {
      if (grader === "turn") return;
      const { family } = item;
      const key = `${family}/${stratum}`;
      const before = strata.get(key) ?? { family, stratum, right: 0, failed: 0, of: 0 };
      const first = firsts[index];
      strata.set(key, {
        ...before,
        right: before.right + Number(isRight(first)),
        failed: before.failed + Number(first === undefined || first.failure !== null),
        of: before.of + 1,
      });
    });
  }
  return [...strata.values()];
}
