import { perFamily } from "./families.ts";
import { min } from "./integers.ts";
import { packResult, type Result, unpackResult } from "./result.ts";

/** A median was asked over no report. */
export class NoReports extends Error {
  override name = "NoReports";

  constructor() {
    super("a median needs at least one report");
  }
}

const maxItems = 0xffffn;

/**
 * The lower median of a committee's reports, field by field. Items add up to at most `itemsCap` (and 65,535): more evaluators
 * shrink the sampling error. A family counts as measured when all measured it. Retries and hard failures are clipped to
 * attempts, as the medians of three fields may come from three reports. Throws NoReports for an empty list.
 * Twin of contracts/libraries/MedianLib.sol (medianResult).
 */
export function medianResult(words: readonly bigint[], itemsCap: bigint): bigint {
  if (words.length === 0) throw new NoReports();
  const reports = words.map(unpackResult);
  const medianOf = (field: (report: Result) => bigint) => lowerMedian(reports.map(field));
  const items = reports.reduce((sum, report) => sum + report.items, 0n);
  const attempts = medianOf((report) => report.attempts);
  return packResult({
    scores: perFamily((index) => medianOf((report) => report.scores[index])),
    items: min(items, min(itemsCap, maxItems)),
    attempts,
    retries: min(
      attempts,
      medianOf((report) => report.retries),
    ),
    hardFailures: min(
      attempts,
      medianOf((report) => report.hardFailures),
    ),
    flags: reports.reduce((all, report) => all & report.flags, maxItems),
  });
}

/** Element ⌊(k − 1)/2⌋ of the sorted values. */
function lowerMedian(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const median = sorted[(sorted.length - 1) >> 1];
  if (median === undefined) throw new NoReports();
  return median;
}
