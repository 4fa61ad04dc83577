// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { EvidenceLeaf, EvidenceNode, EvidencePath } from "../../../contracts/interfaces/IInspector.sol";

/// @title EvidenceTree: builds evidence trees and opens them
/// @notice Written after `evaluation/merkleSum.ts`, without the library under test.
library EvidenceTree {
    function leafHash(uint256 index, EvidenceLeaf memory leaf) internal pure returns (bytes32) {
        return
            keccak256(
                bytes.concat(
                    keccak256(
                        bytes.concat(
                            bytes32(0),
                            bytes32(index),
                            leaf.itemHash,
                            bytes32(leaf.sums),
                            bytes32(leaf.counts)
                        )
                    )
                )
            );
    }

    function parentOf(EvidenceNode memory left, EvidenceNode memory right) internal pure returns (EvidenceNode memory) {
        bytes memory leftBytes = bytes.concat(left.hash, bytes32(left.sums), bytes32(left.counts));
        bytes memory rightBytes = bytes.concat(right.hash, bytes32(right.sums), bytes32(right.counts));
        return
            EvidenceNode({
                hash: keccak256(bytes.concat(bytes32(uint256(1)), leftBytes, rightBytes)),
                sums: left.sums + right.sums,
                counts: left.counts + right.counts
            });
    }

    function nodesOf(EvidenceLeaf[] memory leaves) internal pure returns (EvidenceNode[] memory nodes) {
        nodes = new EvidenceNode[](leaves.length);
        for (uint256 i; i < leaves.length; ++i) {
            nodes[i] = EvidenceNode({ hash: leafHash(i, leaves[i]), sums: leaves[i].sums, counts: leaves[i].counts });
        }
    }

    /// @dev The next level up; nothing stands to the right of an odd last node.
    function levelAbove(EvidenceNode[] memory level) internal pure returns (EvidenceNode[] memory above) {
        above = new EvidenceNode[]((level.length + 1) / 2);
        EvidenceNode memory nothing;
        for (uint256 i; i < above.length; ++i) {
            above[i] = parentOf(level[2 * i], 2 * i + 1 < level.length ? level[2 * i + 1] : nothing);
        }
    }

    function rootOf(EvidenceNode[] memory level) internal pure returns (EvidenceNode memory) {
        while (level.length > 1) level = levelAbove(level);
        return level[0];
    }

    /// @dev The path of node `index` of a level up to the root.
    function open(EvidenceNode[] memory level, uint256 index) internal pure returns (EvidencePath memory path) {
        path.index = index;
        uint256 depth;
        for (uint256 width = level.length; width > 1; width = (width + 1) / 2) ++depth;
        path.siblings = new EvidenceNode[](depth);
        for (uint256 height; height < depth; ++height) {
            uint256 sibling = index ^ 1;
            if (sibling < level.length) path.siblings[height] = level[sibling];
            level = levelAbove(level);
            index /= 2;
        }
    }
}
