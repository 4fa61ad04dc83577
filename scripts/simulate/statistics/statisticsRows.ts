import { families } from "../../../domain/families.ts";
import type { Policy } from "../../../domain/policy.ts";
import { lowerBoundBps } from "../../../evaluation/grading/lowerBoundBps.ts";
import type { ProbeFamily } from "../../../evaluation/plan/probe.ts";
import type { Profile, Suite } from "../../../evaluation/suite/suite.ts";
import { type DecisionCost, decisionCost } from "./cost.ts";
import { type Coverage, meanCoverage, worstCoverage } from "./coverage.ts";
import { alarmChance, type Flips, meanPenaltyBps, penalties } from "./falseAlarm.ts";
import { FirstDecision } from "./firstDecision.ts";
import { type Alternatives, bestDecision, type Decision, itemsNeeded } from "./instability.ts";
import { meanBps, medianOutcomes, spreadBps } from "./liars.ts";
import { type SuiteSize, suiteSizes } from "./suiteSizes.ts";
import { orderStatisticConfidence, requestsNeeded } from "./tailBound.ts";
import { weightedScore } from "./weightedScore.ts";

export const alternatives: Alternatives = { stable: 0.02, unstable: 0.05 };
/** Rates from here up are where the floors lie. */
export const upperRange = 0.8;
export const margins = [-0.05, -0.02, 0, 0.01, 0.02, 0.03, 0.05, 0.08] as const;
export const committees = [3, 7] as const;
/** R and J are alike. */
export const decided = ["R", "C", "P", "T"] as const;
export const liarShiftBps = 500;

export interface CoverageRow {
  readonly family: ProbeFamily;
  readonly profile: Profile;
  readonly items: number;
  readonly worst: Coverage | undefined;
  readonly worstInUpperRange: Coverage | undefined;
  readonly meanInUpperRange: number;
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
  readonly size: Omit<SuiteSize, "weights">;
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
  return {
    coverage: sizes.filter(({ profile }) => profile === "quick" || profile === "standard").flatMap(coverageRows),
    tail: tailFigures(),
    needed: { at05: itemsNeeded(0.05, alternatives), at003: itemsNeeded(0.003, alternatives) },
    power: sizes.flatMap(powerRows),
    first: firstRows(policy),
    cost: sizes.map((size) => costRow(size, policy)),
    liars: sizes.filter(({ profile }) => profile === "standard").flatMap(liarRows),
    alarms: alarmRows(),
  };
}

function coverageRows({ profile, weights }: SuiteSize): CoverageRow[] {
  return [...weights].map(([family, ofItems]) => {
    const items = ofItems.length;
    const bound = {
      outcomesAt: (rate: number) => weightedScore(ofItems, rate),
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

function tailFigures() {
  return {
    quantile: 0.95,
    largest: { needed: requestsNeeded(1, 0.95, 0.95), confidence: orderStatisticConfidence(93, 1, 0.95) },
    second: { needed: requestsNeeded(2, 0.95, 0.95), confidence: orderStatisticConfidence(93, 2, 0.95) },
  };
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

function liarRows({ items, weights }: SuiteSize): LiarRow[] {
  const all = { name: "all items", weights: new Array<number>(items).fill(1) };
  const measured = [...weights].map(([family, ofItems]) => ({ name: family, weights: ofItems }));
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

/** Items of V in the standard profile. */
const pairedItems = 60;

function alarmRows(): AlarmRow[] {
  const unchanged = [0.005, 0.01, 0.02, 0.05, 0.1].map((flip) => ({ worse: flip, better: flip }));
  const regressed = [0.05, 0.1, 0.125, 0.2].map((loss) => ({ worse: 0.01 + loss, better: 0.01 }));
  return [...unchanged, ...regressed].map((flips) => {
    const outcomes = penalties(pairedItems, flips, regressionPenalty);
    return { items: pairedItems, flips, chance: alarmChance(outcomes), meanPenalty: meanPenaltyBps(outcomes) };
  });
}

function regressionPenalty({ worse, better, items }: { worse: number; better: number; items: number }): number {
  return Math.max(0, Math.floor((10_000 * (worse - better) - 20_000 * Math.sqrt(worse + better)) / items));
}
