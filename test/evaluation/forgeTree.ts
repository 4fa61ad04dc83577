import type { ClaimedTree } from "../../evaluation/evidence/findWrongSums.ts";
import { type MerkleSumTree, type Node, nothing, parentOf } from "../../evaluation/evidence/merkleSum.ts";

/** The tree with one node's sums made up, and everything above it adding up again. */
export function withForgedNode(tree: ClaimedTree, height: number, index: number): ClaimedTree {
  const levels = tree.levels.map((level) => [...level]);
  const forged = levels[height]?.[index];
  if (!forged) throw new RangeError("no such node");
  levels[height]?.splice(index, 1, { ...forged, sums: forged.sums + 5_000n });
  return { ...rebuilt(levels, height), leaves: tree.leaves };
}

/** Adds up the levels above one anew. */
export function rebuilt(levels: readonly (readonly Node[])[], from: number): MerkleSumTree {
  const done = levels.slice(0, from + 1);
  for (let level = done.at(-1) ?? []; level.length > 1; level = done.at(-1) ?? []) {
    done.push(
      level.flatMap((left, place) => {
        const right = level[place + 1] ?? nothing;
        return place % 2 === 0 ? [parentOf(left, right)] : [];
      }),
    );
  }
  const root = done.at(-1)?.[0];
  if (!root) throw new RangeError("no root");
  return { levels: done, root };
}
