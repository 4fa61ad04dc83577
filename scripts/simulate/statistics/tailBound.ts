import { binomial, sum } from "../score/binomial.ts";

/** Chance that the `rank`-th largest of `count` latencies (1: the largest) is at least the quantile: that it bounds the quantile from above. */
export function orderStatisticConfidence(count: number, rank: number, quantile: number): number {
  return sum(binomial(count, 1 - quantile).slice(rank));
}

/** The fewest requests whose `rank`-th largest latency bounds the quantile with that confidence. */
export function requestsNeeded(rank: number, quantile: number, confidence: number): number {
  for (let count = rank; count <= 10_000; count++) {
    if (orderStatisticConfidence(count, rank, quantile) >= confidence) return count;
  }
  throw new RangeError(`more than 10,000 requests are needed for a confidence of ${confidence}`);
}
