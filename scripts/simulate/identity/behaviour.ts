import { perFamily } from "../../../domain/families.ts";
import { packResult } from "../../../domain/result.ts";
import { primaries } from "../score/evaluatorScore.ts";

/** How a model does on a day, as expected scores: R, J, C, P, E and L alike. */
export interface Behaviour {
  readonly name: string;
  /** 0..1. */
  readonly quality: number;
  /** Retries for each first attempt; all of them succeed. */
  readonly retries: number;
}

/** The result of a committee of seven that measures exactly what is expected. */
export function wordOf({ quality, retries }: Behaviour): bigint {
  const repeated = Math.round(primaries * retries);
  const score = bps(quality);
  const firstTry = Math.floor((10_000 * primaries) / (primaries + repeated));
  const scores = [score, score, score, score, score, score, firstTry] as const;
  return packResult({
    scores: perFamily((index) => BigInt(scores[index])),
    items: 600n,
    attempts: BigInt(primaries + repeated),
    retries: BigInt(repeated),
    hardFailures: 0n,
    flags: 0x7fn,
  });
}

/** What a model does before and after the days it goes wrong. */
export const goodBehaviours: readonly Behaviour[] = [
  { name: "100 %", quality: 1, retries: 0 },
  { name: "97 %", quality: 0.97, retries: 0 },
  { name: "95 %", quality: 0.95, retries: 0 },
  { name: "99 %, 1 % retries", quality: 0.99, retries: 0.01 },
];

/** Days in a row on which a model goes wrong, after `age` good ones. */
export interface History {
  readonly good: Behaviour;
  readonly bad: Behaviour;
  readonly age: number;
  readonly rounds: number;
}

const badRates = [0.4, 0.5, 0.6, 0.7, 0.8] as const;
const badRetries = [0.01, 0.02, 0.03, 0.05, 0.1] as const;

/** A rate in every family but T; in all families, where every first try that fails is repeated; or nothing but retries. */
export function badBehaviours(good: Behaviour): Behaviour[] {
  return [
    ...badRates.map((rate) => ({ name: `${whole(rate)} % answers`, quality: rate, retries: good.retries })),
    ...badRates.map((rate) => ({ name: `${whole(rate)} % all`, quality: rate, retries: 1 / rate - 1 })),
    ...badRetries.map((retries) => ({ name: `${whole(retries)} % retries`, quality: good.quality, retries })),
  ];
}

/** The grid: 1 to 10 bad rounds of every kind, after records of these ages in days. */
export function histories(
  good: Behaviour,
  { ages, rounds }: { ages: readonly number[]; rounds: readonly number[] },
): History[] {
  return ages.flatMap((age) =>
    rounds.flatMap((count) => badBehaviours(good).map((bad) => ({ good, bad, age, rounds: count }))),
  );
}

function bps(rate: number): number {
  return Math.round(10_000 * rate);
}

function whole(rate: number): number {
  return Math.round(100 * rate);
}
