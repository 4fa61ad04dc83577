// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, IAssay, ResultEntry, ResultLog } from "../../../contracts/interfaces/IAssay.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { CombineLib } from "../../../contracts/libraries/CombineLib.sol";
import { Memory, MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { AssayFixture } from "../AssayFixture.sol";
import { vm } from "../Vm.sol";

/// @notice Attacks on the record: ways around a failing result by versions, lanes and logs, and batches that are not what they seem.
contract RecordAttackTest is AssayFixture {
    uint256 private modelId;
    bytes32 private versionId;

    function setUp() public override {
        super.setUp();
        (modelId, versionId) = _standardModel();
    }

    // ---------------------------------------------------------------- versions
    /// @dev A chain of versions in the epoch of the failure: each takes over all that speaks against the model, and none the good name.
    function testFuzz_NoChainOfVersionsShedsAFailure(uint8 versions) public {
        _measureRounds(modelId, 3, _good());
        _measure(modelId, DIGEST, _bad());
        uint256 scar = _memory(versionId).scar;
        uint256 mass = _memory(versionId).mass;
        bytes32 last;
        for (uint256 i; i <= versions % 16; ++i) last = _addVersion(modelId, keccak256(abi.encode(i)));
        _same(_memory(last).scar, scar, "scar");
        _same(_memory(last).strikes, MemoryLib.STRIKE, "strike");
        _same(_memory(last).cleanOwed, 1, "clean rounds owed");
        _same(_memory(last).mass, mass / 4, "a quarter of the evidence");
        _isTrue(!assay.isAdmitted(modelId), "not admitted");
        _isTrue(!_hasFlag(last, MemoryLib.ADMITTED), "nor with the hysteresis of one that was");
    }

    /// @dev Results and new versions in any order: no version has more rounds on record than the model has results, nor more than the version before.
    function testFuzz_NoChainOfVersionsInflatesRounds(uint256 seed) public view {
        Policy memory policy = _policy();
        Memory memory self = MemoryLib.unpack(MemoryLib.initial(block.timestamp, 1));
        uint256 results;
        // So that long records and the widest fields are reached, too.
        uint256 oneIn = 1 + (seed % 100);
        for (uint256 roundId = 2; roundId < 300; ++roundId) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 before = MemoryLib.roundsOnRecord(self);
            if (seed % oneIn == 0) {
                MemoryLib.inherit(self, roundId);
                _isTrue(MemoryLib.roundsOnRecord(self) <= before, "more than the version before");
            } else {
                CombineLib.applyResult(self, seed % 5 == 0 ? _bad() : _good(), roundId, block.timestamp, policy);
                ++results;
            }
            _isTrue(MemoryLib.roundsOnRecord(self) <= results, "more than there were results");
            // The two share a byte.
            _isTrue(self.cleanOwed <= 8 && self.inheritedRounds <= 15, "within their bits");
        }
    }

    /// @dev A result that is taken out counts for the rounds of no version that came later, to the unit.
    function test_AResultTakenOutLeavesNoRoundsToSuccessors() public {
        _measureRounds(modelId, 15, _good());
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        vm.warp(assay.closesAt(roundId));
        bytes32 second = _addVersion(modelId, keccak256("second"));
        bytes32 third = _addVersion(modelId, keccak256("third"));
        _same(MemoryLib.roundsOnRecord(_memory(second)), 8, "half of sixteen");
        _same(MemoryLib.roundsOnRecord(_memory(third)), 8, "passed on");
        _overturn(third, 0, 0);
        _same(MemoryLib.roundsOnRecord(_memory(third)), 4, "half of fifteen, in fours");
        _same(_memory(third).cleanOwed | _memory(third).strikes, 0, "and nothing against it");
    }

    /// @dev Another version in the block after the opening: what is measured is the one that was served, and the new one carries what it failed.
    function test_SwappingTheVersionAfterTheOpeningEscapesNothing() public {
        _measureRounds(modelId, 3, _good());
        _nextEpoch();
        uint256 roundId = assay.openRound();
        bytes32 swapped = _addVersion(modelId, keccak256("swapped"));
        _capture(roundId, keccak256("entropy"));
        _post(_batch(roundId, modelId, DIGEST, _bad()));
        _isTrue(_isFrozen(versionId, roundId), "frozen");
        _same(_memory(swapped).strikes, MemoryLib.STRIKE, "carried");
    }

    /// @dev Nobody measures a version in the round of the epoch it came in: it could have been made to please the seed.
    function test_AVersionThatKnowsTheSeedIsNotMeasured() public {
        _nextEpoch();
        uint256 roundId = _drawRound();
        bytes32 fitted = _addVersion(modelId, keccak256("fitted"));
        Batch memory batch = _batch(roundId, modelId, keccak256("fitted"), _good());
        bytes memory reason = abi.encodeWithSelector(IAssay.StaleRound.selector, fitted, roundId, roundId);
        _refused(batch, _committee(roundId), reason);
    }

    // ---------------------------------------------------------------- lanes
    /// @dev An owner who knows of two failures on their way leaves the lane: the first takes nothing from the terms of the second.
    function test_LeavingTheLaneSoftensNoFailureOnItsWay() public {
        _measureRounds(modelId, 3, _good());
        _delegate(delegator, modelId, 1_000 * UNIT);
        _nextEpoch();
        uint256 first = _drawRound();
        _nextEpoch();
        uint256 second = _drawRound();
        _setLane(modelId, 0);
        _post(_batch(first, modelId, DIGEST, _bad()));
        uint256 delegated = vault.stakeOf(modelId).delegated;
        _isTrue(delegated < 1_000 * UNIT, "the terms of the lane it left");
        _post(_batch(second, modelId, DIGEST, _bad()));
        _isTrue(vault.stakeOf(modelId).delegated < delegated, "for both");
        _isTrue(_hasFlag(versionId, MemoryLib.LEFT), "and it has not been measured since");
        uint256 third = _measure(modelId, DIGEST, _good());
        _isTrue(third > second && !_hasFlag(versionId, MemoryLib.LEFT), "until it is");
    }

    /// @dev Nor does a good result that was held back until after leaving.
    function test_AResultHeldBackSettlesNoLeaving() public {
        _measureRounds(modelId, 2, _good());
        _nextEpoch();
        uint256 heldBack = _drawRound();
        _nextEpoch();
        _setLane(modelId, 0);
        _setLane(modelId, 1);
        _post(_batch(heldBack, modelId, DIGEST, _good()));
        _isTrue(!assay.isAdmitted(modelId), "it takes a round that began after leaving");
        _measure(modelId, DIGEST, _good());
        _isTrue(assay.isAdmitted(modelId), "measured since");
    }

    // ---------------------------------------------------------------- logs
    /// @dev An owner fills the log that new versions inherit. The failed version's own can still be replayed, and so is what it is measured by.
    function test_FillingALogTakesNoReplayFromTheFailedVersion() public {
        uint256 before = assay.memoryOf(versionId);
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        for (uint256 i; i < 260; ++i) _addVersion(modelId, keccak256(abi.encode(i)));
        bytes32 last = assay.currentVersion(modelId);
        _isTrue(!_hasFlag(last, MemoryLib.LOGGED), "full, and so gone");
        _same(_memory(last).strikes, MemoryLib.STRIKE, "what it says against the model stays");
        vm.warp(assay.closesAt(roundId));
        _overturn(versionId, 0, 0);
        _same(_memory(versionId).strikes, MemoryLib.unpack(before).strikes, "as it was");
    }

    /// @dev A log that leaves an entry out, changes one, or is another version's is not the one kept.
    function test_NoForgedLogIsTaken() public {
        _measure(modelId, DIGEST, _bad());
        _measure(modelId, DIGEST, _good());
        ResultLog memory log = _log(versionId);
        _isTrue(assay.isLog(versionId, log), "the one that is kept");
        log.entries[0].word = _good();
        _isTrue(!assay.isLog(versionId, log), "another word");
        log.entries[0].word = _bad();
        log.entries[0].batchDigest = 0;
        _isTrue(!assay.isLog(versionId, log), "another batch");
        log = _log(versionId);
        log.memoryBefore ^= 1 << 255;
        _isTrue(!assay.isLog(versionId, log), "another memory");
        _isTrue(!assay.isLog(keccak256("unknown"), log), "of nobody");
    }

    // ---------------------------------------------------------------- batches
    /// @dev After a reorganisation the same signatures make the same memories, in whatever order batches come.
    function test_BatchesApplyInAnyOrder() public {
        (uint256 otherId, bytes32 otherVersion) = _standardModel(keccak256("other"));
        _nextEpoch();
        uint256 roundId = _drawRound();
        Batch memory first = _batch(roundId, modelId, DIGEST, _good());
        Batch memory second = _batch(roundId, otherId, keccak256("other"), _bad());
        uint256 snapshot = vm.snapshotState();
        _post(first);
        _post(second);
        (uint256 one, uint256 two) = (assay.memoryOf(versionId), assay.memoryOf(otherVersion));
        _isTrue(vm.revertToState(snapshot), "reorganised");
        _same(_memory(versionId).rounds, 0, "nothing happened");
        _post(second);
        _post(first);
        _same(assay.memoryOf(versionId), one, "the same");
        _same(assay.memoryOf(otherVersion), two, "the same");
    }

    /// @dev With another hash of the entropy block the round has another committee, and what the first one signed is nobody's word.
    function test_SignaturesOfALostForkAreRefused() public {
        _nextEpoch();
        uint256 roundId = assay.openRound();
        uint256 snapshot = vm.snapshotState();
        _capture(roundId, keccak256("one fork"));
        uint256 signers = _committee(roundId);
        Batch memory batch = _batch(roundId, modelId, DIGEST, _good());
        bytes memory signatures = _signatures(batch, signers);
        _isTrue(vm.revertToState(snapshot), "reorganised");
        _capture(roundId, keccak256("another fork"));
        uint256 strangers = signers & ~_committee(roundId);
        _isTrue(strangers != 0, "another committee");
        _expect(abi.encodeWithSelector(IAssay.NotInCommittee.selector, _lowestSeat(strangers)));
        assay.post(batch, signers, signatures);
    }
}

/// @notice The largest batch there is, all of it failing: it must fit a transaction of the networks it is meant for.
/// @dev Without what only a transaction pays, with slots that the test has touched before, and unoptimised: `npm run bench:gas` has the figure (postDearest).
contract DearestBatchTest is AssayFixture {
    uint256 private constant RESULTS = 64;
    /// @dev EIP-7825.
    uint256 private constant TRANSACTION_GAS_MAX = 1 << 24;

    function test_TheDearestBatchFitsATransaction() public {
        for (uint256 i; i < RESULTS; ++i) _standardModel(keccak256(abi.encode(i)));
        _postAll(_drawNext());
        Batch memory batch = _all(_drawNext());
        // Each was contested in the first batch, so each freezes in the second; and each has another version that carries it.
        for (uint256 i; i < RESULTS; ++i) _addVersion(i + 1, keccak256(abi.encode("next", i)));
        uint256 signers = _committee(batch.roundId);
        bytes memory signatures = _signatures(batch, signers);
        uint256 gasBefore = gasleft();
        assay.post(batch, signers, signatures);
        uint256 gasUsed = gasBefore - gasleft();
        _isTrue(_isFrozen(assay.versionIdOf(1, keccak256(abi.encode(uint256(0)))), batch.roundId), "frozen");
        _isTrue(gasUsed < TRANSACTION_GAS_MAX, "fits");
    }

    function _drawNext() private returns (uint256) {
        _nextEpoch();
        return _drawRound();
    }

    function _postAll(uint256 roundId) private {
        _post(_all(roundId));
    }

    function _all(uint256 roundId) private pure returns (Batch memory batch) {
        batch = _emptyBatch(roundId, RESULTS);
        for (uint256 i; i < RESULTS; ++i) {
            batch.results[i] = ResultEntry({ modelId: i + 1, digest: keccak256(abi.encode(i)), word: _bad() });
        }
    }
}
