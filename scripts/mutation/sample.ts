import { createHash } from "node:crypto";

/** An order that depends on nothing but each item's own lot, not on its neighbours. */
export function shuffle<Item>(items: readonly Item[], lotOf: (item: Item) => string): Item[] {
  const lots = items.map((item) => ({ item, lot: createHash("sha256").update(lotOf(item)).digest("hex") }));
  return lots.sort((a, b) => (a.lot < b.lot ? -1 : 1)).map(({ item }) => item);
}

/** `count` of the items, in their order, the same ones for the same seed. */
export function sample<Item>(items: readonly Item[], count: number, lotOf: (item: Item) => string): Item[] {
  const drawn = new Set(shuffle(items, lotOf).slice(0, count));
  return items.filter((item) => drawn.has(item));
}
