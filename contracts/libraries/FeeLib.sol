// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title FeeLib: usage fees on their way to stake
/// @notice Twin: `domain/fees.ts`.
/// @dev A stream pays out linearly from `updatedAt` to `endsAt`. Amounts are below 2^96 and times below 2^40, so no product reaches 2^137.
library FeeLib {
    uint256 internal constant STREAM_TIME = 7 days;
    uint256 internal constant BPS = 10_000;

    /// @notice What has streamed since `updatedAt`, rounded down; all that is left from `endsAt` on.
    function dueDown(uint256 amount, uint256 updatedAt, uint256 endsAt, uint256 nowAt) internal pure returns (uint256) {
        if (nowAt >= endsAt) return amount;
        // updatedAt ≤ nowAt < endsAt.
        unchecked {
            return (amount * (nowAt - updatedAt)) / (endsAt - updatedAt);
        }
    }

    /// @notice End of a stream after a payment: the average of its own end and the payment's, weighted by amounts and rounded down, so that a
    /// payment moves the end only as far as it is large.
    /// @param left Not yet streamed; `endsAt` is later than `nowAt` unless this is 0.
    /// @param added Not 0.
    function endAfter(uint256 left, uint256 endsAt, uint256 added, uint256 nowAt) internal pure returns (uint256) {
        return (left * endsAt + added * (nowAt + STREAM_TIME)) / (left + added);
    }

    /// @notice The public share of a payment, rounded down.
    function publicShareDown(uint256 assets, uint256 publicShareBps) internal pure returns (uint256) {
        return (assets * publicShareBps) / BPS;
    }

    /// @notice Divides what has streamed by active stake, the odd unit to the delegations; all of it to the commons while nothing is active.
    function split(
        uint256 due,
        uint256 activeBond,
        uint256 activeDelegations
    ) internal pure returns (uint256 toBond, uint256 toDelegations, uint256 toCommons) {
        uint256 active = activeBond + activeDelegations;
        if (active == 0) return (0, 0, due);
        toBond = (due * activeBond) / active;
        if (activeDelegations == 0) return (toBond, 0, 0);
        toDelegations = due - toBond;
    }

    /// @notice What the unbonding pool gets of the delegations' part while a freeze is unresolved: by what both pools hold, rounded down.
    /// @param delegated Assets of the active pool, not 0.
    /// @param unbonding Assets of the unbonding pool.
    function unbondingPartDown(uint256 assets, uint256 delegated, uint256 unbonding) internal pure returns (uint256) {
        return (assets * unbonding) / (delegated + unbonding);
    }
}
