// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { LaneLib } from "./LaneLib.sol";

/// @title ResultLib: the result word
/// @notice What a committee measured for one version in one round, in one word. Twin: `domain/result.ts`.
///
/// | bits      | field        | unit                                                                  |
/// | --------- | ------------ | --------------------------------------------------------------------- |
/// | 0..111    | scores       | 7 × 16 bits, bps; family order R J C P E L T, R lowest                 |
/// | 112..127  | items        | units of evidence                                                     |
/// | 128..151  | attempts     | HTTP requests, retries included                                       |
/// | 152..175  | retries      | attempts that repeated a failed one                                   |
/// | 176..199  | hardFailures | items of which no attempt succeeded                                   |
/// | 200..215  | flags        | bits 0..6: the family was measured                                    |
/// | 216..255  | –            | zero                                                                  |
library ResultLib {
    uint256 internal constant FAMILIES = 7;
    uint256 internal constant SCORES_MASK = (1 << 112) - 1;
    uint256 private constant FLAGS_OFFSET = 200;
    uint256 private constant ALL_FAMILIES = (1 << FAMILIES) - 1;
    uint256 private constant SPREAD = 1 | (1 << 15) | (1 << 30) | (1 << 45) | (1 << 60) | (1 << 75) | (1 << 90);
    uint256 private constant LANE_ONES = 0x0001000100010001000100010001;

    /// @dev Lanes 0, 2, 4 and 6 of seven 16-bit lanes, each with 16 empty bits above it.
    uint256 private constant ALTERNATE_LANES = 0x0000ffff0000ffff0000ffff0000ffff;
    /// @dev Added to a 16-bit lane this reaches bit 16 exactly when the lane holds more than 10,000.
    uint256 private constant TO_OVERFLOW = 0x0000d8ef0000d8ef0000d8ef0000d8ef;
    uint256 private constant OVERFLOWED = 0x00010000000100000001000000010000;

    function scores(uint256 word) internal pure returns (uint256 packedScores) {
        return word & SCORES_MASK;
    }

    function scoreBps(uint256 word, uint256 family) internal pure returns (uint256) {
        return LaneLib.lane(word, family);
    }

    function items(uint256 word) internal pure returns (uint256) {
        return (word >> 112) & 0xffff;
    }

    function attempts(uint256 word) internal pure returns (uint256) {
        return (word >> 128) & 0xffffff;
    }

    function retries(uint256 word) internal pure returns (uint256) {
        return (word >> 152) & 0xffffff;
    }

    function hardFailures(uint256 word) internal pure returns (uint256) {
        return (word >> 176) & 0xffffff;
    }

    function flags(uint256 word) internal pure returns (uint256) {
        return (word >> FLAGS_OFFSET) & 0xffff;
    }

    /// @notice Whether the committee measured a family at all.
    function isMeasured(uint256 word, uint256 family) internal pure returns (bool) {
        return (word >> (FLAGS_OFFSET + family)) & 1 != 0;
    }

    /// @notice All ones in the 16-bit lanes of the families that were measured.
    /// @dev Seven copies of the flags, 15 bits apart, bring bit f of one of them to bit 16·f, and no other there.
    function measuredLanes(uint256 word) internal pure returns (uint256 lanes) {
        // 2^7·2^91 and seven lanes of 0xffff.
        unchecked {
            return (((flags(word) & ALL_FAMILIES) * SPREAD) & LANE_ONES) * 0xffff;
        }
    }

    /// @dev Each field must fit its width; `packedScores` holds seven 16-bit lanes.
    function pack(
        uint256 packedScores,
        uint256 items_,
        uint256 attempts_,
        uint256 retries_,
        uint256 hardFailures_,
        uint256 flags_
    ) internal pure returns (uint256 word) {
        return
            packedScores |
            (items_ << 112) |
            (attempts_ << 128) |
            (retries_ << 152) |
            (hardFailures_ << 176) |
            (flags_ << FLAGS_OFFSET);
    }

    /// @notice Every score ≤ 10,000, retries and hard failures ≤ attempts, at least one item, no stray bit.
    function isWellFormed(uint256 word) internal pure returns (bool) {
        // Both sums stay within their 32-bit lanes: 0xffff + 0xd8ef < 2^17.
        unchecked {
            uint256 over =
                ((word & ALTERNATE_LANES) + TO_OVERFLOW) |
                    (((word >> 16) & (ALTERNATE_LANES >> 32)) + (TO_OVERFLOW >> 32));
            if (over & OVERFLOWED != 0) return false;
        }
        uint256 attempts_ = attempts(word);
        return items(word) != 0 && retries(word) <= attempts_ && hardFailures(word) <= attempts_ && word >> 216 == 0;
    }
}
