// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch } from "../../../contracts/interfaces/IAssay.sol";
import { ICourt, Outcome, Stage } from "../../../contracts/interfaces/ICourt.sol";
import { MedianProof, Report } from "../../../contracts/interfaces/IInspector.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { CourtFixture } from "../CourtFixture.sol";
import { vm } from "../Vm.sol";

/// @notice Attacks on disputes: to undo a true failure, to take a rival's evidence, to keep money or disputes where they are.
contract CourtAttackTest is CourtFixture {
    // ---------------------------------------------------------------- a second batch
    /// @dev Two thirds of a committee sign the posted result once more, over reports that it does not follow from, and prove themselves wrong.
    function test_ASecondBatchUndoesNoFailure() external {
        _fail();
        uint256 bond = _modelBond();
        uint256 memoryWord = assay.memoryOf(versionId);
        MedianProof memory proof = _unposted(_bad(), _good());
        inspector.proveWrongMedian(proof, log, frozen);
        _same(_sumOfBonds(), SEATS * SEAT_BOND - (7 * SEAT_BOND) / 2, "they pay");
        _same(_modelBond(), bond, "the freeze stays");
        _same(assay.memoryOf(versionId), memoryWord, "so does the memory");
        _same(court.correctionOf(versionId, roundId).word, 0, "nothing was found wrong");
        _appeal();
    }

    /// @dev A log tells which batch was posted: another one, however flattering, takes no evidence away.
    function test_ASecondBatchTakesNoEvidenceOfALoggedRound() external {
        _fail();
        _measureInLog(_good());
        uint256 memoryWord = assay.memoryOf(versionId);
        inspector.proveWrongMedian(_unposted(_good(), _bad()), log, _noFreeze());
        _same(_sumOfBonds(), SEATS * SEAT_BOND - (7 * SEAT_BOND) / 2, "they pay");
        _same(assay.memoryOf(versionId), memoryWord, "evidence stays");
    }

    /// @dev Nor does one of a round in which nothing was posted.
    function test_ABatchThatWasNeverPostedTakesNoEvidenceOfALoggedVersion() external {
        _fail();
        uint256 quiet = _drawRound();
        _measureInLog(_good());
        uint256 memoryWord = assay.memoryOf(versionId);
        roundId = quiet;
        inspector.proveWrongMedian(_unposted(_good(), _bad()), log, _noFreeze());
        _same(assay.memoryOf(versionId), memoryWord, "evidence stays");
    }

    /// @dev What is left: a version that has not failed lately has no log. A quorum can take its evidence at half a bond each; it gathers it anew.
    function test_TakingEvidenceAwayCostsAQuorumHalfItsBonds() external {
        _measure(_good(), _good());
        MedianProof memory proof = _unposted(_good(), _bad());
        proof.signers = _first(proof.signers, 4);
        proof.signatures = _signatures(assay.batchDigest(proof.batch), proof.signers);
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        _same(MemoryLib.unpack(assay.memoryOf(versionId)).mass, 0, "evidence is gone");
        _same(MemoryLib.unpack(assay.memoryOf(versionId)).scar, 0, "nothing else is");
        _same(_sumOfBonds(), SEATS * SEAT_BOND - (4 * SEAT_BOND) / 2, "the price");
    }

    /// @dev A batch over the last round's version that was signed, but not posted, and whose reports say `reported`.
    function _unposted(uint256 word, uint256 reported) private view returns (MedianProof memory proof) {
        Report[] memory reports = _reports(roundId, reported);
        // So that it is another batch than the posted one.
        for (uint256 i; i < reports.length; ++i) reports[i].evidenceRoot = keccak256("made up");
        proof.batch = _batch(roundId, word, reports);
        proof.signers = _committee(roundId);
        proof.signatures = _signatures(assay.batchDigest(proof.batch), proof.signers);
        proof.reports = reports;
    }

    /// @dev A result that goes on in the log.
    function _measureInLog(uint256 word) private {
        roundId = _drawRound();
        Batch memory batch = _batch(roundId, word, _reports(roundId, word));
        _post(batch);
        _noteEntry(0, 0, versionId, word);
        _isTrue(assay.isLog(versionId, log), "logged");
    }

    function _sumOfBonds() private view returns (uint256 sum) {
        for (uint256 i; i < SEATS; ++i) sum += vault.seatBondOf(i).assets;
    }

    // ---------------------------------------------------------------- disputes of others
    /// @dev Somebody else disputes the failure first: the stake that comes back is the owner's, the deposit whoever's paid it.
    function test_AStrangersAppealTakesNothingFromTheOwner() external {
        uint256 bond = _modelBond();
        _fail();
        uint256 before = token.balanceOf(other);
        vm.recordLogs();
        vm.prank(other);
        uint256 disputeId = court.appeal(versionId, log, 0, frozen);
        _noteFreeze();
        _draw(disputeId);
        _reevaluate(disputeId, _good());
        vm.warp(court.dispute(disputeId).deadline);
        vm.prank(other);
        _execute(disputeId);
        _same(_modelBond(), bond, "restored");
        _same(token.balanceOf(other), before, "deposit");
    }

    /// @dev A model that fails on purpose, and behaves when it is measured again. Its owner gets everything back, and the fund pays the second committee no
    /// more than the owner paid for the round: no part of the seats makes that a business.
    function test_AModelThatFlapsTakesNoMoreThanItPaid() external {
        vault.prepay(modelId, 100);
        uint256 bond = _modelBond();
        uint256 balance = token.balanceOf(owner);
        uint256 disputeId = _reevaluated(_good());
        uint256 fund = vault.evaluationFund();
        uint256 signers = court.dispute(disputeId).committee;
        vm.warp(court.dispute(disputeId).deadline);
        _execute(disputeId);
        for (; signers != 0; signers &= signers - 1) court.claimFee(disputeId, _lowest(signers));
        _same(_modelBond(), bond, "stake");
        _same(token.balanceOf(owner), balance, "deposit");
        _isTrue(fund - vault.evaluationFund() <= _standards().evaluationPrice, "no more than the price of a round");
    }

    /// @dev A bad model that answers nothing at all when it is measured, and as well as it can when it is measured again: better by more than chance, and
    /// still below what costs stake.
    function test_FailingWorseOnPurposeSavesNoStake() external {
        uint256 bond = _modelBond();
        uint256 balance = token.balanceOf(owner);
        _measure(_word(0), _word(0));
        uint256 disputeId = _appeal();
        _draw(disputeId);
        _reevaluate(disputeId, _word(5_000));
        _same(uint256(court.dispute(disputeId).verdict), uint256(Outcome.Confirmed), "it fails again");
        vm.warp(court.dispute(disputeId).deadline);
        _execute(disputeId);
        _isTrue(_modelBond() < bond, "stake");
        _isTrue(token.balanceOf(owner) < balance, "deposit");
    }

    /// @dev Where the failure is confirmed, the appellant has lost at least as much as the fund pays, whoever owns the seats.
    function test_ADisputeInVainCostsMoreThanItPays() external {
        vault.prepay(modelId, 100);
        uint256 balance = token.balanceOf(owner);
        uint256 disputeId = _reevaluated(_bad());
        uint256 fund = vault.evaluationFund();
        uint256 signers = court.dispute(disputeId).committee;
        vm.warp(court.dispute(disputeId).deadline);
        _execute(disputeId);
        for (; signers != 0; signers &= signers - 1) court.claimFee(disputeId, _lowest(signers));
        _isTrue(balance - token.balanceOf(owner) >= fund - vault.evaluationFund(), "no gain");
    }

    /// @dev What the second committee signed about one dispute says nothing about another.
    function test_AReevaluationIsOfOneDispute() external {
        _fail();
        uint256 first = _appeal();
        _fail();
        vm.prank(owner);
        uint256 second = court.appeal(versionId, log, 1, frozen);
        uint256 signers = _draw(first);
        bytes32 reports = bytes32("reports");
        bytes memory signatures = _signatures(court.reevaluationDigest(second, _good(), reports), signers);
        (bool taken, ) = address(court).call(
            abi.encodeCall(ICourt.postReevaluation, (first, _good(), reports, signers, signatures))
        );
        _isTrue(!taken, "refused");
        _reevaluate(first, _good());
        _same(uint256(court.dispute(first).verdict), uint256(Outcome.Overturned), "its own is taken");
    }

    /// @dev Standards that come into force meanwhile change neither the deposit that goes back nor what the verdict is measured by.
    function test_StandardsThatChangeDuringADisputeChangeNothingInIt() external {
        Policy memory next = _policy();
        (next.disputeDeposit, next.freezeWindow) = (uint96(9_999 * UNIT), uint32(2 * EPOCH));
        for (uint256 family; family < 7; ++family) next.slashFloorsBps[family] = 0;
        board.announcePolicy(next);
        vm.warp(block.timestamp + TIGHTENING_NOTICE - 2 * EPOCH);
        _fail();
        uint256 before = token.balanceOf(owner);
        uint256 disputeId = _appeal();
        vm.warp(block.timestamp + 2 * EPOCH);
        _same(board.currentPolicyId(), 2, "other standards");
        _draw(disputeId);
        _reevaluate(disputeId, _bad());
        _same(uint256(court.dispute(disputeId).verdict), uint256(Outcome.Confirmed), "by the standards of its round");
        vm.warp(court.dispute(disputeId).deadline);
        _execute(disputeId);
        _same(token.balanceOf(owner), before - DEPOSIT, "the deposit that was paid");
        _same(vault.depositsHeld(), 0, "none is held");
    }

    // ---------------------------------------------------------------- money
    /// @dev Whoever executes with too little gas to pay a deposit out only makes it wait: it is owed, and nobody but its owner gets it.
    function test_AStarvedSettlementKeepsTheDeposit() external {
        uint256 before = token.balanceOf(owner);
        _fail();
        uint256 disputeId = _appeal();
        vm.warp(court.dispute(disputeId).deadline);
        bytes memory call = abi.encodeCall(ICourt.execute, (disputeId, frozen, _noLog()));
        for (uint256 gasGiven = 60_000; court.dispute(disputeId).stage != Stage.Executed; gasGiven += 1_000) {
            (bool done, ) = address(court).call{ gas: gasGiven }(call);
            _isTrue(done == (court.dispute(disputeId).stage == Stage.Executed), "all or nothing");
        }
        if (court.depositOwed(owner) != 0) court.claimDeposit(owner);
        _same(token.balanceOf(owner), before, "deposit");
        _same(vault.depositsHeld(), 0, "none is held");
    }
}
