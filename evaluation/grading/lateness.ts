/** Upper ends of the histogram's bins, in microseconds; the last bin has none. */
const binEnds = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, null] as const;

/** How late the evaluator let requests go; what a place in flight was waited for is the model's time, not the evaluator's. */
export interface Lateness {
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly maxMicros: number;
  /** Requests up to each end (null: any later), each counted in the first bin that holds it. */
  readonly histogram: readonly { readonly upToMicros: number | null; readonly requests: number }[];
}

/** @param late microseconds, one a request, in any order */
export function latenessOf(late: readonly number[]): Lateness {
  const sorted = [...late].sort((a, b) => a - b);
  const binOf = (micros: number) => binEnds.findIndex((end) => end === null || micros <= end);
  const bins = sorted.map(binOf);
  return {
    p50Micros: percentile(sorted, 50),
    p99Micros: percentile(sorted, 99),
    maxMicros: sorted.at(-1) ?? 0,
    histogram: binEnds.map((upToMicros, bin) => ({ upToMicros, requests: bins.filter((at) => at === bin).length })),
  };
}

/** The smallest value that at least `percent` of them do not exceed; 0 of none. */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}
