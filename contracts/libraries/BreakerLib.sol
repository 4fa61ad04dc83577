// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../interfaces/IPolicyBoard.sol";

/// @title BreakerLib: the days on which the harness is the likeliest cause
/// @notice Twin: `domain/breaker.ts`.
library BreakerLib {
    /// @dev Fewer failing results than this never say anything about the harness.
    uint256 internal constant CONTESTED_MIN = 3;

    /// @notice Whether so much of a batch fails that none of it freezes stake until a second committee confirms.
    function isContested(uint256 failing, uint256 results, Policy memory policy) internal pure returns (bool) {
        // A batch has at most 64 results.
        unchecked {
            return failing >= CONTESTED_MIN && failing * 10_000 > policy.breakerBps * results;
        }
    }
}
