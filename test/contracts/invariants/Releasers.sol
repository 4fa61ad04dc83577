// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { FreezeRecord } from "../../../contracts/interfaces/IAssayVault.sol";
import { System } from "./System.sol";

/// @title Releasers: who carry freezes on
abstract contract Releasers is System {
    function release(uint256 which, uint256 chance) external step(NOBODY) {
        if (_open.length == 0) return;
        FreezeRecord memory frozen = _open[which % _open.length];
        if (frozen.contested) return;
        _mayWaitUntil(frozen.releasableAt, chance);
        if (_isPaused() || block.timestamp < frozen.releasableAt) return;
        vault.release(frozen);
        _done();
    }

    /// @dev It depends on room and caps whether anything can be taken.
    function freezeWaiting(uint256 which, uint256 chance) external step(NOBODY) {
        if (_open.length == 0) return;
        FreezeRecord memory frozen = _open[which % _open.length];
        if (frozen.waiting != 0) _mayWaitUntil(block.timestamp + 1 hours, chance);
        bool taken = _try(address(vault), abi.encodeCall(vault.freezeWaiting, (frozen)));
        if (taken && (_isPaused() || frozen.waiting == 0))
            _breach(10, "frozen although nothing waits or all is paused");
        if (taken) _done();
    }
}
