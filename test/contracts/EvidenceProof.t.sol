// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    EvidenceLeaf,
    EvidenceNode,
    EvidencePath,
    Fault,
    IInspector,
    Report
} from "../../contracts/interfaces/IInspector.sol";
import { EvidenceLib } from "../../contracts/libraries/EvidenceLib.sol";
import { CourtFixture } from "./CourtFixture.sol";
import { vm } from "./Vm.sol";
import { EvidenceTree } from "./harness/EvidenceTree.sol";

/// @notice Inspector.proveWrongSums, proveWrongLeaf.
contract EvidenceProofTest is CourtFixture {
    EvidenceLeaf[] private leaves;
    Report private report;

    function setUp() public override {
        super.setUp();
        roundId = _drawRound();
        for (uint256 i; i < 5; ++i) leaves.push(_leaf(i, 10_000));
        report = _reports(roundId, 0)[0];
        _sign(EvidenceTree.rootOf(_nodes()));
    }

    /// @dev One primary of family 0, right at once.
    function _leaf(uint256 index, uint256 grade) private pure returns (EvidenceLeaf memory) {
        return
            EvidenceLeaf({
                itemHash: keccak256(abi.encode(index)),
                sums: grade | (uint256(10_000) << 192),
                counts: 1 | (uint256(1) << 192) | (uint256(1) << 224)
            });
    }

    function _nodes() private view returns (EvidenceNode[] memory) {
        return EvidenceTree.nodesOf(leaves);
    }

    function _sign(EvidenceNode memory root) private {
        report.evidenceRoot = root.hash;
        report.word = EvidenceLib.wordOf(root.sums, root.counts);
    }

    /// @dev The two nodes below the root.
    function _halves() private view returns (EvidenceNode[] memory) {
        return EvidenceTree.levelAbove(EvidenceTree.levelAbove(_nodes()));
    }

    function _proveRoot(EvidenceNode memory left, EvidenceNode memory right) private {
        EvidencePath memory path;
        EvidenceNode memory root = EvidenceTree.parentOf(left, right);
        inspector.proveWrongSums(report, _signed(report), path, root, left, right);
    }

    function _expectRight() private {
        _expect(abi.encodeWithSelector(IInspector.SumsAreRight.selector, report.word));
    }

    // ---------------------------------------------------------------- the word
    function test_AWordThatDoesNotFollowFromItsRootCostsHalfTheBond() external {
        report.word ^= 1;
        uint256 seatId = board.seatOfSigner(report.evaluator) - 1;
        EvidenceNode[] memory halves = _halves();
        vm.expectEmit(true, true, true, true, address(inspector));
        emit IInspector.EvaluatorSlashed(seatId, versionId, roundId, Fault.WrongSums, 5_000, SEAT_BOND / 2);
        _proveRoot(halves[0], halves[1]);
        _same(_bondOf(report.evaluator), SEAT_BOND / 2, "bond");
    }

    function test_AWordAboveOrBelowTheOneThatFollowsIsWrong() external {
        EvidenceNode[] memory halves = _halves();
        uint256 word = report.word;
        report.word = word + 1;
        _proveRoot(halves[0], halves[1]);
        uint256 bond = _bondOf(report.evaluator);
        _isTrue(bond < SEAT_BOND, "above");
        report.word = word - 1;
        _proveRoot(halves[0], halves[1]);
        _isTrue(_bondOf(report.evaluator) < bond, "below");
    }

    function test_RevertWhen_TheWordFollows() external {
        EvidenceNode[] memory halves = _halves();
        bytes memory signature = _signed(report);
        EvidencePath memory path;
        EvidenceNode memory root = EvidenceTree.parentOf(halves[0], halves[1]);
        _expectRight();
        inspector.proveWrongSums(report, signature, path, root, halves[0], halves[1]);
    }

    /// @dev 2^32 − 1 and 1 of a lane are 0 and one of the next.
    function test_LanesThatOverflowAreWrong() external {
        EvidenceNode memory left = EvidenceNode({ hash: keccak256("left"), sums: type(uint32).max, counts: 1 << 224 });
        EvidenceNode memory right = EvidenceNode({ hash: keccak256("right"), sums: 1, counts: 0 });
        _sign(EvidenceTree.parentOf(left, right));
        _proveRoot(left, right);
        _same(_bondOf(report.evaluator), SEAT_BOND / 2, "bond");
    }

    // ---------------------------------------------------------------- a node
    /// @dev The signed root commits to sums of its left half that its own children do not have.
    function _forgedHalf() private returns (EvidenceNode memory forged, EvidencePath memory path) {
        EvidenceNode[] memory halves = _halves();
        forged = halves[0];
        forged.sums += 1;
        _sign(EvidenceTree.parentOf(forged, halves[1]));
        path.siblings = new EvidenceNode[](1);
        path.siblings[0] = halves[1];
    }

    function test_ANodeWhoseSumsAreNotItsChildrensIsWrong() external {
        (EvidenceNode memory forged, EvidencePath memory path) = _forgedHalf();
        EvidenceNode[] memory quarters = EvidenceTree.levelAbove(_nodes());
        inspector.proveWrongSums(report, _signed(report), path, forged, quarters[0], quarters[1]);
        _same(_bondOf(report.evaluator), SEAT_BOND / 2, "bond");
    }

    function test_RevertWhen_TheNodesSumsAreItsChildrens() external {
        EvidenceNode[] memory quarters = EvidenceTree.levelAbove(_nodes());
        EvidenceNode[] memory halves = EvidenceTree.levelAbove(quarters);
        EvidencePath memory path = EvidenceTree.open(halves, 0);
        bytes memory signature = _signed(report);
        _expectRight();
        inspector.proveWrongSums(report, signature, path, halves[0], quarters[0], quarters[1]);
    }

    function test_RevertWhen_TheNodeIsNotInTheTree() external {
        (EvidenceNode memory forged, EvidencePath memory path) = _forgedHalf();
        EvidenceNode[] memory quarters = EvidenceTree.levelAbove(_nodes());
        bytes memory signature = _signed(report);
        forged.sums += 1;
        bytes32 shown = EvidenceTree.parentOf(forged, path.siblings[0]).hash;
        _expect(abi.encodeWithSelector(IInspector.WrongOpening.selector, shown, report.evidenceRoot));
        inspector.proveWrongSums(report, signature, path, forged, quarters[0], quarters[1]);
    }

    function test_RevertWhen_TheChildrenAreNotTheNodes() external {
        (EvidenceNode memory forged, EvidencePath memory path) = _forgedHalf();
        EvidenceNode[] memory quarters = EvidenceTree.levelAbove(_nodes());
        bytes memory signature = _signed(report);
        bytes32 shown = EvidenceTree.parentOf(quarters[1], quarters[0]).hash;
        _expect(abi.encodeWithSelector(IInspector.WrongOpening.selector, shown, forged.hash));
        inspector.proveWrongSums(report, signature, path, forged, quarters[1], quarters[0]);
    }

    // ---------------------------------------------------------------- a leaf
    function test_ALeafWithOtherSumsOrCountsThanTheCommittedOnesIsWrong() external {
        for (uint256 kind; kind < 4; ++kind) {
            EvidenceNode[] memory nodes = _nodes();
            if (kind == 0) nodes[2].sums -= 1;
            else if (kind == 1) nodes[2].sums += 1;
            else if (kind == 2) nodes[2].counts -= 1;
            else nodes[2].counts += 1;
            _sign(EvidenceTree.rootOf(nodes));
            uint256 bond = _bondOf(report.evaluator);
            inspector.proveWrongLeaf(report, _signed(report), EvidenceTree.open(nodes, 2), nodes[2], 2, leaves[2]);
            _same(_bondOf(report.evaluator), bond / 2, "bond");
        }
    }

    /// @dev The same item twice.
    function test_ALeafThatStandsElsewhereIsWrong() external {
        EvidenceNode[] memory nodes = _nodes();
        nodes[3] = nodes[2];
        _sign(EvidenceTree.rootOf(nodes));
        inspector.proveWrongLeaf(report, _signed(report), EvidenceTree.open(nodes, 3), nodes[3], 2, leaves[2]);
        _same(_bondOf(report.evaluator), SEAT_BOND / 2, "bond");
        nodes[1] = nodes[2];
        _sign(EvidenceTree.rootOf(nodes));
        inspector.proveWrongLeaf(report, _signed(report), EvidenceTree.open(nodes, 1), nodes[1], 2, leaves[2]);
        _same(_bondOf(report.evaluator), SEAT_BOND / 4, "for the next report");
    }

    function test_RevertWhen_TheLeafIsRight() external {
        EvidenceNode[] memory nodes = _nodes();
        bytes memory signature = _signed(report);
        EvidencePath memory path = EvidenceTree.open(nodes, 2);
        _expectRight();
        inspector.proveWrongLeaf(report, signature, path, nodes[2], 2, leaves[2]);
    }

    function test_RevertWhen_TheLeafShownIsNotTheNodes() external {
        EvidenceNode[] memory nodes = _nodes();
        bytes memory signature = _signed(report);
        EvidencePath memory path = EvidenceTree.open(nodes, 2);
        _expect(abi.encodeWithSelector(IInspector.WrongOpening.selector, nodes[1].hash, nodes[2].hash));
        inspector.proveWrongLeaf(report, signature, path, nodes[2], 1, leaves[1]);
    }

    function test_TheOnlyLeafHasToGiveTheWord() external {
        EvidenceNode memory only = EvidenceNode({
            hash: EvidenceTree.leafHash(0, leaves[0]),
            sums: leaves[0].sums,
            counts: leaves[0].counts
        });
        _sign(only);
        report.word ^= 1;
        EvidencePath memory path;
        inspector.proveWrongLeaf(report, _signed(report), path, only, 0, leaves[0]);
        _same(_bondOf(report.evaluator), SEAT_BOND / 2, "bond");
    }

    // ---------------------------------------------------------------- once
    function test_RevertWhen_TheReportWasProvenWrongBefore() external {
        report.word ^= 1;
        EvidenceNode[] memory halves = _halves();
        _proveRoot(halves[0], halves[1]);
        bytes memory signature = _signed(report);
        uint256 seatId = board.seatOfSigner(report.evaluator) - 1;
        EvidencePath memory path;
        EvidenceNode memory root = EvidenceTree.parentOf(halves[0], halves[1]);
        _expect(abi.encodeWithSelector(IInspector.AlreadySlashed.selector, seatId, Fault.WrongSums));
        inspector.proveWrongSums(report, signature, path, root, halves[0], halves[1]);
    }

    function test_RevertWhen_ItIsTooLongAgo() external {
        report.word ^= 1;
        EvidenceNode[] memory halves = _halves();
        bytes memory signature = _signed(report);
        EvidencePath memory path;
        EvidenceNode memory root = EvidenceTree.parentOf(halves[0], halves[1]);
        uint256 until = assay.closesAt(roundId) + 21 days;
        vm.warp(until);
        _expect(_reason(IInspector.ProofTooLate.selector, until, until));
        inspector.proveWrongSums(report, signature, path, root, halves[0], halves[1]);
    }

    function test_RevertWhen_SomebodyElseSigned() external {
        report.word ^= 1;
        EvidenceNode[] memory halves = _halves();
        EvidencePath memory path;
        EvidenceNode memory root = EvidenceTree.parentOf(halves[0], halves[1]);
        bytes memory signature = _compact(KEY + 200, inspector.reportDigest(report));
        _expect(abi.encodeWithSelector(IInspector.WrongSignature.selector, vm.addr(KEY + 200), report.evaluator));
        inspector.proveWrongSums(report, signature, path, root, halves[0], halves[1]);
    }
}
