import { createHash } from "node:crypto";

/** `count` of the items, in their order, the same ones for the same seed. An item's lot depends on itself only, not on its neighbours. */
export function sample<Item>(items: readonly Item[], count: number, lotOf: (item: Item) => string): Item[] {
  const lots = items.map((item, place) => ({ place, lot: createHash("sha256").update(lotOf(item)).digest("hex") }));
  const drawn = lots.sort((a, b) => (a.lot < b.lot ? -1 : 1)).slice(0, count);
  const places = new Set(drawn.map(({ place }) => place));
  return items.filter((_, place) => places.has(place));
}
