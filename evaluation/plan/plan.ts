import type { Hex } from "../../domain/hex.ts";
import { draw } from "../../domain/seed.ts";
import type { Profile, Suite } from "../suite/suite.ts";
import { carryOverItem } from "./carryOverItem.ts";
import { Dice } from "./dice.ts";
import { formatItem, perturbationItem, repeatItem } from "./planItems.ts";
import type { Item, PlannedItem } from "./probe.ts";

/** What one worker sends in a go: a single probe, or a whole conversation in order. */
export interface Unit {
  readonly item: number;
  readonly probes: readonly number[];
}

export interface Plan {
  readonly items: readonly Item[];
  /** Units in sending order. */
  readonly order: readonly Unit[];
}

/** Derives every prompt, every right answer and the sending order from the seed alone. */
export function buildPlan(suite: Suite, profile: Profile, seed: Hex): Plan {
  const counts = suite.profiles[profile];
  const times = (n: number, label: string, make: (dice: Dice, index: number) => PlannedItem) =>
    Array.from({ length: n }, (_, index) => make(new Dice(draw(seed, label, BigInt(index))), index));
  const planned = [
    ...times(counts.repeat, "repeat", (dice) => repeatItem(suite, dice)),
    ...times(counts.format, "format", (dice, index) => formatItem(suite, dice, index)),
    ...times(counts.carryOverPerDepth * suite.carryOver.maxDepth, "carry-over", (dice, index) =>
      carryOverItem(suite, dice, 1 + (index % suite.carryOver.maxDepth)),
    ),
    ...times(counts.perturbation, "perturbation", (dice, index) =>
      perturbationItem(suite, dice, new Dice(draw(seed, "typo", BigInt(index)))),
    ),
  ];
  const items = planned.map(({ family, probes, weight }, index) => ({ index, family, probes, weight }));
  const offset = (index: number) => Number(draw(seed, "order", BigInt(index)) % lap);
  return { items, order: sendingOrder(planned, offset) };
}

const lap = 1n << 32n;

/**
 * Shuffles by systematic sampling: an item with m laps starts at a random point of the run's first m-th and returns every m-th of it,
 * so that two requests of one item are never close, which a plain shuffle does not promise.
 */
function sendingOrder(items: readonly PlannedItem[], offset: (item: number) => number): Unit[] {
  const placed = items.flatMap(({ family, probes, laps }, item) => {
    const start = offset(item);
    if (family === "C") return [{ place: start, unit: { item, probes: probes.map((_, probe) => probe) } }];
    return laps.map((nth, probe) => ({
      place: Math.floor((start + nth * Number(lap)) / laps.length),
      unit: { item, probes: [probe] },
    }));
  });
  placed.sort((a, b) => a.place - b.place || a.unit.item - b.unit.item);
  return placed.map(({ unit }) => unit);
}
