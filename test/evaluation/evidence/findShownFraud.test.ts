import { describe, expect, test } from "vitest";
import type { Hex } from "../../../domain/hex.ts";
import { findShownFraud, type ShownLeaf, unaccountedLeaf } from "../../../evaluation/evidence/findShownFraud.ts";
import { type ClaimedTree, claimsOf, pathTo } from "../../../evaluation/evidence/findWrongSums.ts";
import { buildTree, type Leaf, nothing } from "../../../evaluation/evidence/merkleSum.ts";
import { rebuilt, withForgedNode } from "../forgeTree.ts";

/** Eleven items, so that levels are odd and even. */
const leaves = Array.from({ length: 11 }, (_, i): Leaf => {
  const itemHash: Hex = `0x${`${i + 10}`.padStart(64, "0")}`;
  return { itemHash, sums: BigInt(i) * 1_000n, counts: 1n };
});
const built: ClaimedTree = claimsOf(buildTree(leaves), leaves);

/** What the evaluator that signed a tree shows of it when it is asked for an item. */
function shownOf(tree: ClaimedTree, index: number): ShownLeaf {
  const claimed = tree.leaves[index];
  if (!claimed) throw new RangeError(`no leaf ${index}`);
  return { path: pathTo(tree, 0, index), leaf: claimed.leaf };
}

describe("sums that were made up, by what answers to challenges show", () => {
  test("default: openings of the tree that the records give prove nothing", () => {
    const shown = leaves.map((_, index) => shownOf(built, index));
    expect(findShownFraud(built, built.root.hash, shown)).toBeNull();
    expect(unaccountedLeaf(built, built.root.hash, shown)).toBeUndefined();
  });

  test.each([
    [0, 7, 6, "wrongLeaf"],
    [1, 2, 6, "wrongSums"],
    [2, 1, 0, "wrongSums"],
  ])("behavior: a node forged at height %i is proven by an opening beside it", (height, index, asked, kind) => {
    const tree = withForgedNode(built, height, index);
    const fraud = findShownFraud(built, tree.root.hash, [shownOf(tree, asked)]);
    expect(fraud).toMatchObject({ kind, path: { index: BigInt(index) } });
  });

  test("behavior: an opening farther off tells which leaf to ask for next, until one stands beside it", () => {
    const tree = withForgedNode(built, 0, 7);
    const asked: ShownLeaf[] = [];
    const next: bigint[] = [];
    for (let leaf: bigint | undefined = 0n; leaf !== undefined && asked.length < 4; ) {
      asked.push(shownOf(tree, Number(leaf)));
      if (findShownFraud(built, tree.root.hash, asked)) break;
      leaf = unaccountedLeaf(built, tree.root.hash, asked);
      next.push(leaf ?? -1n);
    }
    expect(next).toEqual([4n, 6n]);
    expect(findShownFraud(built, tree.root.hash, asked)).toMatchObject({ kind: "wrongLeaf", leafIndex: 7n });
  });

  test.each([0, 1, 2])("behavior: a branch of height %i that stands in two places", (height) => {
    const levels = built.levels.map((level) => [...level]);
    const first = levels[height]?.[0];
    if (first) levels[height]?.splice(1, 1, first);
    const tree = { ...rebuilt(levels, height), leaves };
    const shown = { path: pathTo(tree, 0, 0), leaf: leaves[0] ?? never() };
    const fraud = findShownFraud(built, tree.root.hash, [shown]);
    expect(fraud).toMatchObject({ kind: "wrongLeaf", path: { index: BigInt(2 ** height) }, leafIndex: 0n });
  });

  test("behavior: sums under the hash of nothing are the next to be asked for", () => {
    const levels = built.levels.map((level) => [...level]);
    levels[0]?.push({ hash: nothing.hash, sums: 90_000n, counts: 0n });
    const tree = { ...rebuilt(levels, 0), leaves: built.leaves };
    expect(unaccountedLeaf(built, tree.root.hash, [shownOf(tree, 10)])).toBe(11n);
  });

  test("error: what does not lead to the signed root proves nothing", () => {
    const tree = withForgedNode(built, 0, 7);
    const endless = { ...shownOf(tree, 6), path: { index: 6n, siblings: Array(40).fill(built.root) } };
    expect(findShownFraud(built, built.root.hash, [shownOf(tree, 6), endless])).toBeNull();
  });
});

function never(): never {
  throw new RangeError("no such leaf");
}
