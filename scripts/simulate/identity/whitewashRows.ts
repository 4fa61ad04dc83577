import { type Behaviour, badBehaviours, goodBehaviours, type History, histories } from "./behaviour.ts";
import { broken, compare, type Measure, measures } from "./comparison.ts";
import { futureOf, type Strategy, scarAfter, strategies, weightWithin } from "./future.ts";
import { asDecided, type Variant } from "./variants.ts";

/** Ages of the record (days) and numbers of bad rounds that are compared. */
export interface Grid {
  readonly ages: readonly number[];
  readonly rounds: readonly number[];
}

export const pageGrid: Grid = { ages: [7, 90], rounds: [1, 3, 5, 10] };
export const fullGrid: Grid = { ages: [7, 30, 90, 180], rounds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] };

export interface VariantRow {
  readonly name: string;
  readonly comparisons: number;
  /** Comparisons in which leaving (or washing) gains, for each measure. */
  readonly broken: Readonly<Record<Measure, number>>;
}

export function variantRow({ name, rules }: Variant, grid: Grid): VariantRow {
  const comparisons = goodBehaviours.flatMap((good) => histories(good, grid)).map((history) => compare(history, rules));
  const count = (measure: Measure) => broken(comparisons, measure);
  const [days, weight, daysIdle, weightSame, weightIdle, daysMany, weightMany] = measures;
  return {
    name,
    comparisons: comparisons.length,
    broken: {
      [days]: count(days),
      [weight]: count(weight),
      [daysIdle]: count(daysIdle),
      [weightSame]: count(weightSame),
      [weightIdle]: count(weightIdle),
      [daysMany]: count(daysMany),
      [weightMany]: count(weightMany),
    },
  };
}

export interface SampleRow {
  readonly bad: string;
  readonly rounds: number;
  /** Items of scar. */
  readonly scar: number;
  /** Day of admission (undefined: not within 120 days), and days of full weight earned in 60. */
  readonly outcomes: readonly {
    readonly strategy: Strategy;
    readonly day: number | undefined;
    readonly weight: number;
  }[];
}

const sampled: readonly (readonly [string, number])[] = [
  ["80 % answers", 3],
  ["60 % answers", 3],
  ["40 % answers", 3],
  ["60 % all", 1],
  ["60 % all", 3],
  ["40 % all", 10],
  ["3 % retries", 10],
  ["10 % retries", 10],
];
const sampleAge = 90;

/** What one model that is at 97 % on good days can expect after some histories, under the rules as decided. */
export function sampleRows(): SampleRow[] {
  const good = sampleGood();
  return sampled.flatMap(([name, rounds]) =>
    badBehaviours(good)
      .filter((bad) => bad.name === name)
      .map((bad) => sampleRow({ good, bad, age: sampleAge, rounds })),
  );
}

function sampleGood(): Behaviour {
  const good = goodBehaviours.find(({ quality }) => quality === 0.97);
  if (good === undefined) throw new RangeError("the sample is of a model at 97 %");
  return good;
}

function sampleRow(history: History): SampleRow {
  const outcomes = strategies.map((strategy) => {
    const future = futureOf(history, strategy, asDecided);
    return { strategy, day: future.admittedOn, weight: weightWithin(future, 60) };
  });
  return { bad: history.bad.name, rounds: history.rounds, scar: scarAfter(history, asDecided), outcomes };
}
