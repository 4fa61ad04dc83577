import type { Proportion } from "./exactTests.ts";

/** Ends of a 95 % interval, as shares −1..1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of 95 %, two-sided. Only + − × ÷ √ follow, which IEEE 754 rounds the same everywhere. */
const z = 1.959963984540054;

/** Pairs by outcome: in both runs right, only in the first, only in the second, in neither. */
export interface PairTable {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/** Wilson's score interval of one proportion; everything without items. (Wilson 1927, J Am Stat Assoc 22:209.) */
export function wilsonInterval({ right, of }: Proportion): Interval {
  if (of === 0) return { low: 0, high: 1 };
  const share = right / of;
  const centre = 2 * right + z * z;
  const spread = z * Math.sqrt(z * z + 4 * right * (1 - share));
  const denominator = 2 * (of + z * z);
  return { low: Math.max(0, (centre - spread) / denominator), high: Math.min(1, (centre + spread) / denominator) };
}

/**
 * Second minus first share of two independent samples: the hybrid score interval.
 * (Newcombe 1998, Stat Med 17:873, method 10.)
 */
export function independentDifference(first: Proportion, second: Proportion): Interval {
  return hybrid(first, second, 0);
}

/**
 * Second minus first share over the same items: the hybrid score interval for pairs, with the correlation of the two outcomes.
 * (Newcombe 1998, Stat Med 17:2635, method 10.)
 */
export function pairedDifference({ both, onlyFirst, onlySecond, neither }: PairTable): Interval {
  const of = both + onlyFirst + onlySecond + neither;
  const [first, second] = [both + onlyFirst, both + onlySecond];
  const margins = first * (of - first) * second * (of - second);
  const product = both * neither - onlyFirst * onlySecond;
  const corrected = product > 0 ? Math.max(0, product - of / 2) : product;
  const correlation = margins === 0 ? 0 : corrected / Math.sqrt(margins);
  return hybrid({ right: first, of }, { right: second, of }, correlation);
}

function hybrid(first: Proportion, second: Proportion, correlation: number): Interval {
  const [p1, p2] = [first, second].map(({ right, of }) => (of === 0 ? 0 : right / of));
  const [w1, w2] = [wilsonInterval(first), wilsonInterval(second)];
  const [share1, share2] = [p1 ?? 0, p2 ?? 0];
  const reach = (one: number, other: number) =>
    Math.sqrt(Math.max(0, one * one - 2 * correlation * one * other + other * other));
  const difference = share2 - share1;
  return {
    low: Math.max(-1, difference - reach(share2 - w2.low, w1.high - share1)),
    high: Math.min(1, difference + reach(w2.high - share2, share1 - w1.low)),
  };
}
