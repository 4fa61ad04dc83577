// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { EvidenceLeaf, EvidenceNode, EvidencePath } from "../../contracts/interfaces/IInspector.sol";
import { EvidenceLib } from "../../contracts/libraries/EvidenceLib.sol";
import { ResultLib } from "../../contracts/libraries/ResultLib.sol";
import { Assertions } from "./harness/Assertions.sol";
import { EvidenceTree } from "./harness/EvidenceTree.sol";

/// @notice The library's functions that take paths from calldata.
contract EvidencePaths {
    function rootOf(
        EvidencePath calldata path,
        EvidenceNode calldata node
    ) external pure returns (EvidenceNode memory root, bool carried) {
        return EvidenceLib.rootOf(path.index, node, path.siblings);
    }

    function isLast(EvidencePath calldata path) external pure returns (bool) {
        return EvidenceLib.isLast(path.index, path.siblings);
    }
}

/// @notice EvidenceLib: openings, and the word of a root.
contract EvidenceTest is Assertions {
    uint256 private constant FIRST_TRY = 6;
    uint256 private constant EXTRA = 7;

    EvidencePaths private paths = new EvidencePaths();

    /// @dev Five items, one with a hard failure, each with as many retries as its number.
    function _leaves() private pure returns (EvidenceLeaf[] memory leaves) {
        leaves = new EvidenceLeaf[](5);
        for (uint256 i; i < 5; ++i) {
            uint256 right = i == 3 ? 1 : 2;
            leaves[i].itemHash = keccak256(abi.encode(i));
            leaves[i].sums =
                _lane(i % 4, 2_000 * (i + 1) * (i + 1)) +
                _lane(FIRST_TRY, 10_000 * right) +
                _lane(EXTRA, i);
            leaves[i].counts = _lane(i % 4, i + 1) + _lane(FIRST_TRY, 2 + i) + _lane(EXTRA, 1);
        }
    }

    function _lane(uint256 index, uint256 value) private pure returns (uint256) {
        return value << (32 * index);
    }

    function _node(uint256 index, EvidenceLeaf memory leaf) private pure returns (EvidenceNode memory) {
        return EvidenceNode({ hash: EvidenceLib.leafHash(index, leaf), sums: leaf.sums, counts: leaf.counts });
    }

    /// @dev The numbers are those of evaluation/merkleSum.ts and evaluation/summarise.ts for the same items.
    function test_TheTwinsTreeHasTheSameRootSumsAndWord() external view {
        EvidenceNode[] memory nodes = EvidenceTree.nodesOf(_leaves());
        for (uint256 i; i < 5; ++i) {
            (EvidenceNode memory root, bool carried) = paths.rootOf(
                EvidenceTree.open(nodes, i),
                _node(i, _leaves()[i])
            );
            _same(root.hash, 0x0e986c5e7254dd21e15b5e62279ad0ef2bb7ce1f610b93057bc42de469a6c76d, "root");
            _same(root.sums, 269600031610662582747938896091244397961650094225895922928680341392160, "sums");
            _same(root.counts, 134799733461295233681068690711813941832655963084862368877402635894790, "counts");
            _same(
                EvidenceLib.wordOf(root.sums, root.counts),
                0x4f00000100000a00001400051194000000001f4017700fa021da,
                "word"
            );
            _isTrue(!carried, "no carry");
        }
    }

    function testFuzz_EveryLeafOpensToTheRoot(uint256 seed, uint256 count, uint256 index) external view {
        count = 1 + (count % 40);
        index %= count;
        EvidenceLeaf[] memory leaves = new EvidenceLeaf[](count);
        uint256 bound = type(uint32).max / count;
        for (uint256 i; i < count; ++i) {
            leaves[i].itemHash = keccak256(abi.encode(seed, i));
            for (uint256 lane; lane < 8; ++lane) {
                leaves[i].sums += _lane(lane, uint256(keccak256(abi.encode(seed, i, lane))) % bound);
                leaves[i].counts += _lane(lane, uint256(keccak256(abi.encode(seed, lane, i, "c"))) % bound);
            }
        }
        EvidenceNode[] memory nodes = EvidenceTree.nodesOf(leaves);
        EvidenceNode memory expected = EvidenceTree.rootOf(nodes);
        EvidencePath memory path = EvidenceTree.open(nodes, index);
        (EvidenceNode memory root, bool carried) = paths.rootOf(path, _node(index, leaves[index]));
        _same(keccak256(abi.encode(root)), keccak256(abi.encode(expected)), "root");
        _isTrue(!carried, "no carry");
        _isTrue(paths.isLast(path) == (index == count - 1), "last");
        // Any other sums lead elsewhere.
        leaves[index].sums ^= 1 << (seed % 256);
        (root, ) = paths.rootOf(path, _node(index, leaves[index]));
        _isTrue(root.hash != expected.hash, "another root");
    }

    function test_AnIndexThatDoesNotFitItsPathOpensNothing() external view {
        EvidenceNode[] memory nodes = EvidenceTree.nodesOf(_leaves());
        EvidencePath memory path = EvidenceTree.open(nodes, 4);
        path.index += 8;
        (EvidenceNode memory root, bool carried) = paths.rootOf(path, nodes[4]);
        _same(root.hash, bytes32(0), "no root");
        _isTrue(!carried, "no carry");
    }

    /// @dev Whatever comes above it.
    function test_ALaneThatOverflowsBelowShowsAtTheRoot() external view {
        EvidenceNode memory full = EvidenceNode({
            hash: keccak256("full"),
            sums: _lane(0, type(uint32).max),
            counts: 0
        });
        EvidencePath memory path;
        path.siblings = new EvidenceNode[](2);
        path.siblings[0] = full;
        (, bool carried) = paths.rootOf(path, full);
        _isTrue(carried, "carried");
    }

    function test_TooLongAPathOpensNothing() external view {
        EvidencePath memory path;
        path.siblings = new EvidenceNode[](33);
        (EvidenceNode memory root, ) = paths.rootOf(path, EvidenceTree.nodesOf(_leaves())[0]);
        _same(root.hash, bytes32(0), "no root");
        path.siblings = new EvidenceNode[](32);
        (root, ) = paths.rootOf(path, EvidenceTree.nodesOf(_leaves())[0]);
        _isTrue(root.hash != bytes32(0), "as long as an index is");
    }

    /// @dev What has a hash, sums or counts stands to the right.
    function test_OnlyNothingAtAllEndsATree() external view {
        EvidencePath memory path;
        path.siblings = new EvidenceNode[](1);
        _isTrue(paths.isLast(path), "nothing");
        path.siblings[0].hash = keccak256("node");
        _isTrue(!paths.isLast(path), "a hash");
        (path.siblings[0].hash, path.siblings[0].sums) = (0, 1);
        _isTrue(!paths.isLast(path), "sums");
        (path.siblings[0].sums, path.siblings[0].counts) = (0, 1);
        _isTrue(!paths.isLast(path), "counts");
        path.index = 1;
        _isTrue(paths.isLast(path), "on the left");
    }

    function testFuzz_ALaneThatOverflowsShows(uint256 lane, uint256 left, uint256 right, bool inSums) external pure {
        lane %= 8;
        left = 1 + (left % type(uint32).max);
        right %= uint256(type(uint32).max) + 1;
        EvidenceNode memory first;
        EvidenceNode memory second;
        if (inSums) (first.sums, second.sums) = (_lane(lane, left), _lane(lane, right));
        else (first.counts, second.counts) = (_lane(lane, left), _lane(lane, right));
        (, bool carried) = EvidenceLib.parentOf(first, second);
        _isTrue(carried == (left + right > type(uint32).max), "carried");
    }

    function test_NoItemsNoWord() external pure {
        _same(EvidenceLib.wordOf(_lane(0, 10_000), _lane(0, 1)), 0, "word");
    }

    function test_SumsThatNoEvaluatorCanHaveHaveNoWord() external pure {
        uint256 counts = _lane(0, 1) + _lane(FIRST_TRY, 2) + _lane(EXTRA, 1);
        uint256 sums = _lane(0, 10_000) + _lane(FIRST_TRY, 10_000) + _lane(EXTRA, 1);
        _isTrue(ResultLib.isWellFormed(EvidenceLib.wordOf(sums, counts)), "a word");
        _same(EvidenceLib.wordOf(sums + _lane(0, 1), counts), EvidenceLib.NO_WORD, "more than all right");
        _same(EvidenceLib.wordOf(sums + _lane(EXTRA, 1), counts), EvidenceLib.NO_WORD, "more retries than attempts");
        _same(
            EvidenceLib.wordOf(sums, counts + _lane(EXTRA, type(uint16).max)),
            EvidenceLib.NO_WORD,
            "more items than fit"
        );
        _same(
            EvidenceLib.wordOf(sums, counts + _lane(FIRST_TRY, type(uint24).max)),
            EvidenceLib.NO_WORD,
            "more attempts than fit"
        );
    }

    function test_AsManyItemsAndAttemptsAsFitHaveAWord() external pure {
        uint256 counts = _lane(0, 1) + _lane(FIRST_TRY, type(uint24).max) + _lane(EXTRA, type(uint16).max);
        uint256 word = EvidenceLib.wordOf(_lane(0, 10_000) + _lane(FIRST_TRY, 10_000), counts);
        _isTrue(word != EvidenceLib.NO_WORD, "a word");
        _same(ResultLib.attempts(word), type(uint24).max, "attempts");
        _same(ResultLib.items(word), type(uint16).max, "items");
    }

    /// @dev Nothing lies above the last lane where its carry could show.
    function test_TheLastLaneOverflowsToo() external pure {
        EvidenceNode memory full = EvidenceNode({
            hash: keccak256("full"),
            sums: _lane(7, type(uint32).max),
            counts: 0
        });
        (, bool carried) = EvidenceLib.parentOf(full, full);
        _isTrue(carried, "sums");
        (full.sums, full.counts) = (0, full.sums);
        (, carried) = EvidenceLib.parentOf(full, full);
        _isTrue(carried, "counts");
    }

    function testFuzz_AWordIsWellFormedOrNone(uint256 sums, uint256 counts) external pure {
        uint256 word = EvidenceLib.wordOf(sums, counts);
        if (word == 0 || word == EvidenceLib.NO_WORD) return;
        _isTrue(ResultLib.isWellFormed(word), "well-formed");
        _same(ResultLib.items(word), EvidenceLib.lane(counts, EXTRA), "items");
        _same(ResultLib.retries(word), EvidenceLib.lane(sums, EXTRA), "retries");
    }
}
