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

    /// @dev Two items were measured. The second stands right below the root, as if the tree had no more than one level, and is shown as the last to whoever
    /// asks for any after it; the first stands deeper, beside sums that nobody measured.
    function test_ATreeHasOneHeight() external {
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
        EvidenceNode memory deep = EvidenceTree.parentOf(_nodeOf(0, leaf), hollow);
        EvidenceNode memory root = EvidenceTree.parentOf(deep, _nodeOf(1, leaf));
        Report memory report = _reports(roundId, EvidenceLib.wordOf(root.sums, root.counts))[0];
        report.evidenceRoot = root.hash;

        Answer memory second;
        second.leaf = leaf;
        second.path.index = 1;
        second.path.siblings = new EvidenceNode[](1);
        second.path.siblings[0] = deep;
        _challenge(report, 1);
        inspector.answer(report, Request({ leafIndex: 1, recordIndex: 0 }), second);
        for (uint256 leafIndex = 2; leafIndex < 5; ++leafIndex) {
            _challenge(report, leafIndex);
            inspector.answer(report, Request({ leafIndex: leafIndex, recordIndex: 0 }), second);
        }
        Answer memory first;
        first.leaf = leaf;
        first.path.siblings = new EvidenceNode[](2);
        (first.path.siblings[0], first.path.siblings[1]) = (hollow, _nodeOf(1, leaf));
        Request memory request = Request({ leafIndex: 0, recordIndex: 0 });
        _challenge(report, 0);
        _expect(_reason(IInspector.WrongHeight.selector, 2, 1));
        inspector.answer(report, request, first);
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
