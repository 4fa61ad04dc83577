// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import { Batch, IAssay, ResultEntry, ResultLog } from "../../contracts/interfaces/IAssay.sol";
import { FreezeRecord } from "../../contracts/interfaces/IAssayVault.sol";
import { ICourt, Outcome } from "../../contracts/interfaces/ICourt.sol";
import { IInspector, MedianProof, Report } from "../../contracts/interfaces/IInspector.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { CombineLib } from "../../contracts/libraries/CombineLib.sol";
import { DataCode } from "../../contracts/libraries/DataCode.sol";
import { MedianLib } from "../../contracts/libraries/MedianLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { CourtFixture } from "./CourtFixture.sol";
import { vm, VmLog } from "./Vm.sol";

/// @notice Inspector.proveWrongMedian.
contract MedianProofTest is CourtFixture {
    /// @dev Of a batch whose reports all say `reported`.
    function _proof(Batch memory batch, uint256 reported) private view returns (MedianProof memory proof) {
        proof.batch = batch;
        proof.signers = _committee(roundId);
        proof.signatures = _signatures(assay.batchDigest(batch), proof.signers);
        proof.reports = _reports(roundId, reported);
    }

    /// @dev As the median takes it: items add up, to the policy's cap.
    function _median(uint256 word) private pure returns (uint256) {
        return (word & ~(uint256(0xffff) << 112)) | (uint256(600) << 112);
    }

    function _sumOfBonds() private view returns (uint256 sum) {
        for (uint256 i; i < SEATS; ++i) sum += vault.seatBondOf(i).assets;
    }

    // ---------------------------------------------------------------- a result that failed
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

    // ---------------------------------------------------------------- a result that passed
    function test_AFlatteringMedianTakesTheEvidenceAway() external {
        Batch memory batch = _measure(_good(), _bad());
        _isTrue(MemoryLib.unpack(assay.memoryOf(versionId)).mass != 0, "evidence");
        inspector.proveWrongMedian(_proof(batch, _bad()), _noLog(), _noFreeze());
        _same(MemoryLib.unpack(assay.memoryOf(versionId)).mass, 0, "mass");
        _same(_sumOfBonds(), SEATS * SEAT_BOND - (7 * SEAT_BOND) / 2, "half of each signer's bond");
    }

    function test_EvidenceIsTakenAwayOnce() external {
        MedianProof memory proof = _proof(_measure(_good(), _bad()), _bad());
        uint256 disputed = roundId;
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        delete log;
        _measure(_good(), _good());
        uint256 memoryWord = assay.memoryOf(versionId);
        roundId = disputed;
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        _same(assay.memoryOf(versionId), memoryWord, "untouched");
    }

    /// @dev To take away what made the version look worse would punish the wrong side.
    function test_AMedianThatDoesNotFlatterCostsOnlyTheSigners() external {
        uint256 word = _median(_word(9_000));
        Batch memory batch = _measure(word, _good());
        uint256 memoryWord = assay.memoryOf(versionId);
        inspector.proveWrongMedian(_proof(batch, _good()), _noLog(), _noFreeze());
        _same(assay.memoryOf(versionId), memoryWord, "untouched");
        _same(_sumOfBonds(), SEATS * SEAT_BOND - (7 * SEAT_BOND) / 2, "half of each signer's bond");
    }

    function test_EvidenceIsTakenAwayAlsoAfterLaterResults() external {
        MedianProof memory proof = _proof(_measure(_good(), _bad()), _bad());
        _measure(_good(), _good());
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        _same(MemoryLib.unpack(assay.memoryOf(versionId)).mass, 0, "mass");
    }

    /// @dev A log that begins later tells nothing of the round.
    function test_EvidenceFromBeforeTheLogIsTakenAwayToo() external {
        MedianProof memory proof = _proof(_measure(_good(), _bad()), _bad());
        _measure(_good(), _good());
        delete log;
        _fail();
        inspector.proveWrongMedian(proof, log, frozen);
        _same(MemoryLib.unpack(assay.memoryOf(versionId)).mass, 0, "mass");
        _noteEntry(0, 4, versionId, 0);
        log.entries[1].policyPointer = address(0);
        _isTrue(assay.isLog(versionId, log), "the log says so");
    }

    function test_EvidenceOfTheLastRoundBeforeTheLogIsTakenAwayToo() external {
        MedianProof memory proof = _proof(_measure(_good(), _bad()), _bad());
        delete log;
        _fail();
        inspector.proveWrongMedian(proof, log, frozen);
        _same(MemoryLib.unpack(assay.memoryOf(versionId)).mass, 0, "mass");
    }

    /// @dev A log that can be replayed no more need not be shown.
    function test_EvidenceIsTakenAwayWhenTheLogHasExpired() external {
        _fail();
        (, uint256 until, ) = assay.logOf(versionId);
        vm.warp(block.timestamp + 20 days);
        MedianProof memory proof = _proof(_measure(_good(), _bad()), _bad());
        vm.warp(until);
        uint256 before = vm.snapshotState();
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        _same(MemoryLib.unpack(assay.memoryOf(versionId)).mass, 0, "at its end");
        vm.revertToState(before);
        vm.warp(until + 1);
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        _same(MemoryLib.unpack(assay.memoryOf(versionId)).mass, 0, "and after it");
    }

    /// @dev A batch that was signed and kept back has added nothing.
    function test_ABatchThatWasNotPostedTakesNoEvidenceAway() external {
        _measure(_good(), _good());
        uint256 memoryWord = assay.memoryOf(versionId);
        roundId = _drawRound();
        Batch memory batch = _batch(roundId, _good(), _reports(roundId, _bad()));
        inspector.proveWrongMedian(_proof(batch, _bad()), _noLog(), _noFreeze());
        _same(assay.memoryOf(versionId), memoryWord, "untouched");
        _same(_sumOfBonds(), SEATS * SEAT_BOND - (7 * SEAT_BOND) / 2, "half of each signer's bond");
    }

    /// @dev Nor is what a version inherited from a result of its own.
    function test_AVersionWithoutResultsKeepsWhatItInherited() external {
        _measure(_good(), _good());
        roundId = _drawRound();
        vm.prank(owner);
        versionId = assay.addVersion(modelId, NEXT_DIGEST, "https://example.org/manifest.json", 0);
        uint256 memoryWord = assay.memoryOf(versionId);
        _isTrue(MemoryLib.unpack(memoryWord).mass != 0, "inherited");
        Report[] memory reports = _reports(roundId, _bad());
        for (uint256 i; i < reports.length; ++i) reports[i].digest = NEXT_DIGEST;
        Batch memory batch = _batch(roundId, _good(), reports);
        batch.results[0].digest = NEXT_DIGEST;
        MedianProof memory proof = _proof(batch, _bad());
        proof.reports = reports;
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        _same(assay.memoryOf(versionId), memoryWord, "untouched");
    }

    /// @dev A result that was corrected holds no evidence up any more, also when the log that says so has run full and is gone.
    function test_ACorrectedResultTakesNothingElseAway() external {
        uint256 carried = 254;
        for (uint256 i; i < carried; ++i) _addVersion(keccak256(abi.encode(i)));
        versionId = _addVersion(NEXT_DIGEST);
        // It fails in one family and flatters in all others.
        uint256 word = (_good() & ~uint256(0xffff)) | 1_000;
        MedianProof memory proof = _measureNext(word);
        inspector.proveWrongMedian(proof, log, frozen);
        uint256 corrected = roundId;
        roundId = _drawRound();
        for (uint256 done; done < carried; done += 64) _failOthers(done, carried < done + 64 ? carried : done + 64);
        (, , uint256 entries) = assay.logOf(versionId);
        _same(entries, 255, "full");
        _measureNext(_good());
        (bytes32 logHash, , ) = assay.logOf(versionId);
        _same(logHash, 0, "gone");
        uint256 memoryWord = assay.memoryOf(versionId);
        roundId = corrected;
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        _same(assay.memoryOf(versionId), memoryWord, "untouched");
    }

    function _addVersion(bytes32 digest) private returns (bytes32) {
        vm.prank(owner);
        return assay.addVersion(modelId, digest, "https://example.org/manifest.json", 0);
    }

    /// @dev A round in which the next version gets `word`, although its reports are bad.
    function _measureNext(uint256 word) private returns (MedianProof memory proof) {
        roundId = _drawRound();
        Report[] memory reports = _reports(roundId, _bad());
        for (uint256 i; i < reports.length; ++i) reports[i].digest = NEXT_DIGEST;
        Batch memory batch = _batch(roundId, word, reports);
        batch.results[0].digest = NEXT_DIGEST;
        uint256 memoryBefore = assay.memoryOf(versionId);
        vm.recordLogs();
        _post(batch);
        _noteEntry(memoryBefore, 0, versionId, word);
        _noteFreeze();
        proof = _proof(batch, _bad());
        proof.reports = reports;
    }

    /// @dev Failing results of versions that the next one answers for.
    function _failOthers(uint256 from, uint256 to) private {
        Batch memory batch = _batch(roundId, _bad(), new Report[](0));
        batch.results = new ResultEntry[](to - from);
        for (uint256 i = from; i < to; ++i) {
            batch.results[i - from] = ResultEntry({ modelId: modelId, digest: keccak256(abi.encode(i)), word: _bad() });
        }
        _post(batch);
    }

    // ---------------------------------------------------------------- no proof
    function test_RevertWhen_TheMedianIsRight() external {
        uint256 word = _median(_good());
        MedianProof memory proof = _proof(_measure(word, _good()), _good());
        _expect(abi.encodeWithSelector(IInspector.MedianIsRight.selector, word));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_TheReportsAreNotUnderTheRoot() external {
        Batch memory batch = _measure(_good(), _good());
        MedianProof memory proof = _proof(batch, _bad());
        bytes32 shown = _reportsRoot(proof.reports);
        _expect(abi.encodeWithSelector(IInspector.WrongOpening.selector, shown, batch.reportsRoot));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_ThereIsNoSuchEntry() external {
        MedianProof memory proof = _proof(_measure(_good(), _bad()), _bad());
        for (proof.entry = 1; proof.entry <= 2; ++proof.entry) {
            _expect(_reason(IInspector.NoSuchEntry.selector, proof.entry, 1));
            inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        }
    }

    function test_RevertWhen_ThereAreMoreReportsThanMembers() external {
        MedianProof memory proof = _proof(_measure(_good(), _bad()), _bad());
        proof.reports = new Report[](16);
        _expect(_reason(IInspector.TooManyReports.selector, 16, 15));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    /// @dev As many as the largest committee has members.
    function test_FifteenReportsAreOpened() external {
        roundId = _drawRound();
        Report[] memory reports = new Report[](15);
        for (uint256 i; i < 15; ++i) reports[i] = _report(roundId, i, _bad());
        Batch memory batch = _batch(roundId, _good(), reports);
        _post(batch);
        MedianProof memory proof = _proof(batch, _bad());
        proof.reports = reports;
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
        _same(MemoryLib.unpack(assay.memoryOf(versionId)).mass, 0, "mass");
    }

    function test_RevertWhen_ThereAreNoReports() external {
        roundId = _drawRound();
        Report[] memory none = new Report[](0);
        Batch memory batch = _batch(roundId, _good(), none);
        MedianProof memory proof = _proof(batch, _bad());
        proof.reports = none;
        _expect(abi.encodeWithSelector(MedianLib.NoReports.selector));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_TooFewSigned() external {
        Batch memory batch = _measure(_good(), _bad());
        MedianProof memory proof = _proof(batch, _bad());
        proof.signers = _first(proof.signers, 3);
        proof.signatures = _signatures(assay.batchDigest(batch), proof.signers);
        _expect(_reason(IInspector.TooFewSigners.selector, 3, 4));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_ASignerIsNotInTheCommittee() external {
        Batch memory batch = _measure(_good(), _bad());
        MedianProof memory proof = _proof(batch, _bad());
        uint256 outsider = _lowest(~proof.signers);
        proof.signers |= 1 << outsider;
        proof.signatures = _signatures(assay.batchDigest(batch), proof.signers);
        _expect(abi.encodeWithSelector(IAssay.NotInCommittee.selector, outsider));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_ASignatureIsOfSomethingElse() external {
        Batch memory batch = _measure(_good(), _bad());
        MedianProof memory proof = _proof(batch, _bad());
        uint256 seat = _lowest(proof.signers);
        bytes memory rest = _signatures(assay.batchDigest(batch), proof.signers & (proof.signers - 1));
        proof.signatures = bytes.concat(_compact(KEY + 200, assay.batchDigest(batch)), rest);
        _expect(abi.encodeWithSelector(IAssay.WrongSignature.selector, seat, vm.addr(KEY + 200), vm.addr(KEY + seat)));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_ItIsTooLongAgo() external {
        MedianProof memory proof = _proof(_measure(_good(), _bad()), _bad());
        uint256 until = assay.closesAt(roundId) + 21 days;
        vm.warp(until);
        _expect(_reason(IInspector.ProofTooLate.selector, until, until));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }
}

/// @notice Two committees a round: only the one that a version belongs to can have put it into a batch.
contract MedianProofShardsTest is CourtFixture {
    function _standards() internal pure override returns (Policy memory policy) {
        policy = _policy();
        policy.shards = 2;
    }

    /// @dev A round in which the version belongs to the shard; every other one, so that twenty rounds are plenty.
    function _drawFor(uint256 shard) private {
        for (uint256 i; i < 20; ++i) {
            roundId = _drawRound();
            if (assay.shardOf(roundId, versionId) == shard) return;
        }
        revert("no such round");
    }

    /// @dev Signed by the version's own committee, in a batch of another shard.
    function _refusedInBatchOf(uint256 shard) private {
        uint256 own = 1 - shard;
        _drawFor(own);
        Report[] memory reports = _reports(roundId, _bad());
        MedianProof memory proof;
        proof.batch = _batch(roundId, _good(), reports);
        proof.batch.shard = shard;
        proof.reports = reports;
        proof.signers = assay.committeeOf(roundId, own);
        proof.signatures = _signatures(assay.batchDigest(proof.batch), proof.signers);
        _expect(abi.encodeWithSelector(IAssay.WrongShard.selector, versionId, shard, own));
        inspector.proveWrongMedian(proof, _noLog(), _noFreeze());
    }

    function test_RevertWhen_TheBatchIsOfALowerShard() external {
        _refusedInBatchOf(0);
    }

    function test_RevertWhen_TheBatchIsOfAHigherShard() external {
        _refusedInBatchOf(1);
    }
}
