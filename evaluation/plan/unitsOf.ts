import type { Item } from "./probe.ts";

/** The probes that one worker sends in a go, the later ones with the history of the earlier: the turns of a conversation, or one probe. */
export function unitsOf({ family, probes }: Pick<Item, "family" | "probes">): readonly (readonly number[])[] {
  const all = probes.map((_, probe) => probe);
  return family === "C" ? [all.slice(0, -1), all.slice(-1)] : all.map((probe) => [probe]);
}

/** The turns of a conversation, its question last: what its grade is about. */
export function turnsOf<T>(probes: readonly T[]): readonly T[] {
  return probes.slice(0, -1);
}

/** A conversation's control, which comes behind its turns: the same operations and the question in one message. */
export function controlOf<T>(probes: readonly T[]): T | undefined {
  return probes.at(-1);
}
