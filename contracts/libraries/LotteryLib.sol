// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { SeedLib } from "./SeedLib.sol";

/// @title LotteryLib: which models of the experimental lane are measured at the commons' cost
/// @notice Twin: `domain/lottery.ts`.
/// @dev Every model has the same chance, whatever its stake: nobody can buy its way to the front.
library LotteryLib {
    /// @dev Models a slot draws, one after the other, until one takes part: a bounded look at a list nobody has to keep.
    uint256 internal constant ATTEMPTS = 8;
    bytes32 private constant LABEL = keccak256("lottery");

    /// @notice Slots of a round that are drawn, if the commons fund pays for them all; rounded up, at most 192 (PolicyBounds).
    function slotsOf(Policy memory policy) internal pure returns (uint256) {
        // Both are 32 bits.
        unchecked {
            return Math.ceilDiv(uint256(policy.slots) * policy.lotteryBps, 10_000);
        }
    }

    /// @notice The model that a slot draws at an attempt (0..7).
    /// @param seed The round's seed.
    /// @param modelCount Models registered when the round opened; not 0.
    function draw(bytes32 seed, uint256 slot, uint256 attempt, uint256 modelCount) internal pure returns (uint256) {
        // At most 192 slots of eight attempts, and fewer than 2^32 models.
        unchecked {
            return 1 + (SeedLib.drawHashed(seed, LABEL, slot * ATTEMPTS + attempt) % modelCount);
        }
    }
}
