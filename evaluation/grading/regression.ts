import { sqrtUp } from "../../domain/integers.ts";
import { fullGrade } from "./grade.ts";

/** The same questions to the version before and to this one. */
export interface PairedCounts {
  readonly asked: number;
  /** Right before, wrong now. */
  readonly broken: number;
  /** Wrong before, right now. */
  readonly mended: number;
}

/**
 * max(0, 10000·(b − c)/n − 20000·√(b + c)/n), floored; bps. What remains of the loss once two standard errors of chance are taken
 * off: a version that is no worse pays next to nothing.
 */
export function regressionPenalty({ asked, broken, mended }: PairedCounts): number {
  if (asked === 0 || broken <= mended) return 0;
  const chance = Number(sqrtUp(400_000_000n * BigInt(broken + mended)));
  return Math.max(0, Math.floor((fullGrade * (broken - mended) - chance) / asked));
}

/**
 * Takes `penalty` bps of the score out of one family's numerators, in proportion to what each item has: the total falls by exactly
 * penalty·denominator (or to 0), every item stays at least 0, and the root's lanes are still the posted numerators.
 * @param points each item's part of the numerator
 * @param denominator of the family
 */
export function penalised(points: readonly number[], denominator: number, penalty: number): number[] {
  const total = points.reduce((sum, point) => sum + point, 0);
  const taken = Math.min(total, penalty * denominator);
  if (taken === 0) return [...points];
  let before = 0;
  return points.map((point) => {
    const share = (part: number) => Number((BigInt(part) * BigInt(taken)) / BigInt(total));
    const rest = point - (share(before + point) - share(before));
    before += point;
    return rest;
  });
}
