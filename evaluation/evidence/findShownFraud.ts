import type { Hex } from "../../domain/hex.ts";
import type { ClaimedTree, EvidencePath, SumsFraud } from "./findWrongSums.ts";
import { type Leaf, leafHash, type Node, nothing, parentOf } from "./merkleSum.ts";

/** An opened leaf, as it answers a challenge. */
export interface ShownLeaf {
  readonly path: EvidencePath;
  readonly leaf: Leaf;
}

/** A node of a signed tree with the sums that its parent commits to. */
interface CommittedNode {
  readonly height: number;
  readonly path: EvidencePath;
  readonly node: Node;
}

interface Place {
  readonly height: number;
  readonly index: number;
}

/** Levels of a tree at most: the contract takes no longer path. */
const maxHeight = 32;

/**
 * Sums that were made up in a signed tree of which only openings are known. A node whose hash is that of a node of the published records
 * commits to all below it; it has to carry the sums, and stand at the place, that the records give.
 * @param built The tree of the records that were published.
 * @param root Hash of the root that was signed; what does not lead to it proves nothing.
 */
export function findShownFraud(built: ClaimedTree, root: Hex, shown: readonly ShownLeaf[]): SumsFraud | null {
  const places = placesOf(built);
  for (const committed of shown.flatMap((leaf) => committedBy(leaf, root))) {
    const place = places.get(committed.node.hash);
    const fraud = place && (wrongSumsAt(built, place, committed) ?? wrongPlace(built, place, committed));
    if (fraud) return fraud;
  }
  return null;
}

/** A leaf below the smallest part of the signed tree that no published record accounts for; undefined when openings show no such part. */
export function unaccountedLeaf(built: ClaimedTree, root: Hex, shown: readonly ShownLeaf[]): bigint | undefined {
  const places = placesOf(built);
  const unknown = shown.flatMap((leaf) => committedBy(leaf, root)).filter(({ node }) => !places.has(node.hash));
  const [smallest] = unknown.sort((a, b) => a.height - b.height);
  return smallest && smallest.path.index << BigInt(smallest.height);
}

/** The siblings on a leaf's way up to the signed root; none when it does not lead there. */
function committedBy({ path: { index, siblings }, leaf }: ShownLeaf, root: Hex): CommittedNode[] {
  if (siblings.length > maxHeight) return [];
  const committed: CommittedNode[] = [];
  let node: Node = { hash: leafHash(Number(index), leaf), sums: leaf.sums, counts: leaf.counts };
  for (const [height, sibling] of siblings.entries()) {
    const place = index >> BigInt(height);
    const path = { index: place ^ 1n, siblings: [node, ...siblings.slice(height + 1)] };
    if (!isNothing(sibling)) committed.push({ height, path, node: sibling });
    node = place & 1n ? parentOf(sibling, node) : parentOf(node, sibling);
  }
  return node.hash === root ? committed : [];
}

/** What carries sums is something, also under the hash of nothing. Twin: `EvidenceLib.isLast`. */
function isNothing({ hash, sums, counts }: Node): boolean {
  return hash === nothing.hash && sums === 0n && counts === 0n;
}

/** The node is there with other sums than its children have, or than the leaf was hashed with. */
function wrongSumsAt(
  { levels, leaves }: ClaimedTree,
  { height, index }: Place,
  { path, node }: CommittedNode,
): SumsFraud | null {
  const right = levels[height]?.[index];
  if (!right || (right.sums === node.sums && right.counts === node.counts)) return null;
  const claimed = leaves[index];
  if (height === 0)
    return claimed ? { kind: "wrongLeaf", path, node, leafIndex: BigInt(claimed.index), leaf: claimed.leaf } : null;
  const [left = nothing, other = nothing] = [levels[height - 1]?.[2 * index], levels[height - 1]?.[2 * index + 1]];
  return { kind: "wrongSums", path, node, left, right: other };
}

/** Items that stand elsewhere than they were hashed for: the first leaf below the node shows it. */
function wrongPlace(
  { levels, leaves }: ClaimedTree,
  { height, index }: Place,
  { path }: CommittedNode,
): SumsFraud | null {
  const first = index * 2 ** height;
  const [node, claimed] = [levels[0]?.[first], leaves[first]];
  const stands = path.index << BigInt(height);
  if (!node || !claimed || stands === BigInt(claimed.index)) return null;
  const below = levels.slice(0, height).map((level, up) => level[Math.floor(first / 2 ** up) ^ 1] ?? nothing);
  const { index: leafIndex, leaf } = claimed;
  const way = { index: stands, siblings: [...below, ...path.siblings] };
  return { kind: "wrongLeaf", path: way, node, leafIndex: BigInt(leafIndex), leaf };
}

function placesOf({ levels }: ClaimedTree): ReadonlyMap<Hex, Place> {
  return new Map(
    levels.flatMap((level, height) => level.map(({ hash }, index): [Hex, Place] => [hash, { height, index }])),
  );
}
