import { randomFillSync } from "node:crypto";

/** A source of numbers in [0, 1). */
export type Random = () => number;

/** Mulberry32: the same 32-bit seed gives the same numbers on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The operating system's randomness, drawn in blocks: nobody can repeat it. */
export function freshRandom(): Random {
  const block = new Uint32Array(256);
  let next = block.length;
  return () => {
    if (next === block.length) {
      randomFillSync(block);
      next = 0;
    }
    return (block[next++] ?? 0) / 2 ** 32;
  };
}

/** An integer in [0, bound). */
export function integerBelow(random: Random, bound: number): number {
  return Math.floor(random() * bound);
}

/** One of `items`, which must not be empty. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[integerBelow(random, items.length)];
  if (item === undefined) throw new RangeError("pick: the list is empty; give at least one item");
  return item;
}
