// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { EvidenceLeaf, EvidenceNode } from "../interfaces/IInspector.sol";
import { ResultLib } from "./ResultLib.sol";

/// @title EvidenceLib: openings of an evidence tree, and the result word that follows from its root
/// @notice A Merkle tree whose nodes carry sums: words of eight 32-bit lanes, one a family and lane 7 for retries (sums) and items (counts). A parent
/// commits to hash, sums and counts of both children; what stands to the right of the last node of an odd level is nothing (all 0).
/// Twin: `evaluation/evidence/merkleSum.ts`, `evaluation/summarise.ts`.
library EvidenceLib {
    /// @dev Siblings in an opening at most: indices have 32 bits.
    uint256 internal constant DEPTH_MAX = 32;
    /// @dev What follows from sums that no honest evaluator can have: no result word.
    uint256 internal constant NO_WORD = type(uint256).max;

    uint256 private constant LANE_MASK = type(uint32).max;
    /// @dev The lowest bit of lanes 1 to 7: where a carry out of the lane below arrives.
    uint256 private constant CARRIES = 0x0000000100000001000000010000000100000001000000010000000100000000;
    uint256 private constant FIRST_TRY = 6;
    uint256 private constant EXTRA = 7;
    /// @dev What one right primary adds to the first-try sum.
    uint256 private constant FULL_GRADE = 10_000;

    /// @notice keccak(keccak(0, index, itemHash, sums, counts)).
    function leafHash(uint256 index, EvidenceLeaf memory leaf) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256(abi.encode(uint256(0), index, leaf.itemHash, leaf.sums, leaf.counts))));
    }

    /// @notice keccak(1, left hash, left sums, left counts, right hash, right sums, right counts).
    function nodeHash(EvidenceNode memory left, EvidenceNode memory right) internal pure returns (bytes32) {
        return keccak256(abi.encode(uint256(1), left, right));
    }

    /// @notice The parent of two nodes.
    /// @return node Its hash, and the sums and counts that follow from its children (modulo 2^256).
    /// @return carried Whether a lane overflowed: what lies below is nobody's honest evidence.
    function parentOf(
        EvidenceNode memory left,
        EvidenceNode memory right
    ) internal pure returns (EvidenceNode memory node, bool carried) {
        node.hash = nodeHash(left, right);
        bool carriedToo;
        (node.sums, carried) = _add(left.sums, right.sums);
        (node.counts, carriedToo) = _add(left.counts, right.counts);
        carried = carried || carriedToo;
    }

    /// @notice The root that follows from a node and its siblings.
    /// @param index The node's place from the left among those of its height.
    /// @param siblings From the node up, at most DEPTH_MAX.
    /// @return root All 0 when there are too many siblings or the index does not fit them.
    /// @return carried Whether a lane overflowed on the way.
    function rootOf(
        uint256 index,
        EvidenceNode memory node,
        EvidenceNode[] calldata siblings
    ) internal pure returns (EvidenceNode memory root, bool carried) {
        if (siblings.length > DEPTH_MAX || index >> siblings.length != 0) return (root, false);
        root = node;
        // At most DEPTH_MAX steps.
        for (uint256 height; height < siblings.length; ++height) {
            bool isRight = (index >> height) & 1 == 1;
            bool overflowed;
            (root, overflowed) = isRight ? parentOf(siblings[height], root) : parentOf(root, siblings[height]);
            carried = carried || overflowed;
        }
    }

    /// @notice Whether the leaf an opening shows is the tree's last: nothing stands to the right of its way up.
    function isLast(uint256 index, EvidenceNode[] calldata siblings) internal pure returns (bool) {
        for (uint256 height; height < siblings.length; ++height) {
            if ((index >> height) & 1 == 0 && !_isNothing(siblings[height])) return false;
        }
        return true;
    }

    /// @dev Without a hash alone it could carry sums that nobody can be asked for.
    function _isNothing(EvidenceNode calldata node) private pure returns (bool) {
        return node.hash == 0 && node.sums == 0 && node.counts == 0;
    }

    /// @notice The result word that follows from the root's lanes; 0 without any item, NO_WORD if they do not fit one.
    function wordOf(uint256 sums, uint256 counts) internal pure returns (uint256 word) {
        uint256 items = lane(counts, EXTRA);
        if (items == 0) return 0;
        uint256 attempts = lane(counts, FIRST_TRY);
        uint256 retries = lane(sums, EXTRA);
        uint256 accounted = retries + lane(sums, FIRST_TRY) / FULL_GRADE;
        (uint256 scores, uint256 flags) = _scores(sums, counts);
        bool fits = items <= type(uint16).max && attempts <= type(uint24).max && accounted <= attempts;
        if (!fits || scores == NO_WORD) return NO_WORD;
        // Retries and hard failures are at most attempts.
        return ResultLib.pack(scores, items, attempts, retries, attempts - accounted, flags);
    }

    function _scores(uint256 sums, uint256 counts) private pure returns (uint256 scores, uint256 flags) {
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            uint256 count = lane(counts, family);
            if (count == 0) continue;
            uint256 scoreBps = lane(sums, family) / count;
            if (scoreBps > FULL_GRADE) return (NO_WORD, 0);
            scores |= scoreBps << (16 * family);
            flags |= 1 << family;
        }
    }

    /// @notice One 32-bit lane of eight.
    function lane(uint256 lanes, uint256 index) internal pure returns (uint256) {
        return (lanes >> (32 * index)) & LANE_MASK;
    }

    /// @dev Lane by lane; a carry shows as a bit that neither word has there (or both, or one) without it.
    function _add(uint256 left, uint256 right) private pure returns (uint256 total, bool carried) {
        unchecked {
            total = left + right;
        }
        carried = total < left || (left ^ right ^ total) & CARRIES != 0;
    }
}
