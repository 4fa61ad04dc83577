import { laneCount } from "./lanes.ts";
import { type Leaf, leafHash, type MerkleSumTree, type Node, nothing } from "./merkleSum.ts";
import { wordOfLanes } from "./wordOfLanes.ts";

/** Where a node stands in a tree: its place from the left among those of its height, and the siblings from it up to the root. */
export interface EvidencePath {
  readonly index: bigint;
  readonly siblings: readonly Node[];
}

/** A leaf with the index that went into its hash. */
export interface ClaimedLeaf {
  readonly index: number;
  readonly leaf: Leaf;
}

/** A tree as somebody claims it: every node with the sums that its parent commits to. */
export interface ClaimedTree extends MerkleSumTree {
  readonly leaves: readonly ClaimedLeaf[];
}

/** Arguments of `Inspector.proveWrongSums`, or of `Inspector.proveWrongLeaf`, after report and signature. */
export type SumsFraud =
  | {
      readonly kind: "wrongSums";
      readonly path: EvidencePath;
      readonly node: Node;
      readonly left: Node;
      readonly right: Node;
    }
  | {
      readonly kind: "wrongLeaf";
      readonly path: EvidencePath;
      readonly node: Node;
      readonly leafIndex: bigint;
      readonly leaf: Leaf;
    };

const laneBits = 32n;
const laneMask = (1n << laneBits) - 1n;

/**
 * The highest place of a signed tree where sums were made up: the root against the report's word, then every node against its children,
 * the leaves last. Null when all of it adds up.
 */
export function findWrongSums(tree: ClaimedTree, word: bigint): SumsFraud | null {
  const top = tree.levels.length - 1;
  for (let height = top; height > 0; height--) {
    for (const [index, node] of (tree.levels[height] ?? []).entries()) {
      const [left = nothing, right = nothing] = [at(tree, height - 1, 2 * index), at(tree, height - 1, 2 * index + 1)];
      const shown = { sums: left.sums + right.sums, counts: left.counts + right.counts };
      const adds = fits(left.sums, right.sums) && fits(left.counts, right.counts);
      if (adds && follows(height === top, node, shown, word)) continue;
      return { kind: "wrongSums", path: pathTo(tree, height, index), node, left, right };
    }
  }
  for (const [index, node] of (tree.levels[0] ?? []).entries()) {
    const claimed = tree.leaves[index];
    if (!claimed || (claimed.index === index && follows(top === 0, node, claimed.leaf, word))) continue;
    const { index: leafIndex, leaf } = claimed;
    return { kind: "wrongLeaf", path: pathTo(tree, 0, index), node, leafIndex: BigInt(leafIndex), leaf };
  }
  return null;
}

/** The claims of a tree that was built from its leaves: nothing in it is made up. */
export function claimsOf(tree: MerkleSumTree, leaves: readonly Leaf[]): ClaimedTree {
  return { ...tree, leaves: leaves.map((leaf, index) => ({ index, leaf })) };
}

/** Whether a claimed leaf hashes to the node it is claimed for. */
export function isHashedIn({ levels }: ClaimedTree, place: number, { index, leaf }: ClaimedLeaf): boolean {
  return levels[0]?.[place]?.hash === leafHash(index, leaf);
}

/** The place of a node with its siblings up to the root. */
export function pathTo({ levels }: MerkleSumTree, height: number, index: number): EvidencePath {
  const siblings = levels.slice(height, -1).map((level, up) => level[Math.floor(index / 2 ** up) ^ 1] ?? nothing);
  return { index: BigInt(index), siblings };
}

function at({ levels }: MerkleSumTree, height: number, index: number): Node | undefined {
  return levels[height]?.[index];
}

/** Of a root only the hash counts: its sums have to give the word. */
function follows(isRoot: boolean, node: Node, shown: Pick<Node, "sums" | "counts">, word: bigint): boolean {
  if (isRoot) return wordOfLanes(shown.sums, shown.counts) === word;
  return node.sums === shown.sums && node.counts === shown.counts;
}

/** Whether two words add up lane by lane without a carry into the next. */
function fits(left: bigint, right: bigint): boolean {
  for (let lane = 0n; lane < laneCount; lane++) {
    const shift = lane * laneBits;
    if (((left >> shift) & laneMask) + ((right >> shift) & laneMask) > laneMask) return false;
  }
  return true;
}
