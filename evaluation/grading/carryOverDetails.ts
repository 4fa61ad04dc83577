import type { Details, Share } from "../evaluation.ts";
import { controlOf } from "../plan/unitsOf.ts";
import { fullGrade } from "./grade.ts";
import { isRight } from "./gradeItem.ts";
import type { ItemVerdict } from "./itemVerdicts.ts";

/** What depth does to conversations, and to the same operations in one message. */
export function carryOverDetails(items: readonly ItemVerdict[], maxDepth: number): Details["carryOver"] {
  const byDepth = (right: (item: ItemVerdict) => boolean): Share[] =>
    Array.from({ length: maxDepth }, (_, index) => {
      const own = items.filter(({ item }) => item.weight === index + 1);
      return { right: own.filter(right).length, of: own.length };
    });
  const conversations = byDepth(({ grade }) => grade === fullGrade);
  return {
    conversations,
    controls: byDepth(({ firsts }) => isRight(controlOf(firsts))),
    cliff: cliffOf(conversations),
  };
}

/** The first depth whose share is less than half of depth 1's: 2·r_d·n_1 < r_1·n_d. Null when there is none. */
export function cliffOf([first, ...deeper]: readonly Share[]): number | null {
  const found = deeper.findIndex(({ right, of }) => first !== undefined && 2 * right * first.of < first.right * of);
  return found < 0 ? null : found + 2;
}
