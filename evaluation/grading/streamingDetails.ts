import type { Details } from "../evaluation.ts";
import type { Observation } from "../run/observation.ts";
import { percentile } from "./lateness.ts";

/** When streamed text came, over all attempts that brought any; null when none was streamed. */
export function streamingDetails(observations: readonly Observation[]): Details["streaming"] {
  const timed = observations.flatMap(({ sent, tokenTimes }) => (tokenTimes ? [{ sent, ...tokenTimes }] : []));
  if (timed.length === 0) return null;
  const waits = sorted(timed.map(({ firstToken, sent }) => firstToken - sent));
  const gaps = timed.filter(({ tokens }) => tokens > 1);
  return {
    replies: timed.length,
    tokens: timed.reduce((sum, { tokens }) => sum + tokens, 0),
    firstTokenP50Micros: percentile(waits, 50),
    firstTokenP95Micros: percentile(waits, 95),
    gapP50Micros: percentile(sorted(gaps.map(({ gapP50 }) => gapP50)), 50),
    gapP95Micros: percentile(sorted(gaps.map(({ gapP95 }) => gapP95)), 50),
    gapMaxMicros: gaps.reduce((longest, { gapMax }) => Math.max(longest, gapMax), 0),
  };
}

function sorted(values: number[]): number[] {
  return values.sort((a, b) => a - b);
}
