import { families } from "../../../domain/families.ts";
import type { Policy } from "../../../domain/policy.ts";
import { lowerBoundBps } from "../../../evaluation/grading/lowerBoundBps.ts";
import { upperRank } from "../../../evaluation/grading/quantileBound.ts";
import { regressionPenalty } from "../../../evaluation/grading/regression.ts";
import { manifestForEndpoint } from "../../../evaluation/manifest/manifest.ts";
import { loadSteps } from "../../../evaluation/plan/loadSteps.ts";
import { buildPlan } from "../../../evaluation/plan/plan.ts";
import type { Profile, Suite } from "../../../evaluation/suite/suite.ts";
import { type DecisionCost, decisionCost } from "./cost.ts";
import { type Coverage, meanCoverage, worstCoverage } from "./coverage.ts";
import { earlyStop, type RightRates } from "./earlyStop.ts";
import { alarmChance, type Flips, meanPenaltyBps, penalties } from "./falseAlarm.ts";
import { FirstDecision } from "./firstDecision.ts";
import { type Alternatives, bestDecision, type Decision, itemsNeeded } from "./instability.ts";
import { meanBps, medianOutcomes, spreadBps } from "./liars.ts";
import { type ScoredFamily, type SuiteSize, suiteSizes } from "./suiteSizes.ts";
import { orderStatisticConfidence, requestsNeeded } from "./tailBound.ts";
import { weightedScore } from "./weightedScore.ts";

export const alternatives: Alternatives = { stable: 0.02, unstable: 0.05 };
/** Rates from here up are where the floors lie. */
export const upperRange = 0.8;
export const margins = [-0.05, -0.02, 0, 0.01, 0.02, 0.03, 0.05, 0.08] as const;
export const committees = [3, 7] as const;
/** R and J are alike. */
export const decided = ["R", "C", "P", "E", "L", "T"] as const;
export const liarShiftBps = 500;

export interface CoverageRow {
  readonly family: ScoredFamily;
  readonly profile: Profile;
  readonly items: number;
  readonly worst: Coverage | undefined;
  readonly worstInUpperRange: Coverage | undefined;
  readonly meanInUpperRange: number;
}

export interface TailRow {
  readonly profile: Profile;
  /** Requests of one load. */
  readonly requests: number;
  /** The quantile, per cent. */
  readonly percent: number;
  /** From 1, of the latencies in rising order; null when there are too few. */
  readonly rank: number | null;
  readonly confidence: number | null;
}

export interface PowerRow {
  readonly profile: Profile;
  readonly evaluators: number;
  readonly items: number;
  /** All items counted together. */
  readonly pooled: Decision;
  /** Every evaluator decides by its own items, the majority counts. */
  readonly majority: Decision;
}

export interface FirstDecisionRow {
  readonly members: number;
  readonly margin: number;
  /** In the order of `decided`; undefined where the rate would be 1 or more. */
  readonly admitted: readonly (number | undefined)[];
}

export interface CostRow {
  readonly size: Pick<SuiteSize, "profile" | "items" | "requests">;
  /** In the order of `committees`. */
  readonly decisions: readonly DecisionCost[];
}

export interface LiarRow {
  readonly name: string;
  readonly rate: number;
  /** Standard deviation of an honest committee's score, bps. */
  readonly spread: number;
  /** How far the expected score lies from the true rate, bps: all honest, two that add, two that take away. */
  readonly honest: number;
  readonly up: number;
  readonly down: number;
}

export interface AlarmRow {
  readonly items: number;
  readonly flips: Flips;
  readonly chance: number;
  readonly meanPenalty: number;
}

export type Statistics = ReturnType<typeof statisticsRows>;

/** All figures of the page. */
export function statisticsRows(suite: Suite, policy: Policy) {
  const sizes = suiteSizes(suite);
  const standard = sizes.filter(({ profile }) => profile === "standard");
  const early = standard.flatMap((size) => earlyStopRows(size, suite));
  return {
    coverage: sizes.filter(({ profile }) => profile === "quick" || profile === "standard").flatMap(coverageRows),
    tail: sizes.filter(({ load }) => upperRank(load, 95) !== null).flatMap(tailRows),
    tailNeeded: { p95: requestsNeeded(1, 0.95, 0.99), p99: requestsNeeded(1, 0.99, 0.99) },
    needed: { at05: itemsNeeded(0.05, alternatives), at003: itemsNeeded(0.003, alternatives) },
    power: sizes.flatMap(powerRows),
    first: firstRows(policy),
    cost: sizes.map((size) => costRow(size, policy)),
    liars: standard.flatMap(liarRows),
    early,
    earlyDecisions: earlyDecisions(early, policy),
    alarms: standard.flatMap(alarmRows),
  };
}

function coverageRows({ profile, families }: SuiteSize): CoverageRow[] {
  return families.map(({ family, items, weights }) => {
    const bound = {
      outcomesAt: (rate: number) => weightedScore(weights, rate),
      boundOf: (scoreBps: number) => lowerBoundBps(scoreBps, items),
    };
    return {
      family,
      profile,
      items,
      worst: worstCoverage(bound, 0),
      worstInUpperRange: worstCoverage(bound, upperRange),
      meanInUpperRange: meanCoverage(bound, upperRange),
    };
  });
}

const percentiles = [50, 95, 99] as const;

/** The bounds that reports give for a load's latencies, and how often they hold. */
function tailRows({ profile, load }: SuiteSize): TailRow[] {
  return percentiles.map((percent) => {
    const rank = upperRank(load, percent);
    // The report counts from the shortest, the computation from the longest.
    const confidence = rank === null ? null : orderStatisticConfidence(load, load - rank + 1, percent / 100);
    return { profile, requests: load, percent, rank, confidence };
  });
}

function powerRows({ profile, items }: SuiteSize): PowerRow[] {
  return [1, ...committees].map((evaluators) => ({
    profile,
    evaluators,
    items: items * evaluators,
    pooled: bestDecision(items * evaluators, alternatives),
    majority: bestDecision(items, alternatives, evaluators),
  }));
}

function firstRows(policy: Policy): FirstDecisionRow[] {
  return committees.flatMap((members) => {
    const decisions = decided.map((family) => ({
      floor: Number(policy.floorsBps[families.indexOf(family)]) / 10_000,
      decision: new FirstDecision(family, members, policy),
    }));
    return margins.map((margin) => ({
      members,
      margin,
      admitted: decisions.map(({ floor, decision }) =>
        floor + margin < 1 ? decision.admitted(floor + margin) : undefined,
      ),
    }));
  });
}

function costRow({ profile, items, requests }: SuiteSize, policy: Policy): CostRow {
  const decisions = committees.map((members) => decisionCost({ items, requests }, members, policy));
  return { size: { profile, items, requests }, decisions };
}

function liarRows({ items, families }: SuiteSize): LiarRow[] {
  const all = { name: "all items", weights: new Array<number>(items).fill(1) };
  const measured = families.map(({ family, weights }) => ({ name: family, weights }));
  return [...measured, all].flatMap((sample) => [0.9, 0.95, 0.99].map((rate) => liarRow({ ...sample, rate })));
}

function liarRow({ name, weights, rate }: { name: string; weights: readonly number[]; rate: number }): LiarRow {
  const outcomes = weightedScore(weights, rate);
  const withLiars = (shiftBps: number) => medianOutcomes(outcomes, 7, [{ count: 2, shiftBps }]);
  const honest = medianOutcomes(outcomes, 7, []);
  return {
    name,
    rate,
    spread: spreadBps(honest),
    honest: meanBps(honest) - 10_000 * rate,
    up: meanBps(withLiars(liarShiftBps)) - 10_000 * rate,
    down: meanBps(withLiars(-liarShiftBps)) - 10_000 * rate,
  };
}

const unchangedFlips = [0.005, 0.01, 0.02, 0.05, 0.1] as const;
const losses = [0.05, 0.1, 0.125, 0.2] as const;

function alarmRows({ regression }: SuiteSize): AlarmRow[] {
  const unchanged = unchangedFlips.map((flip) => ({ worse: flip, better: flip }));
  const regressed = losses.map((loss) => ({ worse: 0.01 + loss, better: 0.01 }));
  return [...unchanged, ...regressed].map((flips) => {
    const outcomes = penalties(regression, flips, ({ worse, better, items }) =>
      regressionPenalty({ asked: items, broken: worse, mended: better }),
    );
    return { items: regression, flips, chance: alarmChance(outcomes), meanPenalty: meanPenaltyBps(outcomes) };
  });
}

const perfect: RightRates = { R: 1, J: 1, C: 1, P: 1, E: 1 };

/** Shares of items fully right: kinds of models between the two hypotheses and beyond them. */
function scenarios({ earlyStop: { families } }: Suite): { name: string; rates: RightRates }[] {
  const at = (bps: "goodBps" | "badBps") => ({
    R: families.R[bps] / 10_000,
    J: families.J[bps] / 10_000,
    C: families.C[bps] / 10_000,
    P: families.P[bps] / 10_000,
    E: families.E[bps] / 10_000,
  });
  return [
    { name: "perfect", rates: perfect },
    { name: "all as good as “good”", rates: at("goodBps") },
    { name: "all at 90 %", rates: { R: 0.9, J: 0.9, C: 0.9, P: 0.9, E: 0.9 } },
    { name: "R as bad as “bad”, others perfect", rates: { ...perfect, R: families.R.badBps / 10_000 } },
    { name: "P at 30 %, others perfect", rates: { ...perfect, P: 0.3 } },
    { name: "all as bad as “bad”", rates: at("badBps") },
  ];
}

export interface EarlyStopRow {
  readonly name: string;
  /** Chances that a run ends because a family is bad, and because all are good. */
  readonly bad: number;
  readonly good: number;
  /** Expected, of a run that may stop early and of one that may not; without V, with the load phase, which is never left out. */
  readonly requests: number;
  readonly allRequests: number;
  /** Items credited as evidence: a third of those that counted when it stopped. */
  readonly credited: number;
  readonly allItems: number;
}

/** What the soonest admission of a perfect model costs when its runs are stopped, and when they are not, in the order of `committees`. */
function earlyDecisions([perfectRun]: readonly EarlyStopRow[], policy: Policy) {
  if (perfectRun === undefined) return [];
  const { requests, credited, allRequests, allItems } = perfectRun;
  return committees.map((members) => ({
    members,
    stopped: decisionCost({ items: Math.floor(credited), requests: Math.round(requests) }, members, policy),
    complete: decisionCost({ items: allItems, requests: allRequests }, members, policy),
  }));
}

function earlyStopRows({ profile, requests, regression, items, load }: SuiteSize, suite: Suite): EarlyStopRow[] {
  const stopping: Suite = { ...suite, earlyStop: { ...suite.earlyStop, profiles: [profile] } };
  const manifest = manifestForEndpoint("http://127.0.0.1");
  const plan = buildPlan({ suite: stopping, profile, seed: `0x${"00".repeat(32)}`, manifest });
  const loadRequests = loadSteps.length * load;
  return scenarios(suite).map(({ name, rates }): EarlyStopRow => {
    const { bad, good, requests: ofMainPhase, items: ofMain } = earlyStop(plan, stopping, rates);
    const complete = 1 - bad - good;
    const counted = ofMain - complete * (items - load) + (bad + good) * load;
    return {
      name,
      bad,
      good,
      requests: ofMainPhase + loadRequests,
      allRequests: requests - regression,
      credited: counted / 3 + complete * items,
      allItems: items,
    };
  });
}
