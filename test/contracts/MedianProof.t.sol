// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import { Batch, ResultEntry, ResultLog } from "../../contracts/interfaces/IAssay.sol";
import { FreezeRecord } from "../../contracts/interfaces/IAssayVault.sol";
import { ICourt, Outcome } from "../../contracts/interfaces/ICourt.sol";
import { IInspector, MedianProof, Report } from "../../contracts/interfaces/IInspector.sol";
import { CombineLib } from "../../contracts/libraries/CombineLib.sol";
import { DataCode } from "../../contracts/libraries/DataCode.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { MedianProofFixture } from "./MedianProofFixture.sol";
import { vm, VmLog } from "./Vm.sol";

/// @notice Inspector.proveWrongMedian: of a result that failed.
contract MedianProofTest is MedianProofFixture {
    function test_AFailureThatTheReportsDoNotShowIsUndone() external {
        uint256 bond = _modelBond();
        Batch memory batch = _measure(_bad(), _good());
        _isTrue(_modelBond() < bond, "frozen");
        MedianProof memory proof = _proof(batch, _good());
        vm.expectEmit(true, true, true, true, address(inspector));
        emit IInspector.MedianDisproved(versionId, roundId, assay.batchDigest(batch), _bad(), _median(_good()));
        vm.expectEmit(true, true, true, true, address(court));
        emit ICourt.ResultCorrected(versionId, roundId, _bad(), _median(_good()));
        inspector.proveWrongMedian(proof, log, frozen);
        _same(_sumOfBonds(), SEATS * SEAT_BOND - (7 * SEAT_BOND) / 2, "half of each signer's bond");
        _same(_modelBond(), bond, "restored");
        _sameAsMeasured(_median(_good()));
    }

    /// @dev Rates, mass, scar and strikes are those of a version that was measured right.
    function _sameAsMeasured(uint256 word) private view {
        Memory memory expected = MemoryLib.unpack(log.memoryBefore);
        address pointer = assay.round(roundId).policyPointer;
        CombineLib.applyResult(expected, word, roundId, log.entries[0].appliedAt, DataCode.readPolicy(pointer));
        Memory memory now_ = MemoryLib.unpack(assay.memoryOf(versionId));
        (expected.flags, now_.flags) = (0, 0);
        _same(MemoryLib.pack(now_), MemoryLib.pack(expected), "memory");
    }

    function test_FreeOfChargeForSignersTheSecondTime() external {
        Batch memory batch = _measure(_bad(), _good());
        MedianProof memory proof = _proof(batch, _good());
        inspector.proveWrongMedian(proof, log, frozen);
        uint256 sum = _sumOfBonds();
        log.entries[0].word = _median(_good());
        inspector.proveWrongMedian(proof, log, frozen);
        _same(_sumOfBonds(), sum, "bonds");
    }

    /// @dev Whoever disputed it meanwhile did so rightly, whatever the second committee says.
    function test_ADisputeAboutItEndsInTheAppellantsFavour() external {
        uint256 before = token.balanceOf(owner);
        uint256 bond = _modelBond();
        Batch memory batch = _measure(_bad(), _good());
        uint256 disputeId = _appeal();
        _draw(disputeId);
        _reevaluate(disputeId, _bad());
        inspector.proveWrongMedian(_proof(batch, _good()), log, frozen);
        vm.warp(court.dispute(disputeId).deadline);
        _isOutcome(disputeId, Outcome.Overturned, _median(_good()), false);
        vm.recordLogs();
        court.execute(disputeId, frozen, _noLog());
        VmLog[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) {
            _isTrue(logs[i].topics[0] != ICourt.ResultCorrected.selector, "found once");
        }
        _same(_modelBond(), bond, "restored once");
        _same(token.balanceOf(owner), before, "deposit");
        _sameAsMeasured(_median(_good()));
    }

    function test_RevertWhen_AProvenResultIsDisputed() external {
        Batch memory batch = _measure(_bad(), _good());
        inspector.proveWrongMedian(_proof(batch, _good()), log, frozen);
        log.entries[0].word = _median(_good());
        _expect(abi.encodeWithSelector(ICourt.AlreadyCorrected.selector, versionId, roundId));
        court.appeal(versionId, log, 0, frozen);
    }

    /// @dev Only the entry that is wrong is corrected; the tree leads from it to the root.
    function test_OneEntryOfSeveralIsProvenWrong() external {
        bytes32 disputed = versionId;
        uint256 disputedModel = modelId;
        (modelId, versionId) = _standardModel();
        roundId = _drawRound();
        Batch memory batch = _batch(roundId, _good(), _reports(roundId, _good()));
        bytes32 otherLeaf = batch.reportsRoot;
        ResultEntry memory right = batch.results[0];
        (modelId, versionId) = (disputedModel, disputed);
        batch = _batch(roundId, _good(), _reports(roundId, _bad()));
        bytes32 leaf = batch.reportsRoot;
        batch.reportsRoot = Hashes.commutativeKeccak256(leaf, otherLeaf);
        ResultEntry memory wrong = batch.results[0];
        batch.results = new ResultEntry[](2);
        (batch.results[0], batch.results[1]) = (right, wrong);
        _post(batch);
        MedianProof memory proof = _proof(batch, _bad());
        proof.entry = 1;
        proof.path = new bytes32[](1);
        proof.path[0] = otherLeaf;
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        _same(MemoryLib.unpack(assay.memoryOf(disputed)).mass, 0, "the wrong one");
        bytes32 untouched = assay.versionIdOf(right.modelId, right.digest);
        _isTrue(MemoryLib.unpack(assay.memoryOf(untouched)).mass != 0, "not the other");
    }

    /// @dev Reports about another round give no median to put in the place; the result vanishes once its round is closed.
    function test_ReportsAboutSomethingElseLeaveNothing() external {
        MedianProof memory proof = _measureByOldReports();
        inspector.proveWrongMedian(proof, log, frozen);
        _same(court.correctionOf(versionId, roundId).word, _bad(), "noted");
        _same(court.correctionOf(versionId, roundId).newWord, 0, "without a word");
        _isTrue(MemoryLib.unpack(assay.memoryOf(versionId)).mass != 0, "not yet");
        vm.warp(assay.closesAt(roundId));
        court.rectify(versionId, roundId, versionId, log);
        _sameAsUnmeasured();
        // What is left of the entry is no result.
        log.entries[0].kind = 3;
        _isTrue(assay.isLog(versionId, log), "the log that is left");
        _expect(abi.encodeWithSelector(ICourt.NotInLog.selector, versionId, roundId));
        court.rectify(versionId, roundId, versionId, log);
    }

    function test_AResultOfAClosedRoundVanishesAtOnce() external {
        MedianProof memory proof = _measureByOldReports();
        uint256 closes = assay.closesAt(roundId);
        for (uint256 late; late < 2; ++late) {
            uint256 before = vm.snapshotState();
            vm.warp(closes + late);
            inspector.proveWrongMedian(proof, log, frozen);
            _sameAsUnmeasured();
            _isTrue(vm.revertToState(before), "a second later");
        }
    }

    function _sameAsUnmeasured() private view {
        Memory memory self = MemoryLib.unpack(assay.memoryOf(versionId));
        _same(self.mass, 0, "as before");
        _same(self.strikes, 0, "no strike");
    }

    /// @dev A failing result whose reports are about the round before.
    function _measureByOldReports() private returns (MedianProof memory proof) {
        roundId = _drawRound();
        uint256 memoryBefore = assay.memoryOf(versionId);
        Report[] memory reports = _reports(roundId, _bad());
        for (uint256 i; i < reports.length; ++i) reports[i].roundId -= 1;
        Batch memory batch = _batch(roundId, _bad(), reports);
        vm.recordLogs();
        _post(batch);
        _noteEntry(memoryBefore, 0, versionId, _bad());
        _noteFreeze();
        proof = _proof(batch, _bad());
        proof.reports = reports;
    }

    /// @dev A single report about another round, earlier or later, or about another version is enough, wherever it stands.
    function test_OneReportAboutSomethingElseLeavesNothing() external {
        for (uint256 kind; kind < 6; ++kind) {
            uint256 before = vm.snapshotState();
            roundId = _drawRound();
            uint256 memoryBefore = assay.memoryOf(versionId);
            Report[] memory reports = _reports(roundId, _good());
            Report memory strange = reports[kind < 3 ? 0 : reports.length - 1];
            if (kind % 3 == 0) strange.roundId -= 1;
            else if (kind % 3 == 1) strange.roundId += 1;
            else strange.modelId += 1;
            Batch memory batch = _batch(roundId, _bad(), reports);
            vm.recordLogs();
            _post(batch);
            _noteEntry(memoryBefore, 0, versionId, _bad());
            _noteFreeze();
            MedianProof memory proof = _proof(batch, _good());
            proof.reports = reports;
            inspector.proveWrongMedian(proof, log, frozen);
            _same(court.correctionOf(versionId, roundId).word, _bad(), "noted");
            _same(court.correctionOf(versionId, roundId).newWord, 0, "without a word");
            _isTrue(vm.revertToState(before), "the next kind");
        }
    }

    /// @dev Reports that no honest evaluator can sign have no median to put in the place either.
    function test_MalformedReportsLeaveNothing() external {
        uint256 malformed = _word(10_001);
        Batch memory batch = _measure(_bad(), malformed);
        inspector.proveWrongMedian(_proof(batch, malformed), log, frozen);
        _same(court.correctionOf(versionId, roundId).word, _bad(), "noted");
        _same(court.correctionOf(versionId, roundId).newWord, 0, "without a word");
    }

    /// @dev Another batch of the same committee about the same version and score, which was never posted, costs its signers alone.
    function test_AnotherBatchLeavesThePostedResultAlone() external {
        _fail();
        uint256 memoryWord = assay.memoryOf(versionId);
        Batch memory keptBack = _batch(roundId, _bad(), _reports(roundId, _good()));
        inspector.proveWrongMedian(_proof(keptBack, _good()), log, frozen);
        _same(court.correctionOf(versionId, roundId).word, 0, "not corrected");
        _same(assay.memoryOf(versionId), memoryWord, "untouched");
        _same(_sumOfBonds(), SEATS * SEAT_BOND - (7 * SEAT_BOND) / 2, "half of each signer's bond");
    }

    /// @dev A correction whose log has expired changes no later result that happens to be as bad.
    function test_RevertWhen_ALaterResultIsRectifiedInItsPlace() external {
        MedianProof memory proof = _proof(_measure(_bad(), _good()), _good());
        inspector.proveWrongMedian(proof, log, frozen);
        uint256 corrected = roundId;
        vm.warp(block.timestamp + 40 days);
        delete log;
        _fail();
        _expect(abi.encodeWithSelector(ICourt.NotInLog.selector, versionId, corrected));
        court.rectify(versionId, corrected, versionId, log);
    }

    /// @dev Two results of the same score stand in the log: the one of the proof's round is corrected.
    function test_TheSameScoreOfAnotherRoundIsLeftAlone() external {
        _fail();
        uint256 first = roundId;
        MedianProof memory proof = _proof(_measure(_bad(), _good()), _good());
        inspector.proveWrongMedian(proof, log, frozen);
        _same(court.correctionOf(versionId, first).word, 0, "the first result");
        _same(court.correctionOf(versionId, roundId).word, _bad(), "the second");
        _same(MemoryLib.unpack(assay.memoryOf(versionId)).lastRound, roundId, "replayed to the end");
    }

    function test_RevertWhen_TheLogIsNotShown() external {
        MedianProof memory proof = _proof(_measure(_bad(), _good()), _good());
        ResultLog memory none;
        _expect(abi.encodeWithSelector(ICourt.UnknownLog.selector, versionId));
        inspector.proveWrongMedian(proof, none, frozen);
    }

    function test_RevertWhen_TheFreezeIsNotShown() external {
        MedianProof memory proof = _proof(_measure(_bad(), _good()), _good());
        bytes memory reason = abi.encodeWithSelector(ICourt.WrongFreeze.selector, versionId, roundId);
        _expect(reason);
        inspector.proveWrongMedian(proof, log, _noFreeze());
        FreezeRecord memory another = frozen;
        another.versionId = keccak256("another");
        _expect(reason);
        inspector.proveWrongMedian(proof, log, another);
        for (uint256 i; i < 2; ++i) {
            another = frozen;
            another.roundId = i == 0 ? roundId - 1 : roundId + 1;
            _expect(reason);
            inspector.proveWrongMedian(proof, log, another);
        }
    }

    /// @dev What fewer signed than a failing result needs was never applied.
    function test_RevertWhen_TooFewSignedForAFailure() external {
        Batch memory batch = _measure(_bad(), _good());
        MedianProof memory proof = _proof(batch, _good());
        proof.signers = _first(proof.signers, 4);
        proof.signatures = _signatures(assay.batchDigest(batch), proof.signers);
        _expect(_reason(IInspector.TooFewSigners.selector, 4, 5));
        inspector.proveWrongMedian(proof, log, frozen);
    }
}
