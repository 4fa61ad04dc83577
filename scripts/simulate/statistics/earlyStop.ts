import { SequentialTest } from "../../../evaluation/grading/sequentialTest.ts";
import { lnMicro } from "../../../evaluation/integers/lnMicro.ts";
import type { Plan } from "../../../evaluation/plan/plan.ts";
import { type TestedFamily, testedFamilies } from "../../../evaluation/suite/earlyStopSchema.ts";
import type { Suite } from "../../../evaluation/suite/suite.ts";
import { type SequentialPath, sequentialPath } from "./sequential.ts";

/** Share of items that are fully right, by family, 0..1. */
export type RightRates = Readonly<Record<TestedFamily, number>>;

/** What the early stop makes of a run of the main phase. */
export interface EarlyStop {
  /** Chances that the run ends because a family is bad, and because all are good. */
  readonly bad: number;
  readonly good: number;
  /** Expected number of items that count, and of requests that were planned up to the last of them. */
  readonly items: number;
  readonly requests: number;
}

/**
 * Operating characteristic of the early stop, exact. Families are tested apart on items of their own, and a family's decision stands
 * once made: by any place in seed order the run has ended as bad with 1 − Π(1 − bad), as good with Π good.
 * @param plan one that stops early
 */
export function earlyStop(plan: Plan, suite: Suite, rates: RightRates): EarlyStop {
  const { order } = new SequentialTest(plan, suite);
  const planned = countsOf(plan, order.length);
  const paths = testedFamilies.map((family) => pathOf(suite, { family, rate: rates[family], items: planned[family] }));
  const requests = requestsUpTo(plan);
  const seen = { R: 0, J: 0, C: 0, P: 0, E: 0 };
  const total = { bad: 0, good: 0, items: 0, requests: 0 };
  for (const item of order) {
    const tested = testedFamilies.find((family) => family === plan.items[item]?.family);
    if (tested) seen[tested] += 1;
    // What is still open before an item is looked at is looked at.
    total.items += 1 - total.bad - total.good;
    if (testedFamilies.some((family) => seen[family] < Math.min(suite.earlyStop.minItems, planned[family]))) continue;
    const counts = testedFamilies.map((family) => seen[family]);
    const bad = 1 - paths.reduce((none, { lower }, i) => none * (1 - (lower[counts[i] ?? 0] ?? 0)), 1);
    const good = paths.reduce((all, { upper }, i) => all * (upper[counts[i] ?? 0] ?? 0), 1);
    total.requests += (bad + good - total.bad - total.good) * (requests.get(item) ?? 0);
    Object.assign(total, { bad, good });
  }
  const all = Math.max(0, ...requests.values());
  return { ...total, requests: total.requests + (1 - total.bad - total.good) * all };
}

function pathOf(
  { earlyStop }: Suite,
  { family, rate, items }: { family: TestedFamily; rate: number; items: number },
): SequentialPath {
  const { goodBps, badBps } = earlyStop.families[family];
  const bound = lnMicro(10_000 - earlyStop.errorBps, earlyStop.errorBps);
  const increments = [
    { microNats: lnMicro(goodBps, badBps), chance: rate },
    { microNats: lnMicro(10_000 - goodBps, 10_000 - badBps), chance: 1 - rate },
  ];
  return sequentialPath(increments, { lower: -bound, upper: bound, items });
}

function countsOf({ items }: Plan, looked: number): Record<TestedFamily, number> {
  if (looked === 0) throw new RangeError("the plan does not stop early: name its profile in suite.earlyStop.profiles");
  const counts = { R: 0, J: 0, C: 0, P: 0, E: 0 };
  for (const { family } of items) {
    const tested = testedFamilies.find((name) => name === family);
    if (tested) counts[tested] += 1;
  }
  return counts;
}

/** Requests of the main phase up to the last one of each item. */
function requestsUpTo({ order }: Plan): Map<number, number> {
  const upTo = new Map<number, number>();
  let sent = 0;
  for (const { item, probes } of order) {
    sent += probes.length;
    upTo.set(item, sent);
  }
  return upTo;
}
