/**
 * Chances of 0..trials successes. Each term is its neighbour times the ratio of the two, from the most likely outwards, and all are
 * scaled to add up to 1: no logarithm, no factorial, and the same bits on every machine. Terms below 1e-308 are 0.
 * @param rate Chance of a success, 0..1.
 */
export function binomial(trials: number, rate: number): number[] {
  const terms = new Array<number>(trials + 1).fill(0);
  if (rate <= 0 || rate >= 1) {
    terms[rate <= 0 ? 0 : trials] = 1;
    return terms;
  }
  const odds = rate / (1 - rate);
  const mode = Math.min(trials, Math.floor((trials + 1) * rate));
  terms[mode] = 1;
  for (let k = mode + 1, term = 1; k <= trials; k++) {
    term *= (odds * (trials - k + 1)) / k;
    terms[k] = term;
  }
  for (let k = mode - 1, term = 1; k >= 0; k--) {
    term *= (k + 1) / ((trials - k) * odds);
    terms[k] = term;
  }
  const total = sum(terms);
  return terms.map((term) => term / total);
}

/** Chances of the sum of two independent counts. */
export function convolve(left: readonly number[], right: readonly number[]): number[] {
  const terms = new Array<number>(left.length + right.length - 1).fill(0);
  for (const [i, a] of left.entries()) {
    if (a === 0) continue;
    for (const [j, b] of right.entries()) terms[i + j] = (terms[i + j] ?? 0) + a * b;
  }
  return terms;
}

export function sum(terms: readonly number[]): number {
  return terms.reduce((total, term) => total + term, 0);
}
