// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, IAssay, ResultEntry } from "../../contracts/interfaces/IAssay.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { BreakerLib } from "../../contracts/libraries/BreakerLib.sol";
import { MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Days on which the harness is the likeliest cause, and the guardian's pause: memory is written, no stake is frozen until a second result says so.
contract BreakerTest is AssayFixture {
    uint256 private constant MODELS = 10;

    function setUp() public override {
        super.setUp();
        board.setGuardian(address(this));
        for (uint256 i = 1; i <= MODELS; ++i) _standardModel(_digest(i));
    }

    function _digest(uint256 modelId) private pure returns (bytes32) {
        return keccak256(abi.encode("model", modelId));
    }

    function _version(uint256 modelId) private view returns (bytes32) {
        return assay.versionIdOf(modelId, _digest(modelId));
    }

    /// @dev In the next epoch: models 1 .. failing fail, those up to `results` do not.
    function _day(uint256 failing, uint256 results) private returns (uint256 roundId) {
        _nextEpoch();
        roundId = _drawRound();
        Batch memory batch = _emptyBatch(roundId, results);
        for (uint256 i; i < results; ++i) {
            uint256 word = i < failing ? _bad() : _good();
            batch.results[i] = ResultEntry({ modelId: i + 1, digest: _digest(i + 1), word: word });
        }
        _post(batch);
    }

    function _areFrozen(uint256 roundId, uint256 failing, bool frozen) private view {
        for (uint256 i = 1; i <= failing; ++i) {
            _isTrue(_isFrozen(_version(i), roundId) == frozen, frozen ? "frozen" : "not frozen");
            _isTrue(_hasFlag(_version(i), MemoryLib.CONTESTED) != frozen, frozen ? "not contested" : "contested");
            _isTrue(_memory(_version(i)).strikes != 0, "remembered in any case");
        }
    }

    // ---------------------------------------------------------------- breaker
    /// @dev Three of ten are 30 %, which is allowed; three of nine are more.
    function test_Breaker_Threshold() public {
        _areFrozen(_day(3, 10), 3, true);
    }

    function test_Breaker_AboveTheThreshold() public {
        _areFrozen(_day(3, 9), 3, false);
    }

    /// @dev One and two failing results never say anything about the harness.
    function test_Breaker_NeedsThree() public {
        _areFrozen(_day(2, 2), 2, true);
    }

    function testFuzz_Breaker(uint8 failing, uint8 results, uint16 breakerBps) public pure {
        uint256 all = _within(results, 1, 64);
        uint256 bad = _within(failing, 0, all);
        uint256 bps = _within(breakerBps, 1, 10_000);
        bool expected = bad >= 3 && bad * 10_000 > bps * all;
        _isTrue(BreakerLib.isContested(bad, all, _breaking(bps)) == expected, "contested");
    }

    function _breaking(uint256 bps) private pure returns (Policy memory policy) {
        policy.breakerBps = uint32(bps);
    }

    function test_Breaker_IsToldByTheEvent() public {
        _nextEpoch();
        uint256 roundId = _drawRound();
        Batch memory batch = _emptyBatch(roundId, 3);
        for (uint256 i; i < 3; ++i) {
            batch.results[i] = ResultEntry({ modelId: i + 1, digest: _digest(i + 1), word: _bad() });
        }
        uint256 committee = _committee(roundId);
        bytes memory signatures = _signatures(batch, committee);
        _expectAssayEvent();
        emit IAssay.BatchPosted(roundId, 0, assay.batchDigest(batch), committee, batch.reportsRoot, true, (1 << 7) - 1);
        assay.post(batch, committee, signatures);
    }

    // ---------------------------------------------------------------- confirmation
    /// @dev A second committee that finds the same freezes, although its whole batch fails too.
    function test_Contested_TheSecondFailureFreezes() public {
        _areFrozen(_day(5, 5), 5, false);
        _areFrozen(_day(5, 5), 5, true);
    }

    /// @dev Who fails for the first time on the second such day is contested for the first time.
    function test_Contested_EachVersionForItself() public {
        _day(3, 3);
        uint256 second = _day(5, 5);
        _areFrozen(second, 3, true);
        for (uint256 i = 4; i <= 5; ++i) {
            _isTrue(!_isFrozen(_version(i), second), "not frozen");
            _isTrue(_hasFlag(_version(i), MemoryLib.CONTESTED), "contested");
        }
    }

    /// @dev A result in between that does not fail says that it was the harness.
    function test_Contested_IsClearedByAResultThatDoesNotFail() public {
        _day(3, 3);
        _day(0, 3);
        for (uint256 i = 1; i <= 3; ++i) _isTrue(!_hasFlag(_version(i), MemoryLib.CONTESTED), "cleared");
        _areFrozen(_day(3, 3), 3, false);
    }

    /// @dev The confirmation need not come on such a day.
    function test_Contested_ASingleFailureFreezesAfterwards() public {
        _day(3, 3);
        _areFrozen(_day(1, 10), 1, true);
    }

    /// @dev A new version is no way around the second committee.
    function test_Contested_IsInherited() public {
        _day(3, 3);
        bytes32 second = _addVersion(1, keccak256("v2"));
        _isTrue(_hasFlag(second, MemoryLib.CONTESTED), "inherited");
    }

    // ---------------------------------------------------------------- pause
    function test_Pause_NothingIsFrozen() public {
        board.pause();
        _areFrozen(_day(1, 5), 1, false);
        // Not even what a second committee confirms.
        _areFrozen(_day(1, 5), 1, false);
        vm.warp(board.pausedUntil());
        _areFrozen(_day(1, 5), 1, true);
    }
}
