// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, ResultEntry } from "../../contracts/interfaces/IAssay.sol";
import { MedianProof, Report } from "../../contracts/interfaces/IInspector.sol";
import { MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { MedianProofFixture } from "./MedianProofFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Inspector.proveWrongMedian: of a result that passed, whose evidence is taken away.
contract MedianProofEvidenceTest is MedianProofFixture {
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
}
