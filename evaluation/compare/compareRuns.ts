import { type Family, families } from "../../domain/families.ts";
import { EvaluationError } from "../evaluationError.ts";
import { fullGrade } from "../grading/grade.ts";
import type { ItemVerdict } from "../grading/itemVerdicts.ts";
import type { ReplayedRun } from "../replay/replayBlob.ts";
import { fisherTestMillionths, holm, type Proportion, signTestMillionths } from "./exactTests.ts";
import { type Interval, independentDifference, pairedDifference } from "./newcombe.ts";

/** Two runs that cannot be set side by side, and why. */
export class IncomparableRunsError extends EvaluationError {}

/** One family of two runs; differences are the second minus the first. */
export interface FamilyComparison {
  readonly family: Family;
  /** bps, as posted. */
  readonly scores: readonly [number, number];
  readonly difference: number;
  /** Items that are fully right; of T, items of which every first attempt went through. */
  readonly right: readonly [Proportion, Proportion];
  /** Of the difference of those shares, 95 %, rounded outward to bps. */
  readonly interval: Interval;
  /** Items that did better and worse in the second run; null when the runs did not ask the same. */
  readonly pairs: { readonly of: number; readonly better: number; readonly worse: number } | null;
  /** Chance of a difference at least as large between equals: exact, in millionths, rounded up. */
  readonly pMillionths: number;
  /** Together with the other families, at 5 % (Holm). */
  readonly significant: boolean;
  readonly verdict: "better" | "worse" | "same";
}

export interface Comparison {
  /** Families that both runs measured. */
  readonly families: readonly FamilyComparison[];
  readonly better: readonly Family[];
  readonly worse: readonly Family[];
  /** All items together, as one test at 5 %: many small differences in one direction. T, which counts the same items again, left out. */
  readonly overall: Pick<FamilyComparison, "right" | "pairs" | "pMillionths" | "verdict">;
  /** Whether any family was compared item by item. */
  readonly paired: boolean;
}

const levelMillionths = 50_000;
const bps = 10_000;

/**
 * Sets two runs of one suite side by side. Items are paired where both runs asked the same (same seed and profile), which tells
 * smaller differences apart; otherwise the shares are compared as independent samples.
 * @throws IncomparableRunsError
 */
export function compareRuns(first: ReplayedRun, second: ReplayedRun): Comparison {
  checkComparable(first, second);
  const both = families.filter(
    (family) => first.evaluation.families[family].measured && second.evaluation.families[family].measured,
  );
  const compared = both.map((family) => compareFamily(family, first, second));
  const significant = holm(
    compared.map(({ pMillionths }) => pMillionths),
    levelMillionths,
  );
  const results = compared.map(({ direction, ...rest }, index): FamilyComparison => {
    const counts = significant[index] === true && direction !== 0;
    return { ...rest, significant: counts, verdict: counts ? (direction > 0 ? "better" : "worse") : "same" };
  });
  const those = (verdict: string) => results.filter((entry) => entry.verdict === verdict).map(({ family }) => family);
  return {
    families: results,
    better: those("better"),
    worse: those("worse"),
    overall: overallOf(results.filter(({ family }) => family !== "T")),
    paired: results.some(({ pairs }) => pairs !== null),
  };
}

function overallOf(results: readonly FamilyComparison[]): Comparison["overall"] {
  const total = (part: (entry: FamilyComparison) => number) => results.reduce((sum, entry) => sum + part(entry), 0);
  const side = (place: 0 | 1): Proportion => ({
    right: total(({ right }) => right[place].right),
    of: total(({ right }) => right[place].of),
  });
  const right = [side(0), side(1)] as const;
  const pairs = results.every((entry) => entry.pairs !== null)
    ? {
        of: total((entry) => entry.pairs?.of ?? 0),
        better: total((entry) => entry.pairs?.better ?? 0),
        worse: total((entry) => entry.pairs?.worse ?? 0),
      }
    : null;
  const pMillionths = pairs ? signTestMillionths(pairs.better, pairs.worse) : fisherTestMillionths(...right);
  const direction = pairs ? pairs.better - pairs.worse : right[1].right * right[0].of - right[0].right * right[1].of;
  const counts = pMillionths <= levelMillionths && direction !== 0;
  return { right, pairs, pMillionths, verdict: counts ? (direction > 0 ? "better" : "worse") : "same" };
}

function checkComparable(first: ReplayedRun, second: ReplayedRun): void {
  const [a, b] = [first.evaluation, second.evaluation];
  if (a.suiteHash !== b.suiteHash) {
    const named = ({ evaluation, identity }: ReplayedRun) => `"${identity.suite.name}" (${evaluation.suiteHash})`;
    throw new IncomparableRunsError(
      `the runs asked different suites, ${named(first)} and ${named(second)}: measure both with one`,
    );
  }
  for (const { evaluation } of [first, second]) {
    if (!evaluation.voided) continue;
    const why = evaluation.voidedBy.join(", ");
    throw new IncomparableRunsError(`run ${evaluation.evidenceHash} is invalid (${why}): measure again`);
  }
}

/** What an item came to in one family: its grade, or for T whether every first attempt went through. */
interface Outcome {
  readonly verdict: ItemVerdict;
  /** 0..10000. */
  readonly grade: number;
}

function compareFamily(family: Family, first: ReplayedRun, second: ReplayedRun) {
  const [a, b] = [outcomesOf(family, first), outcomesOf(family, second)];
  const scores = [first.evaluation.scores[family], second.evaluation.scores[family]] as const;
  const common = { family, scores, difference: scores[1] - scores[0] };
  const pairs = first.evaluation.seed === second.evaluation.seed ? pairUp(a, b) : null;
  return pairs ? { ...common, ...comparePairs(pairs) } : { ...common, ...compareShares(shareOf(a), shareOf(b)) };
}

function outcomesOf(family: Family, { verdict: { items } }: ReplayedRun): Outcome[] {
  if (family !== "T") {
    const own = items.filter(({ item, isCounted }) => item.family === family && isCounted);
    return own.map((verdict) => ({ verdict, grade: verdict.grade }));
  }
  const asked = items.filter(({ isVoid, observations }) => !isVoid && observations.length > 0);
  return asked.map((verdict) => ({
    verdict,
    grade: verdict.observations.every(({ failure }) => failure === null) && verdict.unsent === 0 ? fullGrade : 0,
  }));
}

/** The same questions in both runs; null when they are fewer than nine tenths of either's. */
function pairUp(a: readonly Outcome[], b: readonly Outcome[]): (readonly [number, number])[] | null {
  const others = new Map(b.map((outcome) => [outcome.verdict.item.index, outcome]));
  const pairs = a.flatMap(({ verdict, grade }) => {
    const other = others.get(verdict.item.index);
    return other && asksTheSame(verdict, other.verdict) ? [[grade, other.grade] as const] : [];
  });
  return pairs.length * 10 >= Math.max(a.length, b.length) * 9 ? pairs : null;
}

function asksTheSame({ item: a }: ItemVerdict, { item: b }: ItemVerdict): boolean {
  const isSame = a.family === b.family && a.probes.length === b.probes.length;
  return isSame && a.probes.every(({ prompt }, index) => prompt === b.probes[index]?.prompt);
}

function comparePairs(pairs: readonly (readonly [number, number])[]) {
  const count = (test: (before: number, now: number) => boolean) => pairs.filter(([a, b]) => test(a, b)).length;
  const [better, worse] = [count((a, b) => b > a), count((a, b) => b < a)];
  const table = {
    both: count((a, b) => a === fullGrade && b === fullGrade),
    onlyFirst: count((a, b) => a === fullGrade && b !== fullGrade),
    onlySecond: count((a, b) => a !== fullGrade && b === fullGrade),
    neither: count((a, b) => a !== fullGrade && b !== fullGrade),
  };
  const of = pairs.length;
  return {
    right: [
      { right: table.both + table.onlyFirst, of },
      { right: table.both + table.onlySecond, of },
    ] as const,
    interval: outward(pairedDifference(table)),
    pairs: { of, better, worse },
    pMillionths: signTestMillionths(better, worse),
    direction: better - worse,
  };
}

function compareShares(first: Proportion, second: Proportion) {
  return {
    right: [first, second] as const,
    interval: outward(independentDifference(first, second)),
    pairs: null,
    pMillionths: fisherTestMillionths(first, second),
    direction: second.right * first.of - first.right * second.of,
  };
}

function shareOf(outcomes: readonly Outcome[]): Proportion {
  return { right: outcomes.filter(({ grade }) => grade === fullGrade).length, of: outcomes.length };
}

function outward({ low, high }: Interval): Interval {
  return { low: Math.floor(low * bps), high: Math.ceil(high * bps) };
}
