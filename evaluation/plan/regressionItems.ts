import type { Hex } from "../../domain/hex.ts";
import { draw } from "../../domain/seed.ts";
import { EvaluationError } from "../evaluationError.ts";
import type { PreviousRun } from "./previousRun.ts";
import type { PlannedItem } from "./probe.ts";

/** The header names questions of the version before that the seed does not demand. */
export class RegressionDrawError extends EvaluationError {
  constructor(nth: number, candidate: number | undefined, expected: number | undefined) {
    super(`question ${nth} asked again is candidate ${candidate}, the seed demands ${expected ?? "no further one"}`);
  }
}

/** What decides which questions are asked again. */
export interface RegressionDraw {
  readonly seed: Hex;
  /** Questions asked at most. */
  readonly count: number;
}

/** Which candidates are asked again: the first `count` of a Fisher–Yates shuffle from the front. */
export function drawCandidates({ seed, count }: RegressionDraw, candidates: number): number[] {
  const moved = new Map<number, number>();
  return Array.from({ length: Math.min(count, candidates) }, (_, place) => {
    const other = place + Number(draw(seed, "regression", BigInt(place)) % BigInt(candidates - place));
    const drawn = moved.get(other) ?? other;
    moved.set(other, moved.get(place) ?? place);
    return drawn;
  });
}

/**
 * The items of V.
 * @throws RegressionDrawError
 */
export function regressionItems(drawn: RegressionDraw, previous: PreviousRun | undefined): PlannedItem[] {
  if (!previous) return [];
  const demanded = drawCandidates(drawn, previous.candidates);
  for (let nth = 0; nth < Math.max(demanded.length, previous.asked.length); nth++) {
    const candidate = previous.asked[nth]?.candidate;
    if (candidate !== demanded[nth]) throw new RegressionDrawError(nth, candidate, demanded[nth]);
  }
  return previous.asked.map(({ passed, prompt, salt, grader, truth, expected }) => ({
    family: "V",
    probes: [{ prompt, stratum: passed ? "passed-before" : "failed-before", salt, grader, truth, expected }],
    weight: 1,
    laps: [0],
  }));
}
