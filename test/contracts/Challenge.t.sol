// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Correction, ICourt } from "../../contracts/interfaces/ICourt.sol";
import {
    Answer,
    EvidenceLeaf,
    EvidenceNode,
    Fault,
    IInspector,
    Report,
    Request
} from "../../contracts/interfaces/IInspector.sol";
import { EvidenceLib } from "../../contracts/libraries/EvidenceLib.sol";
import { CourtFixture } from "./CourtFixture.sol";
import { vm } from "./Vm.sol";
import { EvidenceTree } from "./harness/EvidenceTree.sol";

/// @notice Inspector.challenge, answer, uphold.
contract ChallengeTest is CourtFixture {
    uint256 private constant ITEMS = 5;
    uint256 private constant SMALL_DEPOSIT = DEPOSIT / 10;

    EvidenceLeaf[] private leaves;
    Report private report;

    function setUp() public override {
        super.setUp();
        roundId = _drawRound();
        for (uint256 i; i < ITEMS; ++i) leaves.push(_leaf(i));
        EvidenceNode memory root = EvidenceTree.rootOf(EvidenceTree.nodesOf(leaves));
        report = _reports(roundId, 0)[0];
        report.evidenceRoot = root.hash;
        report.word = EvidenceLib.wordOf(root.sums, root.counts);
    }

    /// @dev Item `i` has two records.
    function _record(uint256 i, uint256 number) private pure returns (bytes memory) {
        return abi.encodePacked('{"item":', i, ',"attempt":', number, "}");
    }

    function _recordHashes(uint256 i) private pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](2);
        (hashes[0], hashes[1]) = (sha256(_record(i, 0)), sha256(_record(i, 1)));
    }

    function _leaf(uint256 i) private pure returns (EvidenceLeaf memory) {
        return
            EvidenceLeaf({
                itemHash: sha256(abi.encodePacked(_recordHashes(i))),
                sums: 10_000 | (uint256(10_000) << 192) | (uint256(1) << 224),
                counts: 1 | (uint256(2) << 192) | (uint256(1) << 224)
            });
    }

    function _request(uint256 leafIndex, uint256 recordIndex) private pure returns (Request memory) {
        return Request({ leafIndex: leafIndex, recordIndex: recordIndex });
    }

    function _answer(uint256 shown, uint256 recordIndex) private view returns (Answer memory answered) {
        answered.path = EvidenceTree.open(EvidenceTree.nodesOf(leaves), shown);
        answered.leaf = leaves[shown];
        answered.recordHashes = _recordHashes(shown);
        if (recordIndex < 2) answered.record = _record(shown, recordIndex);
    }

    function _challenge(Request memory request) private {
        bytes memory signature = _signed(report);
        vm.prank(other);
        inspector.challenge(report, signature, request);
    }

    function _digest() private view returns (bytes32) {
        return inspector.reportDigest(report);
    }

    // ---------------------------------------------------------------- ask
    function test_AChallengeTakesADeposit() external {
        uint256 before = token.balanceOf(other);
        _challenge(_request(2, 1));
        _same(before - token.balanceOf(other), SMALL_DEPOSIT, "paid");
        _same(vault.depositsHeld(), SMALL_DEPOSIT, "held");
        _same(inspector.openChallenges(_digest()), 1, "open");
        _same(inspector.challengeOf(_digest(), _request(2, 1)).challenger, other, "challenger");
        _same(inspector.challengeOf(_digest(), _request(2, 1)).answerBy, block.timestamp + 2 * EPOCH, "answer by");
    }

    function test_RevertWhen_ItWasAskedBefore() external {
        _challenge(_request(2, 1));
        bytes memory signature = _signed(report);
        _expect(abi.encodeWithSelector(IInspector.AlreadyChallenged.selector, _digest(), 2, 1));
        inspector.challenge(report, signature, _request(2, 1));
    }

    function test_RevertWhen_AnsweredBefore() external {
        _challenge(_request(2, 1));
        inspector.answer(report, _request(2, 1), _answer(2, 1));
        bytes memory signature = _signed(report);
        _expect(abi.encodeWithSelector(IInspector.AlreadyChallenged.selector, _digest(), 2, 1));
        inspector.challenge(report, signature, _request(2, 1));
    }

    function test_RevertWhen_EightChallengesAreOpen() external {
        for (uint256 i; i < 8; ++i) _challenge(_request(i, 0));
        bytes memory signature = _signed(report);
        _expect(abi.encodeWithSelector(IInspector.TooManyChallenges.selector, _digest(), 8));
        inspector.challenge(report, signature, _request(8, 0));
        // An answer makes room.
        inspector.answer(report, _request(0, 0), _answer(0, 0));
        _challenge(_request(8, 0));
    }

    function test_RevertWhen_TheEvidenceIsTooOld() external {
        uint256 until = assay.closesAt(roundId) + 4 * EPOCH;
        bytes memory signature = _signed(report);
        for (uint256 late; late < 2; ++late) {
            vm.warp(until + late);
            _expect(_reason(IInspector.ChallengeTooLate.selector, until, until + late));
            inspector.challenge(report, signature, _request(0, 0));
        }
    }

    function test_RevertWhen_AnIndexIsTooLarge() external {
        bytes memory signature = _signed(report);
        uint256 bound = type(uint32).max;
        _expect(_reason(IInspector.IndexTooLarge.selector, bound + 1, bound));
        inspector.challenge(report, signature, _request(bound + 1, 0));
        _expect(_reason(IInspector.IndexTooLarge.selector, bound + 1, bound));
        inspector.challenge(report, signature, _request(0, bound + 1));
    }

    function test_RevertWhen_TheEvaluatorDidNotSign() external {
        bytes memory signature = _compact(KEY + 200, _digest());
        _expect(abi.encodeWithSelector(IInspector.WrongSignature.selector, vm.addr(KEY + 200), report.evaluator));
        inspector.challenge(report, signature, _request(0, 0));
    }

    function test_RevertWhen_TheEvaluatorWasNotInTheCommittee() external {
        report.evaluator = vm.addr(KEY + _lowest(~_committee(roundId)));
        bytes memory signature = _signed(report);
        _expect(abi.encodeWithSelector(IInspector.NotInCommittee.selector, report.evaluator, roundId, versionId));
        inspector.challenge(report, signature, _request(0, 0));
    }

    /// @dev Whoever has seat 0 among them.
    function test_EveryMemberOfACommitteeAnswersForItsReport() external {
        for (uint256 i; i < 20 && _committee(roundId) & 1 == 0; ++i) roundId = _drawRound();
        Report[] memory reports = _reports(roundId, report.word);
        _same(board.seatOfSigner(reports[0].evaluator), 1, "seat 0 is a member");
        for (uint256 i; i < reports.length; ++i) {
            report = reports[i];
            _challenge(_request(0, 0));
            _same(inspector.openChallenges(_digest()), 1, "open");
        }
    }

    // ---------------------------------------------------------------- answer
    function test_EveryRecordCanBeShown() external {
        for (uint256 i; i < ITEMS; ++i) {
            _challenge(_request(i, i % 2));
            inspector.answer(report, _request(i, i % 2), _answer(i, i % 2));
        }
        _same(inspector.openChallenges(_digest()), 0, "open");
        _same(_bondOf(report.evaluator), SEAT_BOND, "bond");
    }

    function test_AnAnswerForfeitsTheDeposit() external {
        _challenge(_request(2, 1));
        uint256 before = token.balanceOf(other);
        uint256 commons = vault.commonsFund();
        vm.expectEmit(true, true, true, true, address(inspector));
        emit IInspector.ChallengeAnswered(_digest(), _request(2, 1), 2, leaves[2]);
        inspector.answer(report, _request(2, 1), _answer(2, 1));
        _same(token.balanceOf(other), before, "nothing back");
        _same(vault.depositsHeld(), 0, "held");
        _same(vault.commonsFund(), commons + SMALL_DEPOSIT / 2, "half to the commons fund");
        _same(token.balanceOf(address(0xdEaD)), SMALL_DEPOSIT / 2, "half burnt");
    }

    function test_AnItemWithFewerRecordsShowsThem() external {
        _challenge(_request(2, 2));
        inspector.answer(report, _request(2, 2), _answer(2, 2));
        _challenge(_request(2, 7));
        inspector.answer(report, _request(2, 7), _answer(2, 7));
        _same(inspector.openChallenges(_digest()), 0, "open");
    }

    /// @dev Nobody is slashed for an item that never was.
    function test_TheLastLeafShowsThatThereIsNoSuchItem() external {
        _challenge(_request(5, 0));
        _challenge(_request(7, 0));
        _challenge(_request(1_000_000, 0));
        inspector.answer(report, _request(5, 0), _answer(4, 0));
        inspector.answer(report, _request(7, 0), _answer(4, 0));
        inspector.answer(report, _request(1_000_000, 0), _answer(4, 0));
        _same(inspector.openChallenges(_digest()), 0, "open");
    }

    function test_RevertWhen_ALeafThatIsNotTheLastIsShown() external {
        _challenge(_request(4, 0));
        Answer memory answered = _answer(3, 0);
        _expect(_reason(IInspector.WrongLeaf.selector, 3, 4));
        inspector.answer(report, _request(4, 0), answered);
    }

    function test_RevertWhen_ALaterLeafIsShown() external {
        _challenge(_request(1, 0));
        Answer memory answered = _answer(4, 0);
        _expect(_reason(IInspector.WrongLeaf.selector, 4, 1));
        inspector.answer(report, _request(1, 0), answered);
    }

    function test_RevertWhen_TheRecordIsAnother() external {
        _challenge(_request(2, 1));
        Answer memory answered = _answer(2, 0);
        _expect(abi.encodeWithSelector(IInspector.WrongRecord.selector, sha256(_record(2, 0)), sha256(_record(2, 1))));
        inspector.answer(report, _request(2, 1), answered);
    }

    function test_RevertWhen_ARecordHashIsLeftOut() external {
        _challenge(_request(2, 1));
        Answer memory answered = _answer(2, 1);
        bytes32[] memory hashes = new bytes32[](1);
        hashes[0] = answered.recordHashes[0];
        answered.recordHashes = hashes;
        bytes32 shown = sha256(abi.encodePacked(hashes));
        _expect(abi.encodeWithSelector(IInspector.WrongRecord.selector, shown, leaves[2].itemHash));
        inspector.answer(report, _request(2, 1), answered);
    }

    function test_RevertWhen_TheSumsDoNotAddUp() external {
        _challenge(_request(2, 1));
        Answer memory answered = _answer(2, 1);
        answered.leaf.sums += 1;
        EvidenceNode[] memory nodes = EvidenceTree.nodesOf(leaves);
        nodes[2].hash = EvidenceTree.leafHash(2, answered.leaf);
        nodes[2].sums += 1;
        bytes32 shown = EvidenceTree.rootOf(nodes).hash;
        _expect(abi.encodeWithSelector(IInspector.WrongOpening.selector, shown, report.evidenceRoot));
        inspector.answer(report, _request(2, 1), answered);
    }

    /// @dev Evidence that does not give the report's word is no answer.
    function test_RevertWhen_TheRootDoesNotGiveTheWord() external {
        uint256 word = report.word;
        Answer memory answered = _answer(2, 1);
        for (uint256 above; above < 2; ++above) {
            report.word = above == 0 ? word - 1 : word + 1;
            _challenge(_request(2, 1));
            _expect(abi.encodeWithSelector(IInspector.WrongOpening.selector, report.evidenceRoot, report.evidenceRoot));
            inspector.answer(report, _request(2, 1), answered);
        }
    }

    /// @dev The same sums over other items.
    function test_RevertWhen_TheEvidenceIsAnother() external {
        bytes32 committed = report.evidenceRoot;
        leaves[4].itemHash = keccak256("another item");
        _challenge(_request(2, 1));
        Answer memory answered = _answer(2, 1);
        bytes32 shown = EvidenceTree.rootOf(EvidenceTree.nodesOf(leaves)).hash;
        _expect(abi.encodeWithSelector(IInspector.WrongOpening.selector, shown, committed));
        inspector.answer(report, _request(2, 1), answered);
    }

    /// @dev Sums that give the word only because one of them ran over are no answer.
    function test_RevertWhen_ASumRunsOver() external {
        leaves[2].sums |= type(uint32).max;
        EvidenceNode memory root = EvidenceTree.rootOf(EvidenceTree.nodesOf(leaves));
        (report.evidenceRoot, report.word) = (root.hash, EvidenceLib.wordOf(root.sums, root.counts));
        _challenge(_request(2, 1));
        Answer memory answered = _answer(2, 1);
        _expect(abi.encodeWithSelector(IInspector.WrongOpening.selector, root.hash, root.hash));
        inspector.answer(report, _request(2, 1), answered);
    }

    function test_RevertWhen_TheAnswerIsLate() external {
        _challenge(_request(2, 1));
        Answer memory answered = _answer(2, 1);
        uint256 answerBy = block.timestamp + 2 * EPOCH;
        for (uint256 late; late < 2; ++late) {
            vm.warp(answerBy + late);
            _expect(_reason(IInspector.AnswerTooLate.selector, answerBy, answerBy + late));
            inspector.answer(report, _request(2, 1), answered);
        }
        // Two epochs are two epochs, whatever fills the blocks at their end.
        vm.warp(answerBy - 1);
        inspector.answer(report, _request(2, 1), answered);
    }

    function test_RevertWhen_NobodyAsked() external {
        Answer memory answered = _answer(2, 1);
        _expect(abi.encodeWithSelector(IInspector.NoOpenChallenge.selector, _digest(), 2, 1));
        inspector.answer(report, _request(2, 1), answered);
    }

    // ---------------------------------------------------------------- no answer
    function test_SilenceCostsAPartOfTheBondAndGivesTheDepositBack() external {
        uint256 before = token.balanceOf(other);
        _challenge(_request(2, 1));
        vm.warp(block.timestamp + 2 * EPOCH);
        uint256 seatId = board.seatOfSigner(report.evaluator) - 1;
        vm.expectEmit(true, true, true, true, address(inspector));
        emit IInspector.ChallengeUpheld(_digest(), _request(2, 1));
        vm.expectEmit(true, true, true, true, address(inspector));
        emit IInspector.EvaluatorSlashed(seatId, versionId, roundId, Fault.Unavailable, 500, SEAT_BOND / 20);
        inspector.uphold(report, _request(2, 1));
        _same(token.balanceOf(other), before, "deposit back, and nothing more");
        _same(_bondOf(report.evaluator), SEAT_BOND - SEAT_BOND / 20, "bond");
    }

    /// @dev Evidence that is lost is lost once.
    function test_SilenceAboutOneReportCostsOnce() external {
        uint256 before = token.balanceOf(other);
        for (uint256 i; i < 3; ++i) _challenge(_request(i, 0));
        vm.warp(block.timestamp + 2 * EPOCH + 1);
        for (uint256 i; i < 3; ++i) inspector.uphold(report, _request(i, 0));
        _same(token.balanceOf(other), before, "all deposits back");
        _same(_bondOf(report.evaluator), SEAT_BOND - SEAT_BOND / 20, "bond");
    }

    function test_RevertWhen_ThereIsTimeToAnswer() external {
        _challenge(_request(2, 1));
        uint256 answerBy = block.timestamp + 2 * EPOCH;
        vm.warp(answerBy - 1);
        _expect(_reason(IInspector.AnswerPending.selector, answerBy, answerBy - 1));
        inspector.uphold(report, _request(2, 1));
    }

    function test_RevertWhen_ItWasUpheldBefore() external {
        _challenge(_request(2, 1));
        vm.warp(block.timestamp + 2 * EPOCH);
        inspector.uphold(report, _request(2, 1));
        _expect(abi.encodeWithSelector(IInspector.NoOpenChallenge.selector, _digest(), 2, 1));
        inspector.uphold(report, _request(2, 1));
    }

    // ---------------------------------------------------------------- through the court
    function test_RevertWhen_SomebodyElseSpeaksForTheInspector() external {
        bytes memory reason = abi.encodeWithSelector(ICourt.NotAuthorized.selector, address(this), address(inspector));
        _expect(reason);
        court.slash(0, 1);
        _expect(reason);
        court.discredit(versionId);
        _expect(reason);
        court.takeDeposit(other, 1);
        _expect(reason);
        court.settleDeposit(other, 1);
        _expect(reason);
        court.correct(versionId, 1, 0, Correction({ word: 1, newWord: 2 }), _noLog(), _noFreeze());
    }
}
