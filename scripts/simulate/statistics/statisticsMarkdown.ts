import { chance, percent, table } from "../report.ts";
import type { Coverage } from "./coverage.ts";
import {
  type AlarmRow,
  alternatives,
  type CostRow,
  type CoverageRow,
  committees,
  decided,
  type FirstDecisionRow,
  type LiarRow,
  liarShiftBps,
  type PowerRow,
  type Statistics,
  upperRange,
} from "./statisticsRows.ts";

const names: Record<string, string> = { R: "R, J" };
const nameOf = (family: string) => names[family] ?? family;

/** All tables with what they assume. */
export function statisticsMarkdown({ coverage, tail, needed, power, first, cost, liars, alarms }: Statistics): string {
  return `**Lower bounds.** Chance that the reported Wilson bound (z² = 4, floored; nominally 97.7 %) is not above the true rate: the smallest over
all true rates, the smallest from ${100 * upperRange} % up (where the floors lie), and the mean there. Exact over every rate, not on a grid.
Conversations weigh 1 to 6, so that they say less than their number: C is covered least.

${coverageTable(coverage)}

**Latency.** The largest of n latencies bounds the 95 % quantile with 95 % confidence from n = ${tail.largest.needed} on, the second largest
from n = ${tail.second.needed} on. Of 93 requests the largest does with ${percent(tail.largest.confidence)}, the second largest with ${percent(tail.second.confidence)}.

**${100 * alternatives.stable} % against ${100 * alternatives.unstable} % of items that go wrong.** The best count decides; false alarm / miss. ${needed.at05} items are needed for 5 % and
${needed.at003} for 0.3 % of both. "Pooled": all evaluators' items as one sample (what the evidence allows). "Majority": more than half of the evaluators, each by its own
items (what a median does).

${powerTable(power)}

**First decision.** Chance to be admitted by the first three daily rounds under the default standards: a false admission up to the floor φ, and 1 minus a
false refusal above it. One family at that distance from its floor, the others perfect, honest evaluators, the committee's lower median.
What happens over a year, and how often stake is frozen wrongly, stands in [protocol.md](protocol.md#figures-behind-the-standards).

${firstTable(first)}

**Requests per decision.** Requests without a retry (a failure adds two at most), and the daily rounds and requests of all evaluators until
a perfect model is admitted.

${costTable(cost)}

**False alarms of V.** Chance that the penalty is above 0, and its mean, over ${alarms[0]?.items ?? 0} paired items. Equal chances: an unstable
model of the same quality. Others: a model that lost that share of what it could.

${alarmTable(alarms)}

**Two liars of seven** add or take away ${liarShiftBps} bps from what they measured. How far the expected median then lies from the true rate, in bps.
The lower median of honest scores is above the mean because scores near 1 are skewed. One round's spread is the honest median's standard deviation.

${liarTable(liars)}`;
}

function coverageTable(rows: readonly CoverageRow[]): string {
  const body = rows
    .filter(({ family }) => family !== "J")
    .map(({ family, profile, items, worst, worstInUpperRange, meanInUpperRange }) => [
      nameOf(family),
      profile,
      String(items),
      coverageCell(worst),
      coverageCell(worstInUpperRange),
      percent(meanInUpperRange),
    ]);
  return table([["family", "profile", "items", "smallest", `from ${100 * upperRange} % up`, "mean there"], ...body]);
}

function coverageCell(coverage: Coverage | undefined): string {
  if (coverage === undefined) return "100 %";
  return `${percent(coverage.chance)} at ${(100 * coverage.rate).toFixed(1)} %`;
}

function powerTable(rows: readonly PowerRow[]): string {
  const body = rows.map(({ profile, evaluators, items, pooled, majority }) => [
    profile,
    String(evaluators),
    items.toLocaleString("en-US"),
    `${chance(pooled.falseAlarm)} / ${chance(pooled.miss)}`,
    evaluators === 1 ? "" : `${chance(majority.falseAlarm)} / ${chance(majority.miss)}`,
  ]);
  return table([["profile", "evaluators", "items", "pooled", "majority"], ...body]);
}

function firstTable(rows: readonly FirstDecisionRow[]): string {
  const body = rows.map(({ members, margin, admitted }) => [
    String(members),
    margin === 0 ? "φ" : `φ ${margin < 0 ? "−" : "+"} ${Math.abs(Math.round(100 * margin))}`,
    ...admitted.map((value) => (value === undefined ? "–" : chance(value))),
  ]);
  return table([["evaluators", "true rate", ...decided.map(nameOf)], ...body]);
}

function costTable(rows: readonly CostRow[]): string {
  const body = rows.map(({ size, decisions }) => [
    size.profile,
    String(size.items),
    size.requests.toLocaleString("en-US"),
    ...decisions.map(({ rounds, requests }) =>
      requests === undefined ? "never" : `${rounds} · ${requests.toLocaleString("en-US")}`,
    ),
  ]);
  const columns = committees.map((members) => `${members} evaluators: rounds · requests`);
  return table([["profile", "items", "requests", ...columns], ...body]);
}

function alarmTable(rows: readonly AlarmRow[]): string {
  const body = rows.map(({ flips, chance: alarm, meanPenalty }) => [
    `${percent(flips.worse)} / ${percent(flips.better)}`,
    chance(alarm),
    meanPenalty.toFixed(1),
  ]);
  return table([["right → wrong / wrong → right", "chance of a penalty", "mean, bps"], ...body]);
}

function liarTable(rows: readonly LiarRow[]): string {
  const signed = (bps: number) => `${bps < 0 ? "−" : "+"}${Math.abs(bps).toFixed(0)}`;
  const body = rows
    .filter(({ name }) => name !== "J")
    .map(({ name, rate, spread, honest, up, down }) => [
      nameOf(name),
      percent(rate),
      spread.toFixed(0),
      signed(honest),
      signed(up),
      signed(down),
    ]);
  return table([["family", "true rate", "spread", "all honest", "two add", "two take away"], ...body]);
}
