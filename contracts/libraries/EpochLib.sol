// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title EpochLib: how long a round can be posted to
library EpochLib {
    /// @dev Epochs after its own.
    uint256 internal constant POSTING_EPOCHS = 2;

    /// @notice When a round can no longer be posted to (seconds).
    function closesAt(uint256 roundId, uint256 genesis, uint256 epochLength) internal pure returns (uint256) {
        return genesis + (roundId + POSTING_EPOCHS) * epochLength;
    }
}
