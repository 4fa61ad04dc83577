// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ModelStake } from "../../../contracts/interfaces/IAssayVault.sol";
import { vm } from "../Vm.sol";
import { Committees } from "./Committees.sol";
import { Delegators } from "./Delegators.sol";
import { Developers } from "./Developers.sol";
import { Evaluators } from "./Evaluators.sol";
import { Governors } from "./Governors.sol";

/// @title Exits: INV-03 and INV-10, at the end of every run
/// @notice Everybody leaves, against a committee that fails everybody at the last moment, and a guardian that pauses if it can.
abstract contract Exits is Developers, Delegators, Evaluators, Committees, Governors {
    uint256 private constant HOLD_MAX = 21 days;
    uint256 private constant SEAT_EXIT = UNBONDING + 21 days;

    /// @notice Not for the fuzzer: the test calls it.
    function leaveAll() external {
        vm.recordLogs();
        // Every run makes as many steps, so chance comes from what they did.
        uint256 dice = uint256(keccak256(abi.encode(block.timestamp, token.balanceOf(address(vault)))));
        // A pause also keeps the committee from freezing: either may be worse.
        if (dice % 2 == 0) _pause();
        uint256 count = assay.modelCount();
        for (uint256 modelId = 1; modelId <= count; ++modelId) _requestAll(modelId);
        // Events are folded before time goes on: some of them mean the time of their block.
        _foldEvents();
        uint256 start = block.timestamp;
        vm.warp(start + UNBONDING - 2 * EPOCH);
        _failEverybody(dice >> 8);
        if (dice % 4 < 2) _pause();
        if (block.timestamp < start + UNBONDING) vm.warp(start + UNBONDING);
        _withdrawInTurn(count, dice);
        if (block.timestamp > start + UNBONDING + HOLD_MAX) _breach(3, "held for longer than 21 days");
        _foldEvents();
        _leaveSeats();
        _foldEvents();
    }

    /// @dev Twice: so many failures at once cost nothing the first time.
    function _failEverybody(uint256 seed) private {
        for (uint256 i; i < 2; ++i) {
            _measureRound(ALL_FAIL, seed, true);
            _foldEvents();
        }
    }

    /// @dev Each as soon as it is free.
    /// @param dice Whether the committee fails those who are held once more, just before they are free: no hold is extended.
    function _withdrawInTurn(uint256 count, uint256 dice) private {
        bool again = dice % 8 > 1;
        bool[] memory left = new bool[](count + 1);
        for (uint256 i; i < count; ++i) {
            (uint256 modelId, uint256 freeAt) = _nextFree(count, left);
            if (again && freeAt > block.timestamp) {
                if (freeAt - 2 * EPOCH > block.timestamp) vm.warp(freeAt - 2 * EPOCH);
                _failEverybody(dice >> 16);
                again = false;
                freeAt = vault.stakeOf(modelId).heldUntil;
            }
            if (freeAt > block.timestamp) vm.warp(freeAt);
            _withdrawAll(modelId);
            _foldEvents();
            left[modelId] = true;
        }
    }

    function _nextFree(uint256 count, bool[] memory left) private view returns (uint256 modelId, uint256 freeAt) {
        freeAt = type(uint256).max;
        for (uint256 id = 1; id <= count; ++id) {
            if (left[id]) continue;
            ModelStake memory stake = vault.stakeOf(id);
            uint256 free = _isHeld(stake) ? stake.heldUntil : 0;
            if (free < freeAt) (modelId, freeAt) = (id, free);
        }
    }

    function _requestAll(uint256 modelId) private {
        vm.prank(_holder(modelId));
        assay.setLane(modelId, 0);
        vault.settleFees(modelId);
        ModelStake memory stake = vault.stakeOf(modelId);
        if (stake.bond != stake.unbondingBond) _requestBond(modelId, stake.bond - stake.unbondingBond);
        for (uint256 i; i < DELEGATORS; ++i) {
            uint256 shares = vault.balanceOf(_delegator(i), modelId);
            if (shares != 0) _requestShares(_delegator(i), modelId, shares);
        }
    }

    function _withdrawAll(uint256 modelId) private {
        if (!_withdrawBond(modelId) && vault.stakeOf(modelId).unbondingBond != 0) _breach(3, "a bond cannot leave");
        for (uint256 i; i < DELEGATORS; ++i) {
            bool left = _withdrawShares(_delegator(i), modelId);
            if (!left && vault.positionOf(modelId, _delegator(i)).unbondingShares != 0) {
                _breach(3, "a delegator cannot leave");
            }
        }
        ModelStake memory stake = vault.stakeOf(modelId);
        if (stake.shares + stake.unbondingShares != 0) _breach(3, "shares left behind");
    }

    function _leaveSeats() private {
        uint256 count = board.seatCount();
        for (uint256 seatId; seatId < count; ++seatId) {
            _leaveSeat(seatId);
            uint256 active = vault.seatBond(seatId);
            if (active != 0) vault.requestSeatUnbond(seatId, active);
        }
        vm.warp(block.timestamp + SEAT_EXIT);
        for (uint256 seatId; seatId < count; ++seatId) {
            _withdrawSeat(seatId);
            if (vault.seatBondOf(seatId).assets != 0) _breach(3, "a seat's bond left behind");
        }
    }
}
