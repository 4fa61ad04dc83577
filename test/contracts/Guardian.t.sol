// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IPolicyBoard } from "../../contracts/interfaces/IPolicyBoard.sol";
import { BoardFixture } from "./BoardFixture.sol";
import { vm } from "./Vm.sol";

contract GuardianTest is BoardFixture {
    uint256 private constant PAUSE = 7 days;
    uint256 private constant INTERVAL = 30 days;

    address private guardian = address(0x6A2D);

    function setUp() public override {
        super.setUp();
        board.announcePolicy(_policy());
        board.setGuardian(guardian);
    }

    function test_SetGuardian() public {
        _same(board.guardian(), guardian, "guardian");
        _expectEvent();
        emit IPolicyBoard.GuardianChanged(stranger);
        board.setGuardian(stranger);
        _same(board.guardian(), stranger, "the new one");
        _expectNotOwner();
        board.setGuardian(guardian);
    }

    function test_Pause() public {
        _same(board.pausedUntil(), 0, "never yet");
        _isTrue(!_paused(), "off");
        uint256 until = block.timestamp + PAUSE;
        _expectEvent();
        emit IPolicyBoard.Paused(until);
        _pause();
        _same(board.pausedUntil(), until, "until");
        _isTrue(_paused(), "on");
        vm.warp(until - 1);
        _isTrue(_paused(), "to the last second");
        vm.warp(until);
        _isTrue(!_paused(), "ends by itself");
        _same(board.pausedUntil(), until, "the last pause");
    }

    /// @dev Standards go on coming into force, and a pause survives their bookkeeping.
    function test_Pause_WhileAPolicyComesIntoForce() public {
        board.announcePolicy(_looser());
        _pause();
        uint256 until = board.pausedUntil();
        vm.warp(block.timestamp + LOOSENING_NOTICE);
        (uint256 policyId, , bool paused) = board.standing();
        _same(policyId, 2, "in force");
        _isTrue(paused, "paused");
        board.announcePolicy(_policy());
        _same(board.pausedUntil(), until, "the same pause");
        board.withdrawPolicy();
        (policyId, , paused) = board.standing();
        _same(policyId, 2, "still in force");
        _isTrue(paused, "still paused");
    }

    function test_RevertWhen_NotGuardian() public {
        _expect(abi.encodeWithSelector(IPolicyBoard.NotGuardian.selector, address(this), guardian));
        board.pause();
        board.setGuardian(address(0));
        _expect(abi.encodeWithSelector(IPolicyBoard.NotGuardian.selector, guardian, address(0)));
        _pause();
    }

    function test_RevertWhen_PauseTooSoon() public {
        _pause();
        uint256 allowedFrom = block.timestamp + PAUSE + INTERVAL;
        _refusedNow(allowedFrom);
        vm.warp(allowedFrom - 1);
        _refusedNow(allowedFrom);
        // Another guardian has no pause of its own.
        board.setGuardian(stranger);
        _expect(abi.encodeWithSelector(IPolicyBoard.PauseTooSoon.selector, allowedFrom, block.timestamp));
        vm.prank(stranger);
        board.pause();
        board.setGuardian(guardian);
        vm.warp(allowedFrom);
        _pause();
        _isTrue(_paused(), "on again");
    }

    /// @dev In 2106 a pause is refused rather than cut short.
    function test_RevertWhen_ThePauseEndsBeyondTheLastSecond() public {
        vm.warp(uint256(type(uint32).max) - PAUSE + 1);
        _expect(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 32, uint256(1) << 32));
        _pause();
        vm.warp(block.timestamp - 1);
        _pause();
    }

    /// @dev Whenever the guardian tries: of any 37 days at most 7 are paused.
    function testFuzz_PausedAtMostSevenOfThirtySevenDays(uint32[16] calldata waits) public {
        uint256 lastStart;
        for (uint256 i; i < waits.length; ++i) {
            vm.warp(block.timestamp + (waits[i] % 20 days));
            bool allowed = lastStart == 0 || block.timestamp >= lastStart + PAUSE + INTERVAL;
            vm.prank(guardian);
            (bool done, ) = address(board).call(abi.encodeCall(IPolicyBoard.pause, ()));
            _isTrue(done == allowed, "allowed");
            if (done) lastStart = block.timestamp;
            _isTrue(_paused() == (block.timestamp < lastStart + PAUSE), "paused");
        }
    }

    function _pause() private {
        vm.prank(guardian);
        board.pause();
    }

    function _paused() private view returns (bool paused) {
        (, , paused) = board.standing();
    }

    function _refusedNow(uint256 allowedFrom) private {
        _expect(abi.encodeWithSelector(IPolicyBoard.PauseTooSoon.selector, allowedFrom, block.timestamp));
        _pause();
    }
}
