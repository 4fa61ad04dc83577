// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title EpochLib: how long a round can be posted to
library EpochLib {
    /// @dev Epochs after its own.
    uint256 internal constant POSTING_EPOCHS = 2;

    /// @dev No round comes after it; as an answer to a made-up id its end is far away, and sums with it overflow nowhere.
    uint256 private constant LAST_ROUND = type(uint48).max;

    /// @notice When a round can no longer be posted to (seconds); of ids that no round can have, an end that never comes.
    function closesAt(uint256 roundId, uint256 genesis, uint256 epochLength) internal pure returns (uint256) {
        return genesis + (Math.min(roundId, LAST_ROUND) + POSTING_EPOCHS) * epochLength;
    }
}
