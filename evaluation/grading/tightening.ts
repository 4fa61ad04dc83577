import { families } from "../../domain/families.ts";
import type { Tightening } from "../evaluation.ts";
import { fullGrade } from "./grade.ts";
import { isRight } from "./gradeItem.ts";
import type { ItemVerdict } from "./itemVerdicts.ts";
import type { Verdict } from "./judge.ts";

/**
 * Follows the questions that were both repeated and perturbed (the perturbation item with the same number has the repeat item's
 * request) through ever tighter standards.
 * @param items of the whole run, in plan order
 */
export function tighteningOf(items: readonly ItemVerdict[]): Tightening {
  const repeats = items.filter(({ item }) => item.family === "R");
  const perturbations = items.filter(({ item }) => item.family === "P");
  const byPrompt = new Map(repeats.map((repeat) => [repeat.item.probes[0]?.prompt, repeat]));
  const questions = perturbations.flatMap((perturbation) => {
    const repeat = byPrompt.get(perturbation.item.probes[0]?.prompt);
    return repeat?.isCounted && perturbation.isCounted ? [{ repeat, perturbation }] : [];
  });
  const loose = questions.filter(({ repeat }) => repeat.firsts[0]?.isLooselyRight);
  const strict = loose.filter(({ repeat }) => isRight(repeat.firsts[0]));
  const repeated = strict.filter(({ repeat }) => repeat.firsts.every(isRight));
  const perturbed = repeated.filter(({ perturbation }) => perturbation.firsts.every(isRight));
  return {
    questions: questions.length,
    loose: loose.length,
    strict: strict.length,
    repeated: repeated.length,
    perturbed: perturbed.length,
  };
}

/** Lowest over mean score of the measured families, floored; bps. 0 when every score is 0. */
export function evennessOf({ sums, counts }: Pick<Verdict, "sums" | "counts">): number {
  const scores = families.flatMap((_, lane) => {
    const denominator = counts[lane] ?? 0;
    return denominator === 0 ? [] : [Math.floor((sums[lane] ?? 0) / denominator)];
  });
  const total = scores.reduce((sum, score) => sum + score, 0);
  return total === 0 ? 0 : Math.floor((fullGrade * Math.min(...scores) * scores.length) / total);
}
