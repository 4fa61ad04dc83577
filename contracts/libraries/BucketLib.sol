// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title BucketLib: how much stake can be frozen at a time, over all models
/// @notice Twin: `domain/bucket.ts`.
/// @dev A leaky bucket: freezes fill it, and it leaks its whole capacity per period, linearly. Within any window of a period at most twice the
/// capacity is frozen: a full bucket, and what leaks out of it meanwhile.
library BucketLib {
    uint256 internal constant BPS = 10_000;
    uint256 internal constant STEPS = 24;

    /// @notice Capacity: a share of all tokens held, rounded down.
    /// @dev A donation raises it by `bucketBps` of itself for as long as it lies there, and is lost to whoever gave it.
    /// @param held Below 2^128.
    function capacityDown(uint256 held, uint256 bucketBps) internal pure returns (uint256) {
        return (held * bucketBps) / BPS;
    }

    /// @notice The least that is taken at a time of what waits, rounded down: what leaks in a twenty-fourth of a period. A record changes with
    /// what is taken, and whoever is about to show it must not find it changed in every block.
    function stepDown(uint256 capacity) internal pure returns (uint256) {
        return capacity / STEPS;
    }

    /// @notice What is left of `level` after leaking since `updatedAt`.
    /// @param capacity Below 2^142; times are below 2^40.
    /// @param period Seconds, not 0.
    function levelAt(
        uint256 level,
        uint256 updatedAt,
        uint256 nowAt,
        uint256 capacity,
        uint256 period
    ) internal pure returns (uint256) {
        return Math.saturatingSub(level, (capacity * (nowAt - updatedAt)) / period);
    }
}
