import { addLanes, type Lanes, lanesOf, packLanes } from "../evidence/lanes.ts";
import { buildTree, type MerkleSumTree } from "../evidence/merkleSum.ts";
import { sha256 } from "../evidence/sha256.ts";
import type { Plan } from "../plan/plan.ts";
import type { Item } from "../plan/probe.ts";
import type { Observation } from "../run/observation.ts";
import type { Suite } from "../suite/suite.ts";
import { fullGrade } from "./grade.ts";
import { type GradedItem, gradedItem } from "./gradedItem.ts";
import { isRight } from "./gradeItem.ts";
import { isOver } from "./isOver.ts";
import { type ItemVerdict, itemVerdicts } from "./itemVerdicts.ts";
import { type Lateness, latenessOf } from "./lateness.ts";
import { type PairedCounts, regressionPenalty } from "./regression.ts";
import { SequentialTest, type Stop } from "./sequentialTest.ts";

/** Why nothing of a run may be posted: the evaluator's canary failed too often, or its own requests left too late. */
export type VoidReason = "canary" | "lateness";

/** What asking the questions of the version before again came to. */
export interface Regression extends PairedCounts {
  /** Taken off every other family's score that grades answers; bps. */
  readonly penalty: number;
}

/** How often a run was interrupted and gone on with. */
export interface Interruptions {
  readonly count: number;
  /** Microseconds in which nothing was measured. */
  readonly gapMicros: number;
}

export interface Verdict {
  readonly items: readonly ItemVerdict[];
  readonly tree: MerkleSumTree;
  /** The root's lanes: numerators and denominators of everything posted. */
  readonly sums: Lanes;
  readonly counts: Lanes;
  readonly voidAttempts: number;
  /** Nothing of this run may be posted. */
  readonly voided: boolean;
  readonly voidedBy: readonly VoidReason[];
  readonly regression: Regression;
  /** Where the main phase ended early; null when everything was asked. */
  readonly stop: Stop | null;
  readonly lateness: Lateness;
  readonly interruptions: Interruptions;
}

export interface Evidence {
  readonly plan: Plan;
  readonly suite: Suite;
  /** In the order of the records. */
  readonly observations: readonly Observation[];
  /** When the evaluator's own canary failed, in microseconds since the run began. */
  readonly canaryFailures: readonly number[];
  /** Interruptions, each with the time in which nothing was measured, in microseconds. */
  readonly resumes?: readonly { readonly gap: number }[];
}

/** Grades a run from its evidence alone. The run and every replay of it call this very function. */
export function judge({ plan, suite, observations, canaryFailures, resumes = [] }: Evidence): Verdict {
  const isVoid = voidTest(suite, canaryFailures);
  const byItem: Observation[][] = plan.items.map(() => []);
  for (const observation of observations) byItem[observation.item]?.push(observation);
  const graded = plan.items.map((item, index) => gradedItem(item, byItem[index] ?? [], { plan, isVoid }));
  const { stop, isBeyond } = stopOf(graded, plan, suite);
  const regression = regressionOf(graded.filter((entry) => !entry.isVoid && !isBeyond(entry.item)));
  const items = itemVerdicts(graded, { isBeyond, penalty: regression.penalty, stopped: stop !== null });
  const voidAttempts = observations.filter(isVoid).length;
  const lateness = latenessOf(observations.map(({ late }) => late));
  const voidedBy = voidReasons(suite, { voidAttempts, attempts: observations.length, lateness });
  return {
    items,
    tree: treeOf(items),
    sums: totalOf(items.map(({ sums }) => sums)),
    counts: totalOf(items.map(({ counts }) => counts)),
    voidAttempts,
    voided: voidedBy.length > 0,
    voidedBy,
    regression,
    stop,
    lateness,
    interruptions: { count: resumes.length, gapMicros: resumes.reduce((sum, { gap }) => sum + gap, 0) },
  };
}

/** SHA-256 over the raw record hashes, probe by probe, attempt by attempt. */
export function itemHash(observations: readonly Observation[]): `0x${string}` {
  return `0x${sha256(Buffer.from(observations.map(({ recordHash }) => recordHash).join(""), "hex"))}`;
}

/** A failure is void when the canary failed within the window around it. */
function voidTest(suite: Suite, canaryFailures: readonly number[]): (observation: Observation) => boolean {
  const window = suite.canary.windowMs * 1000;
  return ({ failure, sent, end }) =>
    failure !== null && canaryFailures.some((at) => at >= sent - window && at <= end + window);
}

interface Measures {
  readonly voidAttempts: number;
  readonly attempts: number;
  readonly lateness: Lateness;
}

function voidReasons({ canary, schedule }: Suite, { voidAttempts, attempts, lateness }: Measures): VoidReason[] {
  const reasons: VoidReason[] = [];
  if (voidAttempts * 10_000 > canary.maxVoidBps * attempts) reasons.push("canary");
  if (lateness.p99Micros > schedule.maxLatenessMs * 1000) reasons.push("lateness");
  return reasons;
}

/** Looks for the place where the run had to stop: from the grades alone, in seed order. */
function stopOf(graded: readonly GradedItem[], plan: Plan, suite: Suite) {
  const test = new SequentialTest(plan, suite);
  for (const { item, observations, points } of plan.stopsEarly ? graded : []) {
    if (isOver(item, observations, suite)) test.note(item.index, points === fullGrade * item.weight);
  }
  const { stop } = test;
  const beyond = new Set(stop ? test.order.slice(stop.items) : []);
  return { stop, isBeyond: (item: Item) => beyond.has(item.index) };
}

function regressionOf(counted: readonly GradedItem[]): Regression {
  const asked = counted.filter(({ item }) => item.family === "V");
  const changed = (before: string, now: boolean) =>
    asked.filter(({ item, firsts }) => item.probes[0]?.stratum === before && isRight(firsts[0]) === now).length;
  const pairs = {
    asked: asked.length,
    broken: changed("passed-before", false),
    mended: changed("failed-before", true),
  };
  return { ...pairs, penalty: regressionPenalty(pairs) };
}

function treeOf(items: readonly ItemVerdict[]): MerkleSumTree {
  return buildTree(
    items.map((verdict) => ({
      itemHash: itemHash(verdict.observations),
      sums: packLanes(verdict.sums),
      counts: packLanes(verdict.counts),
    })),
  );
}

function totalOf(lanes: readonly Lanes[]): number[] {
  return lanes.reduce<number[]>(addLanes, lanesOf({}));
}
