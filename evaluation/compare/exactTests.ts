/** p-values are given in millionths, rounded up: an outcome is never called less likely than it is. */
const million = 1_000_000n;

/**
 * Two-sided exact sign test: how likely chance alone splits `better + worse` pairs at least as unevenly. On pairs that are right or wrong
 * it is McNemar's exact test: 2·P(X ≤ min(b, c)), X ~ Bin(b + c, ½). (McNemar 1947, Psychometrika 12:153; exact form: Fagerland,
 * Lydersen & Laake 2013, BMC Med Res Methodol 13:91.)
 * @returns millionths, 1..1,000,000
 */
export function signTestMillionths(better: number, worse: number): number {
  const pairs = better + worse;
  let tail = 0n;
  for (let count = 0; count <= Math.min(better, worse); count++) tail += choose(pairs, count);
  return millionths(2n * tail, 1n << BigInt(pairs));
}

/** `right` of `of` items. */
export interface Proportion {
  readonly right: number;
  readonly of: number;
}

/**
 * Two-sided exact test of two independent proportions: the probability of all tables with the same margins that are no more likely than
 * the one seen. (Fisher 1934; Agresti 2002, Categorical Data Analysis, 3.5.1.)
 * @returns millionths, 1..1,000,000
 */
export function fisherTestMillionths(first: Proportion, second: Proportion): number {
  const right = first.right + second.right;
  const weightOf = (count: number) => choose(first.of, count) * choose(second.of, right - count);
  const seen = weightOf(first.right);
  let unlikely = 0n;
  for (let count = Math.max(0, right - second.of); count <= Math.min(first.of, right); count++) {
    const weight = weightOf(count);
    if (weight <= seen) unlikely += weight;
  }
  return millionths(unlikely, choose(first.of + second.of, right));
}

/**
 * Which of several tests are significant together at `level`, by Holm's step-down method: the chance that any of them is called so
 * wrongly stays below the level. (Holm 1979, Scand J Statist 6:65.)
 * @param pMillionths one p-value a test
 * @param levelMillionths e.g. 50,000 for 5 %
 */
export function holm(pMillionths: readonly number[], levelMillionths: number): boolean[] {
  const order = [...pMillionths.keys()].sort((a, b) => (pMillionths[a] ?? 0) - (pMillionths[b] ?? 0));
  const failed = order.findIndex((test, rank) => (pMillionths[test] ?? 0) * (order.length - rank) > levelMillionths);
  const significant = new Set(failed < 0 ? order : order.slice(0, failed));
  return pMillionths.map((_, test) => significant.has(test));
}

/** Every quotient on the way is a binomial coefficient itself, so that the division is exact. */
function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let product = 1n;
  for (let i = 1; i <= Math.min(k, n - k); i++) product = (product * BigInt(n - i + 1)) / BigInt(i);
  return product;
}

function millionths(part: bigint, whole: bigint): number {
  const up = (part * million + whole - 1n) / whole;
  return Number(up < million ? up : million);
}
