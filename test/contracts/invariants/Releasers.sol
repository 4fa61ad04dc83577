// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { FreezeRecord } from "../../../contracts/interfaces/IAssayVault.sol";
import { vm } from "../Vm.sol";
import { System } from "./System.sol";

/// @title Releasers: who carry freezes on
abstract contract Releasers is System {
    function release(uint256 which) external step(NOBODY) {
        if (_open.length == 0) return;
        FreezeRecord memory frozen = _open[which % _open.length];
        if (frozen.contested) return;
        if (block.timestamp < frozen.releasableAt) vm.warp(frozen.releasableAt);
        if (_isPaused()) return;
        vault.release(frozen);
        _done();
    }

    /// @dev It depends on room and caps whether anything can be taken.
    function freezeWaiting(uint256 which) external step(NOBODY) {
        if (_open.length == 0) return;
        FreezeRecord memory frozen = _open[which % _open.length];
        (bool taken, ) = address(vault).call(abi.encodeCall(vault.freezeWaiting, (frozen)));
        if (taken && (_isPaused() || frozen.waiting == 0))
            _breach(10, "frozen although nothing waits or all is paused");
        if (taken) _done();
    }
}
