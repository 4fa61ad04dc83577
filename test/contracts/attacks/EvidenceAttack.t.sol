// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    Answer,
    EvidenceLeaf,
    EvidenceNode,
    IInspector,
    Report,
    Request
} from "../../../contracts/interfaces/IInspector.sol";
import { EvidenceLib } from "../../../contracts/libraries/EvidenceLib.sol";
import { CourtFixture } from "../CourtFixture.sol";
import { vm } from "../Vm.sol";
import { EvidenceTree } from "../harness/EvidenceTree.sol";

/// @notice Attacks on evidence: a word that no item stands behind, and nobody who asks is shown.
contract EvidenceAttackTest is CourtFixture {
    /// @dev One item was measured. Everything else the word needs stands to the right of it, under the hash of nothing: no leaf can be asked for there.
    function test_NothingHasNoSums() external {
        roundId = _drawRound();
        EvidenceLeaf memory leaf = EvidenceLeaf({ itemHash: sha256(""), sums: _lane(0, 10_000), counts: _lane(0, 1) });
        EvidenceNode memory hollow = EvidenceNode({
            hash: 0,
            sums: _lane(0, 99 * 10_000) + _lane(6, 100 * 10_000),
            counts: _lane(0, 99) + _lane(6, 100) + _lane(7, 100)
        });
        EvidenceNode memory root = EvidenceTree.parentOf(
            EvidenceNode({ hash: EvidenceTree.leafHash(0, leaf), sums: leaf.sums, counts: leaf.counts }),
            hollow
        );
        Report memory report = _reports(roundId, EvidenceLib.wordOf(root.sums, root.counts))[0];
        report.evidenceRoot = root.hash;
        Request memory request = Request({ leafIndex: 1, recordIndex: 0 });
        bytes memory signature = _signed(report);
        vm.prank(other);
        inspector.challenge(report, signature, request);

        Answer memory answered;
        answered.leaf = leaf;
        answered.path.siblings = new EvidenceNode[](1);
        answered.path.siblings[0] = hollow;
        _expect(_reason(IInspector.WrongLeaf.selector, 0, 1));
        inspector.answer(report, request, answered);
        vm.warp(block.timestamp + 2 * EPOCH);
        inspector.uphold(report, request);
        _same(_bondOf(report.evaluator), SEAT_BOND - SEAT_BOND / 20, "it costs what silence costs");
    }

    /// @dev The high leaf is shown as the last to whoever asks for any after it: the deep one cannot be shown any more.
    function test_ATreeHasOneHeight() external {
        (Report memory report, Answer memory high, Answer memory deep) = _twoHeights();
        for (uint256 leafIndex = 1; leafIndex < 5; ++leafIndex) {
            _challenge(report, leafIndex);
            inspector.answer(report, Request({ leafIndex: leafIndex, recordIndex: 0 }), high);
        }
        _challenge(report, 0);
        _refusedAndUpheld(report, Request({ leafIndex: 0, recordIndex: 0 }), deep, [uint256(2), 1]);
    }

    /// @dev The deep leaf is shown first: the high one is none.
    function test_ATreeIsAsHighAsItsFirstAnswer() external {
        (Report memory report, Answer memory high, Answer memory deep) = _twoHeights();
        _challenge(report, 0);
        inspector.answer(report, Request({ leafIndex: 0, recordIndex: 0 }), deep);
        _challenge(report, 1);
        _refusedAndUpheld(report, Request({ leafIndex: 1, recordIndex: 0 }), high, [uint256(1), 2]);
    }

    /// @dev Two items were measured. The second stands right below the root, as if the tree had no more than one level; the first stands deeper, beside
    /// sums that nobody measured.
    function _twoHeights() private returns (Report memory report, Answer memory high, Answer memory deep) {
        roundId = _drawRound();
        EvidenceNode memory hollow = EvidenceNode({
            hash: keccak256("nobody measured this"),
            sums: _lane(0, 98 * 10_000) + _lane(6, 98 * 10_000),
            counts: _lane(0, 98) + _lane(6, 98) + _lane(7, 98)
        });
        EvidenceLeaf memory leaf = EvidenceLeaf({
            itemHash: sha256(""),
            sums: _lane(0, 10_000) + _lane(6, 10_000),
            counts: _lane(0, 1) + _lane(6, 1) + _lane(7, 1)
        });
        (high.leaf, high.path.index, high.path.siblings) = (leaf, 1, new EvidenceNode[](1));
        high.path.siblings[0] = EvidenceTree.parentOf(_nodeOf(0, leaf), hollow);
        (deep.leaf, deep.path.siblings) = (leaf, new EvidenceNode[](2));
        (deep.path.siblings[0], deep.path.siblings[1]) = (hollow, _nodeOf(1, leaf));
        EvidenceNode memory root = EvidenceTree.parentOf(high.path.siblings[0], _nodeOf(1, leaf));
        report = _reports(roundId, EvidenceLib.wordOf(root.sums, root.counts))[0];
        report.evidenceRoot = root.hash;
    }

    /// @param heights Shown, and expected.
    function _refusedAndUpheld(
        Report memory report,
        Request memory request,
        Answer memory answered,
        uint256[2] memory heights
    ) private {
        _expect(_reason(IInspector.WrongHeight.selector, heights[0], heights[1]));
        inspector.answer(report, request, answered);
        vm.warp(block.timestamp + 2 * EPOCH);
        inspector.uphold(report, request);
        _same(_bondOf(report.evaluator), SEAT_BOND - SEAT_BOND / 20, "it costs what silence costs");
    }

    function _challenge(Report memory report, uint256 leafIndex) private {
        bytes memory signature = _signed(report);
        vm.prank(other);
        inspector.challenge(report, signature, Request({ leafIndex: leafIndex, recordIndex: 0 }));
    }

    function _nodeOf(uint256 index, EvidenceLeaf memory leaf) private pure returns (EvidenceNode memory) {
        return EvidenceNode({ hash: EvidenceTree.leafHash(index, leaf), sums: leaf.sums, counts: leaf.counts });
    }

    function _lane(uint256 index, uint256 value) private pure returns (uint256) {
        return value << (32 * index);
    }
}
