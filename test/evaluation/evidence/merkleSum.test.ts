import fc from "fast-check";
import { encodeAbiParameters, keccak256, parseAbiParameters } from "viem";
import { describe, expect, it } from "vitest";
import { addLanes, LaneOverflowError, packLanes, unpackLanes } from "../../../evaluation/evidence/lanes.ts";
import {
  buildTree,
  type Leaf,
  leafHash,
  NoSuchLeafError,
  nodeHash,
  openLeaf,
  verifyOpening,
} from "../../../evaluation/evidence/merkleSum.ts";

const lanes = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });
const leaves = fc.array(
  fc.record({
    itemHash: fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}` as const),
    sums: lanes.map(packLanes),
    counts: lanes.map(packLanes),
  }),
  { minLength: 1, maxLength: 40 },
);

const leafTypes = parseAbiParameters("uint8, uint256, bytes32, uint256, uint256");
const nodeTypes = parseAbiParameters("uint8, bytes32, uint256, uint256, bytes32, uint256, uint256");

describe("merkleSum", () => {
  it("default: leaf and node are the words abi.encode makes of them", () => {
    const leaf: Leaf = { itemHash: `0x${"ab".repeat(32)}`, sums: 3n << 64n, counts: 1n << 224n };
    expect(leafHash(7, leaf)).toBe(
      keccak256(keccak256(encodeAbiParameters(leafTypes, [0, 7n, leaf.itemHash, leaf.sums, leaf.counts]))),
    );
    const [left, right] = [1n, 2n].map((n) => ({ hash: leafHash(Number(n), leaf), sums: n, counts: 9n }));
    if (!left || !right) throw new TypeError("two nodes");
    expect(nodeHash(left, right)).toBe(
      keccak256(
        encodeAbiParameters(nodeTypes, [1, left.hash, left.sums, left.counts, right.hash, right.sums, right.counts]),
      ),
    );
  });

  it("behavior: every leaf opens to the root, whose lanes are the totals", () => {
    fc.assert(
      fc.property(leaves, (all) => {
        const tree = buildTree(all);
        for (const [index, leaf] of all.entries()) {
          expect(verifyOpening(tree.root, index, leaf, openLeaf(tree, index))).toBe(true);
        }
        const total = all.map(({ sums }) => unpackLanes(sums)).reduce(addLanes);
        expect(unpackLanes(tree.root.sums)).toEqual(total);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it("behavior: no changed leaf, place or sibling opens", () => {
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(), (all, pick, lane) => {
        const tree = buildTree(all);
        const index = pick % all.length;
        const leaf = all[index];
        if (!leaf) return;
        const path = openLeaf(tree, index);
        const bump = 1n << BigInt(32 * (lane % 8));
        expect(verifyOpening(tree.root, index, { ...leaf, sums: leaf.sums + bump }, path)).toBe(false);
        expect(verifyOpening(tree.root, index, { ...leaf, counts: leaf.counts + bump }, path)).toBe(false);
        expect(verifyOpening(tree.root, index + 2 ** path.length, leaf, path)).toBe(false);
        expect(verifyOpening(tree.root, index ^ 1, leaf, path)).toBe(false);
        const [first, ...rest] = path;
        if (first)
          expect(verifyOpening(tree.root, index, leaf, [{ ...first, sums: first.sums + bump }, ...rest])).toBe(false);
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it("behavior: lanes survive packing", () => {
    fc.assert(
      fc.property(lanes, (values) => void expect(unpackLanes(packLanes(values))).toEqual(values)),
      { seed: 7 },
    );
  });

  it("error: no leaf, a leaf out of range, a lane that would spill", () => {
    expect(() => buildTree([])).toThrow(NoSuchLeafError);
    const tree = buildTree([{ itemHash: `0x${"00".repeat(32)}`, sums: 0n, counts: 0n }]);
    expect(() => openLeaf(tree, 1)).toThrow(NoSuchLeafError);
    expect(() => packLanes([2 ** 32])).toThrow(LaneOverflowError);
    expect(() => addLanes([0xffff_ffff], [1])).toThrow(LaneOverflowError);
    expect(verifyOpening(tree.root, 0, { itemHash: "0x00", sums: (1n << 256n) - 1n, counts: 0n }, [tree.root])).toBe(
      false,
    );
  });
});
