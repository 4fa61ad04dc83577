import { chance, percent, table } from "../report.ts";
import type { DecisionCost } from "./cost.ts";
import type { Coverage } from "./coverage.ts";
import {
  type AlarmRow,
  alternatives,
  type CostRow,
  type CoverageRow,
  committees,
  decided,
  type EarlyStopRow,
  type FirstDecisionRow,
  type LiarRow,
  liarShiftBps,
  type PowerRow,
  type Statistics,
  type TailRow,
  upperRange,
} from "./statisticsRows.ts";

const names: Record<string, string> = { R: "R, J" };
const nameOf = (family: string) => names[family] ?? family;

/** All tables with what they assume. */
export function statisticsMarkdown(figures: Statistics): string {
  const { coverage, tail, tailNeeded, needed, power, first, cost, early, earlyDecisions, alarms, liars } = figures;
  return `**Lower bounds.** Chance that the reported Wilson bound (z² = 4, floored; nominally 97.7 %) is not above the true rate: the smallest over
all true rates, the smallest from ${100 * upperRange} % up (where the floors lie), and the mean there. Exact over every rate, not on a grid.
Conversations weigh 1 to 6, so that they say less than their number: C is covered least. A load item is three questions, so that L is covered most.

${coverageTable(coverage)}

**Latency bounds.** Rank of the order statistic that a report gives as a quantile's upper bound, and how often it holds (at least 99 % is
asked for), whatever the latencies' distribution. p95 needs ${tailNeeded.p95} requests, p99 needs ${tailNeeded.p99}. Latencies must be independent; queues make them less so.

${tailTable(tail)}

**${100 * alternatives.stable} % against ${100 * alternatives.unstable} % of items that go wrong.** The best count decides; false alarm / miss. ${needed.at05} items are needed for 5 % of both, and
${needed.at003.toLocaleString("en-US")} for 0.3 %. "Pooled": all evaluators' items as one sample (what the evidence allows). "Majority": more than half of the evaluators, each by its
own items (what a median does).

${powerTable(power)}

**First decision.** Chance to be admitted by the first three daily rounds under the default standards: a false admission up to the floor φ, and 1 minus a
false refusal above it. One family at that distance from its floor, the others perfect, honest evaluators, the committee's lower median; the
three requests of an item of L right or wrong together.
What happens over a year, and how often stake is frozen wrongly, stands in [protocol.md](protocol.md#figures-behind-the-standards).

${firstTable(first)}

**Requests per decision.** Requests of a run without a retry (a failure adds two at most), with V; then the daily rounds, and requests of all evaluators
together, until a perfect model is admitted.

${costTable(cost)}

**Early stop** (standard profile, when a suite turns it on). Exact, by the rule of \`sequentialTest.ts\`: chance that a run ends because one family is bad or because all are good, expected requests
(of ${early[0]?.allRequests.toLocaleString("en-US")} without V; the load phase is always sent) and credited items (of ${early[0]?.allItems}: a third when stopped). Rates are shares of items that are fully right.
A perfect model is then admitted ${earlyDecisions.map(decisionText).join(", and ")}. A stopped run's scores lean towards its decision: it ends where chance agreed with it.

${earlyTable(early)}

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

function tailTable(rows: readonly TailRow[]): string {
  const body = rows.map(({ profile, requests, percent: quantile, rank, confidence }) => [
    profile,
    String(requests),
    `p${quantile}`,
    rank === null || confidence === null ? "too few" : `${rank}: ${percent(confidence)}`,
  ]);
  return table([["profile", "requests a load", "quantile", "rank: holds with"], ...body]);
}

function earlyTable(rows: readonly EarlyStopRow[]): string {
  const body = rows.map(({ name, bad, good, requests, credited }) => [
    name,
    chance(bad),
    chance(good),
    requests.toFixed(0),
    credited.toFixed(0),
  ]);
  return table([["model", "stopped as bad", "as good", "requests", "items credited"], ...body]);
}

function decisionText({ members, stopped, complete }: Statistics["earlyDecisions"][number]): string {
  const text = ({ rounds, requests }: DecisionCost) =>
    `${rounds} rounds and ${requests?.toLocaleString("en-US")} requests`;
  return `by ${members} evaluators after ${text(stopped)} instead of ${text(complete)}`;
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
    size.items.toLocaleString("en-US"),
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
