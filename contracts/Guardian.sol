// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { InForce, Policies } from "./Policies.sol";
import { IPolicyBoard } from "./interfaces/IPolicyBoard.sol";

/// @title Guardian: one bit that ends by itself
/// @dev The board only says that the pause is on; what that stops is the Assay's. Whoever the guardian is, and however often it changes, the pauses are
/// those of the board: 7 days, then 30 without.
abstract contract Guardian is Policies {
    using SafeCast for uint256;

    uint256 private constant PAUSE = 7 days;
    /// @dev From the end of a pause to the earliest start of the next.
    uint256 private constant PAUSE_INTERVAL = 30 days;

    /// @inheritdoc IPolicyBoard
    address public guardian;

    /// @inheritdoc IPolicyBoard
    function setGuardian(address newGuardian) external onlyOwner {
        guardian = newGuardian;
        emit GuardianChanged(newGuardian);
    }

    /// @inheritdoc IPolicyBoard
    function pause() external {
        require(msg.sender == guardian, NotGuardian(msg.sender, guardian));
        uint256 last = _inForce.pausedUntil;
        uint256 allowedFrom = last == 0 ? 0 : last + PAUSE_INTERVAL;
        require(block.timestamp >= allowedFrom, PauseTooSoon(allowedFrom, block.timestamp));
        uint256 until = block.timestamp + PAUSE;
        _inForce.pausedUntil = until.toUint32();
        emit Paused(until);
    }

    /// @inheritdoc IPolicyBoard
    function pausedUntil() external view returns (uint256) {
        return _inForce.pausedUntil;
    }

    /// @inheritdoc IPolicyBoard
    function standing() external view returns (uint256 policyId, address pointer, bool paused) {
        InForce memory self = _inForce;
        (policyId, pointer) = _policyOf(self);
        paused = block.timestamp < self.pausedUntil;
    }
}
