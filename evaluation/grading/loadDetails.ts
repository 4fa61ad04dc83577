import type { LoadDetails, Tail } from "../evaluation.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { loadSteps } from "../plan/loadSteps.ts";
import type { Observation } from "../run/observation.ts";
import { isGoodput, isRight } from "./gradeItem.ts";
import type { ItemVerdict } from "./itemVerdicts.ts";
import { upperRank } from "./quantileBound.ts";

/** Goodput and tails at each load; empty when no load was asked for. */
export function loadDetails(
  items: readonly ItemVerdict[],
  { serviceLevelMs, declaredRate }: Pick<Manifest, "serviceLevelMs" | "declaredRate">,
): LoadDetails[] {
  if (items.length === 0) return [];
  return loadSteps.map(({ stratum, shareBps }, probe) => {
    const firsts = items.map((item) => item.firsts[probe]);
    const inTime = (first: Observation | undefined) =>
      first !== undefined && first.end - first.scheduled <= serviceLevelMs * 1000;
    const answered = firsts.filter((first) => first !== undefined && first.failure === null);
    const times = answered.map((first) => (first ? first.end - first.scheduled : 0)).sort((a, b) => a - b);
    const tail = (percent: number) => tailOf(times, firsts.length, percent);
    return {
      stratum,
      shareBps,
      scheduledMilliHertz: Math.floor((declaredRate * shareBps) / 10),
      goodput: { right: firsts.filter((first) => isGoodput(first, serviceLevelMs)).length, of: firsts.length },
      late: firsts.filter((first) => isRight(first) && !inTime(first)).length,
      wrong: answered.filter((first) => !isRight(first)).length,
      failed: firsts.length - answered.length,
      p50: tail(50),
      p95: tail(95),
      p99: tail(99),
    };
  });
}

/** @param times of the answered requests, ascending; the other requests of `n` never ended */
function tailOf(times: readonly number[], n: number, percent: number): Tail {
  const rank = upperRank(n, percent);
  return {
    micros: times[Math.ceil((n * percent) / 100) - 1] ?? null,
    upperMicros: rank === null ? null : (times[rank - 1] ?? null),
  };
}
