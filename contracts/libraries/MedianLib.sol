// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ResultLib } from "./ResultLib.sol";

/// @title MedianLib: from a committee's reports to one result
/// @notice Twin: `domain/median.ts`.
library MedianLib {
    /// @notice A median over no report.
    error NoReports();

    uint256 private constant SCORE_BITS = 16;
    uint256 private constant COUNT_BITS = 24;

    /// @notice The lower median, field by field. Items add up to at most `itemsCap` (and 65,535): more evaluators shrink the sampling error.
    /// A family counts as measured when all measured it. Retries and hard failures are clipped to attempts, as the medians of three
    /// fields may come from three reports.
    /// @param words Well-formed result words, a committee's worth of them (the sort is quadratic).
    function medianResult(uint256[] memory words, uint256 itemsCap) internal pure returns (uint256 word) {
        require(words.length != 0, NoReports());
        uint256 scores;
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            scores |= _lowerMedian(words, family * SCORE_BITS, SCORE_BITS) << (family * SCORE_BITS);
        }
        uint256 attempts = _lowerMedian(words, 128, COUNT_BITS);
        (uint256 items, uint256 flags) = _itemsAndFlags(words, itemsCap);
        return
            ResultLib.pack(
                scores,
                items,
                attempts,
                Math.min(attempts, _lowerMedian(words, 152, COUNT_BITS)),
                Math.min(attempts, _lowerMedian(words, 176, COUNT_BITS)),
                flags
            );
    }

    function _itemsAndFlags(
        uint256[] memory words,
        uint256 itemsCap
    ) private pure returns (uint256 items, uint256 flags) {
        flags = type(uint16).max;
        for (uint256 i; i < words.length; ++i) {
            items += ResultLib.items(words[i]);
            flags &= ResultLib.flags(words[i]);
        }
        items = Math.min(items, Math.min(itemsCap, type(uint16).max));
    }

    /// @dev Element ⌊(k − 1)/2⌋ of the sorted values of one field.
    function _lowerMedian(uint256[] memory words, uint256 offset, uint256 bits) private pure returns (uint256) {
        uint256[] memory sorted = new uint256[](words.length);
        for (uint256 i; i < words.length; ++i) {
            uint256 value = (words[i] >> offset) & ((1 << bits) - 1);
            uint256 j = i;
            for (; j != 0 && sorted[j - 1] > value; --j) sorted[j] = sorted[j - 1];
            sorted[j] = value;
        }
        return sorted[(words.length - 1) / 2];
    }
}
