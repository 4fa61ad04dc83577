// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, IAssay, LogEntry, ResultLog } from "../../contracts/interfaces/IAssay.sol";
import { LogLib } from "../../contracts/libraries/LogLib.sol";
import { MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

/// @notice What is kept so that a failing result can be overturned, and for how long.
contract LogsTest is AssayFixture {
    uint256 private constant LOG_TIME = 35 days;

    uint256 private modelId;
    bytes32 private versionId;

    function setUp() public override {
        super.setUp();
        (modelId, versionId) = _standardModel();
        _measureRounds(modelId, 3, _good());
    }

    function _entry(uint8 kind, uint256 roundId, bytes32 about, uint256 word) private view returns (LogEntry memory) {
        address pointer = kind == 2 ? address(0) : assay.round(roundId).policyPointer;
        return LogEntry(kind, uint32(roundId), uint40(block.timestamp), pointer, about, word, 0);
    }

    /// @dev The log the events tell is the one kept, and as long as it says.
    function _isKept(bytes32 ofVersion, uint256 entries, uint256 until) private {
        ResultLog memory log = _log(ofVersion);
        (bytes32 hash, uint256 keptUntil, uint256 count) = assay.logOf(ofVersion);
        _same(log.entries.length, entries, "entries told");
        _same(count, entries, "entries kept");
        _same(uint256(hash), LogLib.hashOf(log), "hash");
        _same(keptUntil, until, "until");
        _isTrue(assay.isLog(ofVersion, log), "is the log");
        _isTrue(_hasFlag(ofVersion, MemoryLib.LOGGED), "flag");
    }

    function _isGone(bytes32 ofVersion) private view {
        (bytes32 hash, uint256 until, uint256 count) = assay.logOf(ofVersion);
        _same(uint256(hash) | until | count, 0, "nothing is kept");
        _isTrue(!_hasFlag(ofVersion, MemoryLib.LOGGED), "flag");
    }

    // ---------------------------------------------------------------- start
    function test_Log_StartsWithAFailingResult() public {
        _isGone(versionId);
        uint256 before = assay.memoryOf(versionId);
        _nextEpoch();
        uint256 roundId = _drawRound();
        Batch memory batch = _batch(roundId, modelId, DIGEST, _bad());
        bytes memory signatures = _signatures(batch, _committee(roundId));
        uint256 committee = _committee(roundId);
        LogEntry memory entry = _entry(0, roundId, versionId, _bad());
        entry.batchDigest = assay.batchDigest(batch);
        _expectAssayEvent();
        emit IAssay.ResultLogged(versionId, before, entry);
        assay.post(batch, committee, signatures);
        _isKept(versionId, 1, block.timestamp + LOG_TIME);
        // The hash, spelled out.
        uint256 mask = (1 << 208) - 1;
        uint256 start = uint256(keccak256(abi.encode(before))) & mask;
        (bytes32 hash, , ) = assay.logOf(versionId);
        _same(uint256(hash), uint256(keccak256(abi.encode(start, entry))) & mask, "chain");
    }

    /// @dev A version that never fails costs one slot of memory a result, and one for all signers of a round.
    function test_Log_GoodResultsWriteNothingElse() public {
        _nextEpoch();
        uint256 roundId = _drawRound();
        Batch memory batch = _batch(roundId, modelId, DIGEST, _good());
        uint256 committee = _committee(roundId);
        bytes memory signatures = _signatures(batch, committee);
        vm.record();
        assay.post(batch, committee, signatures);
        (bytes32[] memory reads, bytes32[] memory writes) = vm.accesses(address(assay));
        _same(writes.length, 2, "slots written");
        // Three of the round, and the memory; a write counts as a read too.
        _same(_distinct(reads), 4, "slots read");
        _isGone(versionId);
    }

    function _distinct(bytes32[] memory slots) private pure returns (uint256 count) {
        for (uint256 i; i < slots.length; ++i) {
            bool known;
            for (uint256 j; j < i; ++j) known = known || slots[j] == slots[i];
            if (!known) ++count;
        }
    }

    // ---------------------------------------------------------------- goes on
    /// @dev Everything that happens to the memory from then on; only failures make it last longer.
    function test_Log_GoesOn() public {
        _measure(modelId, DIGEST, _bad());
        uint256 until = block.timestamp + LOG_TIME;
        _measureRounds(modelId, 2, _good());
        _isKept(versionId, 3, until);
        _measure(modelId, DIGEST, _bad());
        _isKept(versionId, 4, block.timestamp + LOG_TIME);
    }

    function test_Log_LaneAndRetirementAreNoEntries() public {
        _measure(modelId, DIGEST, _bad());
        uint256 until = block.timestamp + LOG_TIME;
        _setLane(modelId, 0);
        _isKept(versionId, 1, until);
    }

    // ---------------------------------------------------------------- new version
    /// @dev The new version's log is the old one's and one entry, so that it can be replayed from the same memory; each goes on for itself.
    function test_Log_IsInherited() public {
        uint256 before = assay.memoryOf(versionId);
        _measure(modelId, DIGEST, _bad());
        uint256 until = block.timestamp + LOG_TIME;
        bytes32 second = assay.versionIdOf(modelId, keccak256("v2"));
        LogEntry memory entry = _entry(2, assay.currentRoundId(), second, 0);
        _expectAssayEvent();
        emit IAssay.ResultLogged(second, 0, entry);
        _addVersion(modelId, keccak256("v2"));
        _isKept(second, 2, until);
        _isKept(versionId, 1, until);
        _same(_log(second).memoryBefore, before, "memory before");
        _measure(modelId, keccak256("v2"), _good());
        _isKept(second, 3, until);
        _isKept(versionId, 1, until);
    }

    function test_Log_WithoutOneNothingIsInherited() public {
        _isGone(_addVersion(modelId, keccak256("v2")));
    }

    function test_Log_TooOldIsNotInherited() public {
        _measure(modelId, DIGEST, _bad());
        vm.warp(block.timestamp + LOG_TIME + 1);
        _isGone(_addVersion(modelId, keccak256("v2")));
    }

    // ---------------------------------------------------------------- ends
    /// @dev The last second, and the one after it.
    function test_Log_EndsWithItsTime() public {
        _measure(modelId, DIGEST, _bad());
        ResultLog memory log = _log(versionId);
        uint256 until = block.timestamp + LOG_TIME;
        vm.warp(until);
        _isTrue(assay.isLog(versionId, log), "at its last second");
        vm.warp(until + 1);
        _isTrue(!assay.isLog(versionId, log), "one second later");
        _measure(modelId, DIGEST, _good());
        _isGone(versionId);
    }

    /// @dev A failure after that starts another.
    function test_Log_StartsAnew() public {
        _measure(modelId, DIGEST, _bad());
        vm.warp(block.timestamp + LOG_TIME + 1);
        uint256 before = assay.memoryOf(versionId);
        _measure(modelId, DIGEST, _bad());
        _isKept(versionId, 1, block.timestamp + LOG_TIME);
        _same(_log(versionId).memoryBefore, before, "memory before");
    }

    /// @dev 255 entries and no more: the next one ends the log, or starts another if it fails.
    function test_Log_EndsWhenItIsFull() public {
        _fill();
        _measure(modelId, DIGEST, _good());
        _isGone(versionId);
        _fill();
        uint256 before = assay.memoryOf(versionId);
        _measure(modelId, DIGEST, _bad());
        _isKept(versionId, 1, block.timestamp + LOG_TIME);
        _same(_log(versionId).memoryBefore, before, "memory before");
    }

    function test_Log_FullIsNotInherited() public {
        _fill();
        _isGone(_addVersion(modelId, keccak256("v2")));
    }

    /// @dev One entry before the end there is room for one.
    function test_Log_RoomForOne() public {
        _measure(modelId, DIGEST, _bad());
        (bytes32 hash, uint256 until, ) = assay.logOf(versionId);
        _store(LogLib.pack(uint256(hash), until, 254));
        _measure(modelId, DIGEST, _good());
        (, , uint256 count) = assay.logOf(versionId);
        _same(count, 255, "entries");
    }

    /// @dev A log with 255 entries, written to its slot: as many rounds would outlast its time.
    function _fill() private {
        _measure(modelId, DIGEST, _bad());
        (bytes32 hash, uint256 until, ) = assay.logOf(versionId);
        _store(LogLib.pack(uint256(hash), until, 255));
    }

    /// @dev The mapping of logs is the contract's first storage.
    function _store(uint256 value) private {
        vm.store(address(assay), keccak256(abi.encode(versionId, uint256(0))), bytes32(value));
    }

    // ---------------------------------------------------------------- show
    function test_IsLog_NothingElse() public {
        _measure(modelId, DIGEST, _bad());
        _measure(modelId, DIGEST, _good());
        ResultLog memory log = _log(versionId);
        _isTrue(assay.isLog(versionId, log), "as told");
        _isTrue(!assay.isLog(keccak256("other"), log), "of another version");
        log.entries[1].word = _bad();
        _isTrue(!assay.isLog(versionId, log), "another word");
        log.entries[1].word = _good();
        log.memoryBefore += 1;
        _isTrue(!assay.isLog(versionId, log), "another memory");
        ResultLog memory none;
        _isTrue(!assay.isLog(keccak256("other"), none), "none of a version without one");
    }
}
