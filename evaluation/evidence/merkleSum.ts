import type { Hex } from "../../domain/hex.ts";
import { keccakWords } from "../../domain/keccak.ts";
import { EvaluationError } from "../evaluationError.ts";

/** An opening cannot be made: the tree has no such leaf. */
export class NoSuchLeafError extends EvaluationError {
  constructor(index: number, leaves: number) {
    super(`evidence tree: leaf ${index} does not exist; the tree has leaves 0..${leaves - 1}`);
  }
}

/** One item of evidence. `sums` and `counts` are words of eight 32-bit lanes. */
export interface Leaf {
  readonly itemHash: Hex;
  readonly sums: bigint;
  readonly counts: bigint;
}

/** A node commits to both children's hashes and sums, so that one node proves a sum that was made up. */
export interface Node {
  readonly hash: Hex;
  readonly sums: bigint;
  readonly counts: bigint;
}

/** Levels from the leaves up to the root, which stands alone in the last one. */
export interface MerkleSumTree {
  readonly levels: readonly (readonly Node[])[];
  readonly root: Node;
}

/** What stands to the right of the last node of an odd level. */
export const nothing: Node = { hash: `0x${"00".repeat(32)}`, sums: 0n, counts: 0n };

const wordLimit = 1n << 256n;

/** keccak(keccak(abi.encode(uint8 0, index, itemHash, sums, counts))). Twin: `EvidenceLib.leafHash`. */
export function leafHash(index: number, { itemHash, sums, counts }: Leaf): Hex {
  return keccakWords(keccakWords(0n, BigInt(index), itemHash, sums, counts));
}

/** keccak(abi.encode(uint8 1, left hash, left sums, left counts, right hash, right sums, right counts)). Twin: `EvidenceLib.nodeHash`. */
export function nodeHash(left: Node, right: Node): Hex {
  return keccakWords(1n, left.hash, left.sums, left.counts, right.hash, right.sums, right.counts);
}

/** @throws NoSuchLeafError when there is no leaf at all */
export function buildTree(leaves: readonly Leaf[]): MerkleSumTree {
  let level = leaves.map(
    (leaf, index): Node => ({ hash: leafHash(index, leaf), sums: leaf.sums, counts: leaf.counts }),
  );
  const levels = [level];
  while (level.length > 1) {
    level = pairsOf(level).map(([left, right]) => parentOf(left, right));
    levels.push(level);
  }
  const [root] = level;
  if (!root) throw new NoSuchLeafError(0, 0);
  return { levels, root };
}

/** The siblings from a leaf up to the root. @throws NoSuchLeafError */
export function openLeaf({ levels }: MerkleSumTree, index: number): Node[] {
  const leaves = levels[0]?.length ?? 0;
  if (!Number.isInteger(index) || index < 0 || index >= leaves) throw new NoSuchLeafError(index, leaves);
  return levels.slice(0, -1).map((level, height) => level[Math.floor(index / 2 ** height) ^ 1] ?? nothing);
}

/** Whether `leaf` is leaf `index` of the tree with that root: hash, sums and counts. */
export function verifyOpening(root: Node, index: number, leaf: Leaf, siblings: readonly Node[]): boolean {
  if (!Number.isInteger(index) || index < 0 || index >= 2 ** siblings.length) return false;
  let node: Node = { hash: leafHash(index, leaf), sums: leaf.sums, counts: leaf.counts };
  for (const [height, sibling] of siblings.entries()) {
    const isRight = Math.floor(index / 2 ** height) % 2 === 1;
    node = isRight ? parentOf(sibling, node) : parentOf(node, sibling);
    if (node.sums >= wordLimit || node.counts >= wordLimit) return false;
  }
  return node.hash === root.hash && node.sums === root.sums && node.counts === root.counts;
}

function pairsOf(level: readonly Node[]): [Node, Node][] {
  return level.flatMap((left, index): [Node, Node][] => (index % 2 === 0 ? [[left, level[index + 1] ?? nothing]] : []));
}

/** The lanes add up without carry as long as every total is below 2^32, which packLanes checks. Twin: `EvidenceLib.parentOf`. */
export function parentOf(left: Node, right: Node): Node {
  return { hash: nodeHash(left, right), sums: left.sums + right.sums, counts: left.counts + right.counts };
}
