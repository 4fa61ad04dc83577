// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, IAssay, ResultEntry, ResultLog } from "../../contracts/interfaces/IAssay.sol";
import { LogLib } from "../../contracts/libraries/LogLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

/// @notice What the court changes in the record.
contract OverturnTest is AssayFixture {
    uint256 private modelId;
    bytes32 private versionId;

    function setUp() public override {
        super.setUp();
        (modelId, versionId) = _standardModel();
        _measureRounds(modelId, 3, _good());
    }

    /// @dev A failing result, and the time after which its round is closed.
    function _failAndClose() private returns (uint256 roundId) {
        roundId = _measure(modelId, DIGEST, _bad());
        vm.warp(assay.closesAt(roundId));
    }

    function _refusedOverturn(ResultLog memory log, uint256 index, uint256 newWord, bytes memory reason) private {
        _expect(reason);
        vm.prank(address(court));
        assay.overturn(versionId, log, index, newWord);
    }

    // ---------------------------------------------------------------- overturn
    /// @dev By nothing: the memory is the one before, bit for bit, but for the flag of the log.
    function test_Overturn_ByNothing() public {
        uint256 before = assay.memoryOf(versionId);
        uint256 roundId = _failAndClose();
        uint256 expected = before | (MemoryLib.LOGGED << 248);
        ResultLog memory log = _log(versionId);
        (, uint256 until, ) = assay.logOf(versionId);
        _expectAssayEvent();
        emit IAssay.ResultOverturned(versionId, versionId, roundId, 0, expected);
        vm.prank(address(court));
        assay.overturn(versionId, log, 0, 0);
        _same(assay.memoryOf(versionId), expected, "memory");

        log.entries[0].kind = 3;
        (bytes32 hash, uint256 keptUntil, uint256 entries) = assay.logOf(versionId);
        _same(uint256(hash), LogLib.hashOf(log), "log");
        _same(keptUntil, until, "until");
        _same(entries, 1, "entries");
        _isTrue(assay.isLog(versionId, _log(versionId)), "the events tell the same log");
    }

    /// @dev By another word: as if that had been posted. The round need not be closed, the version was measured in it.
    function test_Overturn_ByAnotherResult() public {
        (uint256 otherId, bytes32 other) = _standardModel(keccak256("other"));
        _nextEpoch();
        uint256 roundId = _drawRound();
        _post(_batch(roundId, modelId, DIGEST, _bad()));
        _post(_batch(roundId, otherId, keccak256("other"), _good()));
        _overturn(versionId, 0, _good());
        _same(_memory(versionId).lastRound, roundId, "still measured in this round");
        _same(_memory(versionId).rounds, 4, "rounds");
        _same(_memory(versionId).strikes | _memory(versionId).cleanOwed, 0, "no strike");
        _same(_memory(other).lastRound, roundId, "others");
        // The batch cannot be posted once more.
        bytes memory reason = abi.encodeWithSelector(IAssay.StaleRound.selector, versionId, roundId, roundId);
        _refused(_batch(roundId, modelId, DIGEST, _bad()), _committee(roundId), reason);
    }

    /// @dev One after the other, each with the log the one before left.
    function test_Overturn_Twice() public {
        uint256 before = assay.memoryOf(versionId);
        _measure(modelId, DIGEST, _bad());
        vm.warp(assay.closesAt(_measure(modelId, DIGEST, _bad())));
        _overturn(versionId, 1, 0);
        _same(_memory(versionId).strikes, MemoryLib.STRIKE, "the first is still there");
        _overturn(versionId, 0, 0);
        _same(assay.memoryOf(versionId), before | (MemoryLib.LOGGED << 248), "memory");
    }

    /// @dev An entry that became another result can be overturned again; one that became nothing cannot.
    function test_Overturn_TheSameEntryAgain() public {
        uint256 before = assay.memoryOf(versionId);
        _failAndClose();
        _overturn(versionId, 0, _word(5_000));
        _isTrue(_memory(versionId).strikes != 0, "fails with the other word too");
        _overturn(versionId, 0, 0);
        _same(assay.memoryOf(versionId), before | (MemoryLib.LOGGED << 248), "memory");
        ResultLog memory log = _log(versionId);
        _refusedOverturn(log, 0, 0, abi.encodeWithSelector(IAssay.NoSuchEntry.selector, 0, 1));
    }

    /// @dev A carried failure becomes nothing, whatever word the court has found.
    function test_Overturn_CarriedFailure() public {
        _nextEpoch();
        uint256 roundId = _drawRound();
        bytes32 second = _addVersion(modelId, keccak256("v2"));
        uint256 before = assay.memoryOf(second);
        _post(_batch(roundId, modelId, DIGEST, _bad()));
        _isTrue(_memory(second).strikes != 0, "carried");
        _overturn(second, 0, _good());
        _same(assay.memoryOf(second), before | (MemoryLib.LOGGED << 248), "memory");
        _same(_log(second).entries[0].kind, 3, "nothing");
    }

    /// @dev A result that a version inherited is taken out of what it inherited.
    function test_Overturn_InheritedResult() public {
        uint256 roundId = _failAndClose();
        bytes32 second = _addVersion(modelId, keccak256("v2"));
        _isTrue(_memory(second).strikes != 0, "inherited");
        _overturn(second, 0, 0);
        Memory memory inherited = _memory(second);
        _same(inherited.strikes | inherited.cleanOwed | inherited.scar, 0, "nothing against it");
        _same(inherited.lastRound, assay.currentRoundId(), "born in this round all the same");
        _same(roundId + 2 < inherited.lastRound ? 1 : 0, 1, "later than the result");
        _isTrue(_memory(versionId).strikes != 0, "the old version's own memory is another log's");
    }

    // ---------------------------------------------------------------- flags
    /// @dev Lane and retirement are those of now, not those of the time before the result.
    function test_Overturn_KeepsTheLaneOfNow() public {
        _failAndClose();
        _setLane(modelId, 0);
        _overturn(versionId, 0, 0);
        uint256 expected = MemoryLib.EXISTS | MemoryLib.LEFT | MemoryLib.LOGGED | 3;
        _same(_memory(versionId).flags, expected, "flags");
    }

    /// @dev The admission that the failure ended goes on; one that was earned after it stays if the evidence without it proves it.
    function test_Overturn_RestoresAdmission() public {
        _failAndClose();
        _isTrue(!_hasFlag(versionId, MemoryLib.ADMITTED), "lost");
        _overturn(versionId, 0, 0);
        _isTrue(_hasFlag(versionId, MemoryLib.ADMITTED), "restored");
    }

    function test_Overturn_KeepsAnAdmissionEarnedMeanwhile() public {
        // A pause, so that no freeze is in the way of the admission that follows.
        board.setGuardian(address(this));
        board.pause();
        bytes32 young = _failThenGrow();
        _isTrue(_hasFlag(young, MemoryLib.ADMITTED), "earned");
        _overturn(young, 0, 0);
        _isTrue(_hasFlag(young, MemoryLib.ADMITTED), "stays");
        _same(_memory(young).rounds, 8, "the eight good ones");
    }

    function test_Overturn_EarnsNoAdmission() public {
        bytes32 young = _failThenGrow();
        _isTrue(!_hasFlag(young, MemoryLib.ADMITTED), "not earned while the freeze is open");
        _overturn(young, 0, 0);
        _isTrue(!_hasFlag(young, MemoryLib.ADMITTED), "what stake there was then is not known");
    }

    /// @dev A first result that fails in one family, and eight perfect ones.
    function _failThenGrow() private returns (bytes32 young) {
        uint256 id;
        (id, young) = _standardModel(keccak256("young"));
        _measure(id, keccak256("young"), _wordOf([uint256(5_400), 9_950, 9_950, 9_950, 9_950, 9_950, 9_950], 447));
        _same(_memory(young).strikes, MemoryLib.STRIKE, "failed");
        for (uint256 i; i < 8; ++i) _measure(id, keccak256("young"), _word(10_000));
    }

    /// @dev The mark that the next failure freezes in any case goes with the failure that made it.
    function test_Overturn_TakesTheContestedMark() public {
        board.setGuardian(address(this));
        board.pause();
        _failAndClose();
        _isTrue(_hasFlag(versionId, MemoryLib.CONTESTED), "contested by the pause");
        _overturn(versionId, 0, 0);
        _isTrue(!_hasFlag(versionId, MemoryLib.CONTESTED), "gone");
    }

    /// @dev A failure that froze nothing is waited for in the version that carries it, until it is overturned.
    function test_Overturn_TakesTheCarriedContestedMark() public {
        board.setGuardian(address(this));
        board.pause();
        _nextEpoch();
        uint256 roundId = _drawRound();
        bytes32 second = _addVersion(modelId, keccak256("v2"));
        uint256 before = assay.memoryOf(second);
        _post(_batch(roundId, modelId, DIGEST, _bad()));
        _isTrue(_hasFlag(second, MemoryLib.CONTESTED), "carried");
        _overturn(second, 0, 0);
        _same(assay.memoryOf(second), before | (MemoryLib.LOGGED << 248), "gone");
    }

    function test_Overturn_LeavesAnothersContestedMark() public {
        board.setGuardian(address(this));
        board.pause();
        _measure(modelId, DIGEST, _bad());
        _failAndClose();
        _overturn(versionId, 0, 0);
        _isTrue(_hasFlag(versionId, MemoryLib.CONTESTED), "the later failure froze nothing either");
    }

    // ---------------------------------------------------------------- refusals
    function test_RevertWhen_NotTheCourt() public {
        _failAndClose();
        ResultLog memory log = _log(versionId);
        _expect(_notAuthorized(address(court)));
        assay.overturn(versionId, log, 0, 0);
        _expect(_notAuthorized(address(court)));
        assay.discredit(versionId);
    }

    function test_RevertWhen_WrongLog() public {
        _failAndClose();
        ResultLog memory log = _log(versionId);
        (bytes32 kept, uint256 until, ) = assay.logOf(versionId);
        log.entries[0].appliedAt -= 1;
        bytes32 shown = bytes32(LogLib.hashOf(log));
        _refusedOverturn(log, 0, 0, abi.encodeWithSelector(IAssay.WrongLog.selector, versionId, shown, kept));
        log.entries[0].appliedAt += 1;
        vm.warp(until + 1);
        _refusedOverturn(log, 0, 0, abi.encodeWithSelector(IAssay.WrongLog.selector, versionId, kept, kept));
        vm.warp(until);
        _overturn(versionId, 0, 0);
    }

    function test_RevertWhen_ThereIsNoLog() public {
        _failAndClose();
        ResultLog memory log = _log(versionId);
        bytes32 other = keccak256("other");
        bytes32 shown = bytes32(LogLib.hashOf(log));
        _expect(abi.encodeWithSelector(IAssay.WrongLog.selector, other, shown, bytes32(0)));
        vm.prank(address(court));
        assay.overturn(other, log, 0, 0);
    }

    function test_RevertWhen_NoSuchEntry() public {
        _failAndClose();
        ResultLog memory log = _log(versionId);
        _refusedOverturn(log, 1, 0, abi.encodeWithSelector(IAssay.NoSuchEntry.selector, 1, 1));
        _refusedOverturn(log, 2, 0, abi.encodeWithSelector(IAssay.NoSuchEntry.selector, 2, 1));
        versionId = _addVersion(modelId, keccak256("v2"));
        log = _log(versionId);
        // That it inherited is not in dispute.
        _refusedOverturn(log, 1, 0, abi.encodeWithSelector(IAssay.NoSuchEntry.selector, 1, 2));
    }

    function test_RevertWhen_NewWordMalformed() public {
        _failAndClose();
        ResultLog memory log = _log(versionId);
        uint256 word = _word(10_001);
        _refusedOverturn(log, 0, word, abi.encodeWithSelector(IAssay.MalformedResult.selector, word));
    }

    /// @dev Else the batch, signed as it is, would apply once more.
    function test_RevertWhen_TakenOutOfAnOpenRound() public {
        uint256 roundId = _measure(modelId, DIGEST, _bad());
        ResultLog memory log = _log(versionId);
        uint256 closesAt = assay.closesAt(roundId);
        vm.warp(closesAt - 1);
        _refusedOverturn(log, 0, 0, abi.encodeWithSelector(IAssay.RoundNotClosed.selector, closesAt, closesAt - 1));
        vm.warp(closesAt);
        _overturn(versionId, 0, 0);
        Batch memory again = _batch(roundId, modelId, DIGEST, _bad());
        _refused(again, _committee(roundId), abi.encodeWithSelector(IAssay.RoundClosed.selector, roundId, closesAt));
    }

    // ---------------------------------------------------------------- discredit
    function test_Discredit() public {
        Memory memory expected = _memory(versionId);
        _isTrue(MemoryLib.has(expected, MemoryLib.ADMITTED), "admitted");
        expected.mass = 0;
        expected.flags &= ~MemoryLib.ADMITTED;
        _expectAssayEvent();
        emit IAssay.EvidenceDiscredited(versionId, MemoryLib.pack(expected));
        vm.prank(address(court));
        assay.discredit(versionId);
        _same(assay.memoryOf(versionId), MemoryLib.pack(expected), "memory");
        _isTrue(!assay.isAdmitted(modelId), "not admitted");
        _measureRounds(modelId, 3, _good());
        _isTrue(assay.isAdmitted(modelId), "evidence can be gathered anew");
    }

    /// @dev Without evidence there is nothing to drop from.
    function test_Discredit_LeavesNoScarBehind() public {
        vm.prank(address(court));
        assay.discredit(versionId);
        _measure(modelId, DIGEST, _word(9_000));
        _same(_memory(versionId).scar, 0, "scar");
        _same(_memory(versionId).rates, 9_000 * 5 * 0x0001000100010001000100010001, "the new rates alone");
    }

    /// @dev What was taken away does not come back by a replay.
    function test_Discredit_IsReplayed() public {
        _failAndClose();
        vm.prank(address(court));
        assay.discredit(versionId);
        _same(_log(versionId).entries[1].kind, 4, "logged");
        _isTrue(assay.isLog(versionId, _log(versionId)), "kept");
        _overturn(versionId, 0, 0);
        _same(_memory(versionId).mass, 0, "mass");
        _same(_memory(versionId).strikes, 0, "strikes");
        _isTrue(!_hasFlag(versionId, MemoryLib.ADMITTED), "flag");
    }
}

/// @notice Overturning gives the memory that would have been, bit for bit: two models live the same life, but for one result of the first.
contract OverturnExactnessTest is AssayFixture {
    /// @dev Not compared: what depends on stake at the time, the log itself, and a lane's mark, which the overturned result has taken off.
    uint256 private constant NOT_COMPARED =
        MemoryLib.ADMITTED | MemoryLib.WAS_EVER_ADMITTED | MemoryLib.LOGGED | MemoryLib.LEFT;

    struct Twin {
        uint256 modelId;
        bytes32 digest;
        bytes32 versionId;
    }

    Twin private disputed;
    Twin private control;
    uint256 private entropy;

    function setUp() public override {
        super.setUp();
        disputed = _twin("disputed");
        control = _twin("control");
    }

    function _twin(string memory name) private returns (Twin memory twin) {
        twin.digest = keccak256(bytes(name));
        (twin.modelId, twin.versionId) = _standardModel(twin.digest);
    }

    function _random(uint256 bound) private returns (uint256) {
        entropy = uint256(keccak256(abi.encode(entropy)));
        return entropy % bound;
    }

    /// @dev Anything a committee can have measured; bad ones as often as good ones.
    function _randomWord() private returns (uint256 word) {
        uint256 lowest = _random(2) == 0 ? 9_000 : 0;
        uint256 packedScores;
        for (uint256 family; family < 7; ++family) packedScores |= (lowest + _random(10_001 - lowest)) << (16 * family);
        uint256 retries = _random(3) == 0 ? _random(100) : 0;
        return packedScores | ((1 + _random(700)) << 112) | (900 << 128) | (retries << 152) | (0x7f << 200);
    }

    /// @dev One step in both lives.
    function _step() private {
        uint256 action = _random(8);
        if (action == 0) {
            _renew(disputed);
            _renew(control);
        } else if (action == 1) {
            uint8 lane = uint8(_random(2));
            _setLane(disputed.modelId, lane);
            _setLane(control.modelId, lane);
        } else if (action == 2) {
            vm.warp(block.timestamp + _random(3 days));
        } else {
            _measureBoth(_randomWord());
        }
    }

    function _renew(Twin storage twin) private {
        twin.digest = keccak256(abi.encode(twin.digest));
        twin.versionId = _addVersion(twin.modelId, twin.digest);
    }

    function _measureBoth(uint256 word) private {
        _nextEpoch();
        Batch memory batch = _emptyBatch(_drawRound(), 2);
        batch.results[0] = ResultEntry({ modelId: disputed.modelId, digest: disputed.digest, word: word });
        batch.results[1] = ResultEntry({ modelId: control.modelId, digest: control.digest, word: word });
        _post(batch);
    }

    function _live(uint256 steps) private {
        for (uint256 i; i < steps; ++i) _step();
    }

    function _isTheSame() private view {
        uint256 mask = ~(NOT_COMPARED << 248);
        _same(assay.memoryOf(disputed.versionId) & mask, assay.memoryOf(control.versionId) & mask, "memory");
    }

    /// @dev Index of what the log says about a result of a round.
    function _indexOf(bytes32 versionId, uint256 roundId) private returns (uint256 index) {
        ResultLog memory log = _log(disputed.versionId);
        for (; index < log.entries.length; ++index) {
            if (log.entries[index].versionId == versionId && log.entries[index].roundId == roundId) return index;
        }
        _isTrue(false, "the result is in the log");
    }

    function _overturnDisputed(bytes32 versionId, uint256 roundId, uint256 newWord) private {
        uint256 closesAt = assay.closesAt(roundId);
        if (block.timestamp < closesAt) vm.warp(closesAt);
        _overturn(disputed.versionId, _indexOf(versionId, roundId), newWord);
    }

    // ---------------------------------------------------------------- properties
    function testFuzz_Overturn_AsIfItHadNeverBeenPosted(uint256 seed) public {
        entropy = seed;
        _live(_random(5));
        bytes32 versionId = disputed.versionId;
        uint256 roundId = _measure(disputed.modelId, disputed.digest, _bad());
        _live(_random(7));
        _overturnDisputed(versionId, roundId, 0);
        _isTheSame();
        // And so it stays.
        _measureBoth(_randomWord());
        _isTheSame();
    }

    function testFuzz_Overturn_AsIfAnotherWordHadBeenPosted(uint256 seed) public {
        entropy = seed;
        _live(_random(5));
        bytes32 versionId = disputed.versionId;
        uint256 newWord = _randomWord();
        _nextEpoch();
        uint256 roundId = _drawRound();
        _post(_batch(roundId, disputed.modelId, disputed.digest, _bad()));
        _post(_batch(roundId, control.modelId, control.digest, newWord));
        _live(_random(7));
        _overturnDisputed(versionId, roundId, newWord);
        _isTheSame();
        _measureBoth(_randomWord());
        _isTheSame();
    }

    /// @dev The older version of one fails after both have a new one, and the new one carries it.
    function testFuzz_Overturn_AsIfItHadNeverBeenCarried(uint256 seed) public {
        entropy = seed;
        _live(_random(5));
        _nextEpoch();
        uint256 roundId = _drawRound();
        (bytes32 failing, bytes32 digest) = (disputed.versionId, disputed.digest);
        _renew(disputed);
        _renew(control);
        uint256 word = assay.memoryOf(disputed.versionId);
        _post(_batch(roundId, disputed.modelId, digest, _bad()));
        _isTrue(assay.memoryOf(disputed.versionId) != word, "carried");
        _live(_random(7));
        _overturnDisputed(failing, roundId, 0);
        _isTheSame();
        _measureBoth(_randomWord());
        _isTheSame();
    }
}
