// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, IAssay, LogEntry, ResultLog } from "../../contracts/interfaces/IAssay.sol";
import { CombineLib } from "../../contracts/libraries/CombineLib.sol";
import { DecayLib } from "../../contracts/libraries/DecayLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Failing results of a version that is not the model's current one any more.
contract CarryTest is AssayFixture {
    bytes32 private constant NEXT = keccak256("v2");

    uint256 private modelId;
    bytes32 private first;
    bytes32 private second;

    function setUp() public override {
        super.setUp();
        (modelId, first) = _standardModel();
        _measureRounds(modelId, 3, _good());
    }

    /// @dev A round that measures the first version, and a second version that is added before its result is posted.
    function _escape() private returns (uint256 roundId) {
        _nextEpoch();
        roundId = _drawRound();
        second = _addVersion(modelId, NEXT);
    }

    function _scarOf(Memory memory before, uint256 roundId, uint256 word) private view returns (uint256) {
        DecayLib.decayTo(before, block.timestamp, _policy().halfLife);
        uint256 scar = before.scar;
        CombineLib.applyResult(before, word, roundId, block.timestamp, _policy());
        return before.scar - scar;
    }

    // ---------------------------------------------------------------- carried
    /// @dev A version that is added between measurement and result takes strike, clean rounds owed and scar with it; the stake is frozen all the same.
    function test_Carry_ANewVersionIsNoWayOut() public {
        uint256 roundId = _escape();
        uint256 scarAdded = _scarOf(_memory(first), roundId, _bad());
        Memory memory expected = _memory(second);
        CombineLib.carryFailure(expected, scarAdded, block.timestamp, _policy());
        expected.flags |= MemoryLib.LOGGED;
        _expectAssayEvent();
        emit IAssay.FailureCarried(roundId, modelId, second, first, scarAdded, MemoryLib.pack(expected));
        _post(_batch(roundId, modelId, DIGEST, _bad()));

        Memory memory carrying = _memory(second);
        _same(MemoryLib.pack(carrying), MemoryLib.pack(expected), "memory");
        _same(carrying.strikes, MemoryLib.STRIKE, "strike");
        _same(carrying.cleanOwed, 1, "clean rounds owed");
        _isTrue(carrying.scar > 0 && carrying.scar == scarAdded, "scar");
        _same(carrying.rounds, 0, "it was not measured itself");
        _isTrue(_isFrozen(first, roundId), "frozen");
    }

    /// @dev Nothing but the price of a failure: rates, mass and last round are the new version's own.
    function test_Carry_LeavesEvidenceAlone() public {
        uint256 roundId = _escape();
        Memory memory before = _memory(second);
        _post(_batch(roundId, modelId, DIGEST, _bad()));
        Memory memory carrying = _memory(second);
        _same(carrying.rates, before.rates, "rates");
        _same(carrying.lastRound, before.lastRound, "last round");
        DecayLib.decayTo(before, block.timestamp, _policy().halfLife);
        _same(carrying.mass, before.mass, "mass");
    }

    /// @dev Admission is lost as if the current version had failed itself.
    function test_Carry_LosesAdmission() public {
        uint256 roundId = _escape();
        vm.warp(block.timestamp + 1);
        // Measured twice, with a policy that needs three: still answering for the old one.
        for (uint256 i; i < 2; ++i) _measure(modelId, NEXT, _good());
        _same(_memory(second).cleanOwed, 0, "nothing is owed");
        _post(_batch(roundId, modelId, DIGEST, _bad()));
        _same(_memory(second).cleanOwed, 1, "a clean round is owed");
        _isTrue(!_hasFlag(second, MemoryLib.ADMITTED), "flag");
    }

    /// @dev What the older version had to its name before was inherited, and is not added once more.
    function test_Carry_AddsTheScarOfTheFailureAlone() public {
        uint256 retries = 20;
        _measure(modelId, DIGEST, _good() | (retries << 152));
        _isTrue(_memory(first).scar != 0, "a scar of its own");
        uint256 roundId = _escape();
        uint256 scarAdded = _scarOf(_memory(first), roundId, _bad());
        Memory memory expected = _memory(second);
        CombineLib.carryFailure(expected, scarAdded, block.timestamp, _policy());
        _post(_batch(roundId, modelId, DIGEST, _bad()));
        _same(_memory(second).scar, expected.scar, "scar");
    }

    function test_Carry_GoodResultsCarryNothing() public {
        uint256 roundId = _escape();
        uint256 before = assay.memoryOf(second);
        _post(_batch(roundId, modelId, DIGEST, _good()));
        _same(assay.memoryOf(second), before, "memory");
    }

    /// @dev To the current version, whichever it is.
    function test_Carry_OverTwoVersions() public {
        uint256 roundId = _escape();
        bytes32 third = _addVersion(modelId, keccak256("v3"));
        _post(_batch(roundId, modelId, DIGEST, _bad()));
        _same(_memory(third).cleanOwed, 1, "the current one carries");
        _same(_memory(second).cleanOwed, 0, "the one in between does not");
    }

    /// @dev Contested or not, memory is written; only the freeze waits.
    function test_Carry_DuringAPause() public {
        board.setGuardian(address(this));
        uint256 roundId = _escape();
        board.pause();
        _post(_batch(roundId, modelId, DIGEST, _bad()));
        _isTrue(!_isFrozen(first, roundId), "not frozen");
        _same(_memory(second).cleanOwed, 1, "carried");
    }

    // ---------------------------------------------------------------- not liable any more
    /// @dev Once the current version has been measured as often as an admission needs, an older one answers for nothing.
    function test_Carry_EndsWithTheCurrentVersionsOwnRecord() public {
        _escape();
        for (uint256 i; i < 3; ++i) _measure(modelId, NEXT, _good());
        uint256 before = assay.memoryOf(second);
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        _isTrue(!_isFrozen(first, roundId), "no freeze");
        _same(assay.memoryOf(second), before, "nothing is carried");
        _same(_memory(first).cleanOwed, 1, "its own memory is written");
    }

    function test_Carry_NothingAfterFurtherRounds() public {
        _escape();
        for (uint256 i; i < 4; ++i) _measure(modelId, NEXT, _good());
        uint256 before = assay.memoryOf(second);
        _measure(modelId, DIGEST, _bad());
        _same(assay.memoryOf(second), before, "nothing is carried");
    }

    /// @dev Standards that ask for more rounds make an admitted version answer for an older one again.
    function test_Carry_TakesTheAdmissionOfEasierStandards() public {
        _escape();
        for (uint256 i; i < 3; ++i) _measure(modelId, NEXT, _good());
        _isTrue(_hasFlag(second, MemoryLib.ADMITTED), "admitted");
        _setPolicy(_tighter());
        _measure(modelId, DIGEST, _bad());
        _same(_memory(second).cleanOwed, 1, "carried");
        _isTrue(!_hasFlag(second, MemoryLib.ADMITTED), "flag");
    }

    // ---------------------------------------------------------------- log
    /// @dev What was carried is an entry of the carrying version's log, with the scar it added.
    function test_Carry_IsLogged() public {
        uint256 roundId = _escape();
        uint256 before = assay.memoryOf(second);
        Batch memory batch = _batch(roundId, modelId, DIGEST, _bad());
        _post(batch);
        ResultLog memory log = _log(second);
        _same(log.memoryBefore, before, "memory before");
        _same(log.entries.length, 1, "entries");
        LogEntry memory entry = log.entries[0];
        _same(entry.kind, 1, "kind");
        _same(entry.versionId, first, "failed version");
        _same(entry.roundId, roundId, "round");
        _same(entry.appliedAt, block.timestamp, "time");
        _same(entry.policyPointer, assay.round(roundId).policyPointer, "policy");
        _same(entry.word, _memory(second).scar, "scar added");
        _same(entry.batchDigest, assay.batchDigest(batch), "batch");
        _isTrue(assay.isLog(second, log), "kept");
    }
}
