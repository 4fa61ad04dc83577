import { families } from "../../domain/families.ts";
import { type Lanes, lanesOf } from "../evidence/lanes.ts";
import type { Item } from "../plan/probe.ts";
import { unitsOf } from "../plan/unitsOf.ts";
import type { Observation } from "../run/observation.ts";
import type { GradedItem } from "./gradedItem.ts";
import type { FirstAttempts } from "./gradeItem.ts";
import { penalised } from "./regression.ts";

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
  /** Neither void nor beyond the place where the run stopped early. */
  readonly isCounted: boolean;
  /** Units (single probes, or whole conversations) that an abandoned run never sent; they count as failed. */
  readonly unsent: number;
  readonly sums: Lanes;
  readonly counts: Lanes;
}

const firstTryLane = families.indexOf("T");
/** Lane 7: retries over items, so that the whole result word follows from the root. */
const retryLane = 7;
/** A run that stopped early is credited every third of its items: looking at every step is worth less than looking once. */
const itemsPerCredit = 3;

/** What an item counts for beside its own grade. */
export interface Circumstances {
  readonly isBeyond: (item: Item) => boolean;
  readonly penalty: number;
  readonly stopped: boolean;
}

/** Puts points, attempts and credit into every item's lanes. */
export function itemVerdicts(graded: readonly GradedItem[], circumstances: Circumstances): ItemVerdict[] {
  const { isBeyond, penalty, stopped } = circumstances;
  const isCounted = (entry: GradedItem) => !entry.isVoid && !isBeyond(entry.item);
  const points = pointsAfter(graded.filter(isCounted), penalty);
  let ranked = 0;
  return graded.map((entry) => {
    const { item, firsts, observations, isVoid } = entry;
    const counted = isCounted(entry);
    const unsent = isBeyond(item) ? 0 : unsentOf(item, firsts);
    const common = { item, firsts, observations, isVoid, isCounted: counted, unsent };
    const grade = Math.floor(entry.points / item.weight);
    if (isVoid) return { ...common, grade, sums: lanesOf({}), counts: lanesOf({}) };
    const { primaries, retries, hard } = attemptsOf(observations, unsent);
    const attempts = {
      sums: { [firstTryLane]: 10_000 * (primaries - hard), [retryLane]: retries },
      counts: { [firstTryLane]: primaries + retries },
    };
    // The questions of the version before are attempts like any other, but no evidence of this version's rates.
    if (!counted || item.family === "V") {
      return { ...common, grade, sums: lanesOf(attempts.sums), counts: lanesOf(attempts.counts) };
    }
    ranked += 1;
    const credit = !stopped || ranked % itemsPerCredit === 0 ? 1 : 0;
    const lane = families.indexOf(item.family);
    const sums = lanesOf({ ...attempts.sums, [lane]: points.get(item.index) ?? 0 });
    const counts = lanesOf({ ...attempts.counts, [lane]: item.weight, [retryLane]: credit });
    return { ...common, grade, sums, counts };
  });
}

/** Every counted item's part of its numerator once the penalty is taken off its family. */
function pointsAfter(counted: readonly GradedItem[], penalty: number): Map<number, number> {
  const points = new Map<number, number>();
  for (const family of families) {
    const own = counted.filter(({ item }) => item.family === family);
    const denominator = own.reduce((sum, { item }) => sum + item.weight, 0);
    const left = penalised(
      own.map((entry) => entry.points),
      denominator,
      penalty,
    );
    own.forEach(({ item }, index) => {
      points.set(item.index, left[index] ?? 0);
    });
  }
  return points;
}

/** The later turns of a conversation are not sent when an earlier one never succeeds, and are then nobody's failure but that one's. */
function unsentOf(item: Item, firsts: FirstAttempts): number {
  return unitsOf(item).filter(([begin = 0]) => !firsts[begin]).length;
}

/** N primaries, r retries, h primaries that never succeeded; what was never sent is a primary that never succeeded. */
function attemptsOf(observations: readonly Observation[], unsent: number) {
  const retries = observations.filter(({ attempt }) => attempt > 0).length;
  const sent = observations.length - retries;
  const succeeded = observations.filter(({ failure }) => failure === null).length;
  return { primaries: sent + unsent, retries, hard: sent - succeeded + unsent };
}
