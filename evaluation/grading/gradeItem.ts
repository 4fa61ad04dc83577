import { loadSteps } from "../plan/loadSteps.ts";
import type { Item } from "../plan/probe.ts";
import { turnsOf } from "../plan/unitsOf.ts";
import type { Observation } from "../run/observation.ts";
import { fullGrade } from "./grade.ts";

/** Attempt 0 of every probe of an item, in probe order; undefined where it was never sent. */
export type FirstAttempts = readonly (Observation | undefined)[];

/** P3: what c right answers of five are worth. */
const repeatPoints = [0, 0, 0, 1_000, 4_000, 10_000] as const;

/** What an item adds to its family's numerator, 0..10000·weight: exact integers, every division floors. */
export function pointsOf(item: Item, firsts: FirstAttempts, serviceLevelMs: number): number {
  switch (item.family) {
    case "R":
      return item.weight * gradeRepeat(firsts);
    case "P":
      return item.weight * gradePerturbation(firsts);
    case "J":
      return item.weight * (firsts[0]?.grade ?? 0);
    case "C":
      return item.weight * gradeCarryOver(turnsOf(firsts));
    case "L":
      return loadPoints(firsts, serviceLevelMs);
    case "E":
    case "V":
      return isRight(firsts[0]) ? item.weight * fullGrade : 0;
  }
}

export function isRight(first: Observation | undefined): boolean {
  return first?.grade === fullGrade;
}

/** Right at the first attempt and of use still: measured from the scheduled time, so that waiting for a place counts too. */
export function isGoodput(first: Observation | undefined, serviceLevelMs: number): boolean {
  return isRight(first) && first !== undefined && first.end - first.scheduled <= serviceLevelMs * 1000;
}

/** 10000·(g25 + 2·g50 + 3·g100), each g being 0 or 1. */
function loadPoints(firsts: FirstAttempts, serviceLevelMs: number): number {
  return loadSteps.reduce(
    (sum, { weight }, probe) => sum + (isGoodput(firsts[probe], serviceLevelMs) ? fullGrade * weight : 0),
    0,
  );
}

/** x = (7·P3 + 3·A)/10 with A = 1000·Σ C(m_v, 2) over equal answers of the five. */
function gradeRepeat(firsts: FirstAttempts): number {
  const points = repeatPoints[firsts.filter(isRight).length] ?? 0;
  return Math.floor((7 * points + 3 * agreement(firsts)) / 10);
}

/** 0..10000. An attempt that failed, or holds no answer, agrees with nothing. */
export function agreement(firsts: FirstAttempts): number {
  const sizes = new Map<string, number>();
  for (const first of firsts) {
    if (first && first.answer !== null) sizes.set(first.answer, (sizes.get(first.answer) ?? 0) + 1);
  }
  return [...sizes.values()].reduce((sum, size) => sum + (1_000 * size * (size - 1)) / 2, 0);
}

/** x = 5000·[all right] + 5000·right/6. */
function gradePerturbation(firsts: FirstAttempts): number {
  const right = firsts.filter(isRight).length;
  return (right === firsts.length ? 5_000 : 0) + Math.floor((5_000 * right) / firsts.length);
}

/** Exact, with no retry anywhere: every turn went through at once and the last answer is right. */
function gradeCarryOver(turns: FirstAttempts): number {
  const unbroken = turns.every((first) => first !== undefined && first.failure === null);
  return unbroken && isRight(turns.at(-1)) ? fullGrade : 0;
}
