import type { Hex } from "../../domain/hex.ts";
import { draw } from "../../domain/seed.ts";
import type { PlannedItem } from "./probe.ts";
import { unitsOf } from "./unitsOf.ts";

/** What one worker sends in a go: a single probe, or a whole conversation in order. */
export interface Unit {
  readonly item: number;
  readonly probes: readonly number[];
}

const lap = 1n << 32n;

/**
 * Shuffles by systematic sampling: an item with m laps starts at a random point of its block's first m-th and returns every m-th of
 * it, so that two units of one item are never close, which a plain shuffle does not promise. Load items are sent in a phase of
 * their own.
 * @param blocks how many times the main phase completes its share of every family; 1 spreads every item over all of it
 */
export function sendingOrder(items: readonly PlannedItem[], seed: Hex, blocks: number): Unit[] {
  const offset = (index: number) => Number(draw(seed, "order", BigInt(index)) % lap);
  const blockOf = blockAssignment(items, blocks);
  const placed = items.flatMap(({ family, probes, laps }, item) => {
    if (family === "L") return [];
    const units = unitsOf({ family, probes });
    const block = blockOf(item);
    const start = offset(item);
    return laps.map((nth, index) => ({
      block,
      place: Math.floor((start + nth * Number(lap)) / laps.length),
      unit: { item, probes: units[index] ?? [] },
    }));
  });
  placed.sort((a, b) => a.block - b.block || a.place - b.place || a.unit.item - b.unit.item);
  return placed.map(({ unit }) => unit);
}

/** Each block gets its share of each family; items of a family are independent draws, so their numbers may decide. */
function blockAssignment(items: readonly PlannedItem[], blocks: number): (item: number) => number {
  const sizes = new Map<string, number>();
  const nths = items.map(({ family }) => {
    const nth = sizes.get(family) ?? 0;
    sizes.set(family, nth + 1);
    return nth;
  });
  return (item) => Math.floor(((nths[item] ?? 0) * blocks) / (sizes.get(items[item]?.family ?? "") ?? 1));
}
