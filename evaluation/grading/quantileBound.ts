/** Chance that a bound holds, per cent. */
export const confidencePercent = 99n;

const ranks = new Map<string, number | null>();

/**
 * Rank (from 1) of the order statistic that is an upper confidence bound of a quantile, whatever the distribution: the smallest k
 * with P(Binomial(n, q) < k) ≥ 99 %, exact. Null when n values are too few: 44 are needed for p90, 90 for p95, 459 for p99.
 * @param percent the quantile, 1..99
 */
export function upperRank(n: number, percent: number): number | null {
  const key = `${n}/${percent}`;
  const known = ranks.get(key);
  if (known !== undefined) return known;
  const rank = findRank(n, BigInt(percent));
  ranks.set(key, rank);
  return rank;
}

/** Sums C(n, j)·q^j·(100 − q)^(n − j) over j < k, in units of 100^-n. */
function findRank(n: number, percent: bigint): number | null {
  const needed = confidencePercent * 100n ** BigInt(n);
  let term = (100n - percent) ** BigInt(n);
  let below = 0n;
  for (let k = 1; k <= n; k++) {
    below += term;
    if (below * 100n >= needed) return k;
    // C(n, j + 1) = C(n, j)·(n − j)/(j + 1): exact, because the whole term is an integer either way.
    const j = BigInt(k - 1);
    term = (term * (BigInt(n) - j) * percent) / ((j + 1n) * (100n - percent));
  }
  return null;
}
