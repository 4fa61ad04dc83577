import { families } from "../../domain/families.ts";
import { addLanes, type Lanes, laneCount, packLanes } from "../evidence/lanes.ts";
import { buildTree, type MerkleSumTree } from "../evidence/merkleSum.ts";
import { sha256 } from "../evidence/sha256.ts";
import type { Plan } from "../plan/plan.ts";
import type { Item } from "../plan/probe.ts";
import type { Observation } from "../run/observation.ts";
import type { Suite } from "../suite/suite.ts";
import { type FirstAttempts, gradeItem } from "./gradeItem.ts";

/** What one item came to. */
export interface ItemVerdict {
  readonly item: Item;
  readonly firsts: FirstAttempts;
  /** Its attempts, probe by probe. */
  readonly observations: readonly Observation[];
  /** x, 0..10000; 0 and uncounted when void. */
  readonly grade: number;
  /** Failures of the evaluator's own making: the item counts for nothing. */
  readonly isVoid: boolean;
  /** Probes (or whole conversations) that an abandoned run never sent; they count as failed. */
  readonly unsent: number;
  readonly sums: Lanes;
  readonly counts: Lanes;
}

export interface Verdict {
  readonly items: readonly ItemVerdict[];
  readonly tree: MerkleSumTree;
  /** The root's lanes: numerators and denominators of everything posted. */
  readonly sums: Lanes;
  readonly counts: Lanes;
  readonly voidAttempts: number;
  /** Too many voids: nothing of this run may be posted. */
  readonly voided: boolean;
}

export interface Evidence {
  readonly plan: Plan;
  readonly suite: Suite;
  /** In the order of the records. */
  readonly observations: readonly Observation[];
  /** When the evaluator's own canary failed, in microseconds since the run began. */
  readonly canaryFailures: readonly number[];
}

const firstTryLane = families.indexOf("T");
/** Lane 7: retries over items, so that the whole result word follows from the root. */
const retryLane = 7;

/** Grades a run from its evidence alone. The run and every replay of it call this very function. */
export function judge({ plan, suite, observations, canaryFailures }: Evidence): Verdict {
  const isVoid = voidTest(suite, canaryFailures);
  const byItem: Observation[][] = plan.items.map(() => []);
  for (const observation of observations) byItem[observation.item]?.push(observation);
  const items = plan.items.map((item, index) => judgeItem(item, byItem[index] ?? [], isVoid));
  const tree = buildTree(
    items.map((verdict) => ({
      itemHash: itemHash(verdict.observations),
      sums: packLanes(verdict.sums),
      counts: packLanes(verdict.counts),
    })),
  );
  const voidAttempts = observations.filter(isVoid).length;
  return {
    items,
    tree,
    sums: totalOf(items.map(({ sums }) => sums)),
    counts: totalOf(items.map(({ counts }) => counts)),
    voidAttempts,
    voided: voidAttempts * 10_000 > suite.canary.maxVoidBps * observations.length,
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

function judgeItem(
  item: Item,
  unsorted: readonly Observation[],
  isVoid: (observation: Observation) => boolean,
): ItemVerdict {
  const observations = [...unsorted].sort((a, b) => a.probe - b.probe || a.attempt - b.attempt);
  const firsts = item.probes.map((_, probe) => observations.find((seen) => seen.probe === probe && seen.attempt === 0));
  const unsent = unsentOf(item, firsts);
  if (firsts.some((first) => first && isVoid(first))) {
    return { item, firsts, observations, grade: 0, isVoid: true, unsent, sums: lanesOf({}), counts: lanesOf({}) };
  }
  const grade = gradeItem(item, firsts);
  const { primaries, retries, hard } = attemptsOf(observations, unsent);
  const family = families.indexOf(item.family);
  const sums = lanesOf({
    [family]: grade * item.weight,
    [firstTryLane]: 10_000 * (primaries - hard),
    [retryLane]: retries,
  });
  const counts = lanesOf({ [family]: item.weight, [firstTryLane]: primaries + retries, [retryLane]: 1 });
  return { item, firsts, observations, grade, isVoid: false, unsent, sums, counts };
}

/** A conversation is one unit: its later turns are not sent when an earlier one never succeeds, and are then nobody's failure but that one's. */
function unsentOf(item: Item, firsts: FirstAttempts): number {
  if (item.family === "C") return firsts[0] ? 0 : 1;
  return firsts.filter((first) => !first).length;
}

/** N primaries, r retries, h primaries that never succeeded; what was never sent is a primary that never succeeded. */
function attemptsOf(observations: readonly Observation[], unsent: number) {
  const retries = observations.filter(({ attempt }) => attempt > 0).length;
  const sent = observations.length - retries;
  const succeeded = observations.filter(({ failure }) => failure === null).length;
  return { primaries: sent + unsent, retries, hard: sent - succeeded + unsent };
}

function lanesOf(values: Readonly<Record<number, number>>): number[] {
  return Array.from({ length: laneCount }, (_, lane) => values[lane] ?? 0);
}

function totalOf(lanes: readonly Lanes[]): number[] {
  return lanes.reduce<number[]>(addLanes, lanesOf({}));
}
