// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { vm } from "../Vm.sol";
import { System } from "./System.sol";

/// @title Governors: the board's owner, the guardian, and time
abstract contract Governors is System {
    uint256 private constant VARIANTS = 7;

    function announce(uint256 which) external step(NOBODY) {
        (uint256 pendingId, ) = board.pendingPolicy();
        Policy memory next = _variant(which % VARIANTS);
        bool same = keccak256(abi.encode(next)) == keccak256(abi.encode(_policyInForce()));
        if (pendingId != 0 || same) return;
        board.announcePolicy(next);
        _done();
    }

    function withdrawPolicy(uint256 chance) external step(NOBODY) {
        (uint256 pendingId, ) = board.pendingPolicy();
        if (pendingId == 0 || chance % 2 == 0) return;
        board.withdrawPolicy();
        _done();
    }

    function pause() external step(NOBODY) {
        if (_pause()) _done();
    }

    function _pause() internal returns (bool) {
        uint256 last = board.pausedUntil();
        if (last != 0 && block.timestamp < last + 30 days) return false;
        board.pause();
        return true;
    }

    function wait(uint256 time) external step(NOBODY) {
        vm.warp(block.timestamp + (time % 20 days));
        _done();
    }
}
