// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ResultLib } from "./ResultLib.sol";

/// @title MedianLib: from a committee's reports to one result
/// @notice Twin: `domain/median.ts`.
library MedianLib {
    /// @notice A median over no report.
    error NoReports();

    uint256 private constant SCORE_MASK = type(uint16).max;
    uint256 private constant COUNT_MASK = type(uint24).max;

    /// @notice The lower median, field by field. Items add up to at most `itemsCap` (and 65,535): more evaluators shrink the sampling error.
    /// A family counts as measured when all measured it. Retries and hard failures are clipped to attempts, as the medians of three
    /// fields may come from three reports.
    /// @param words Well-formed result words, a committee's worth of them (the sort is quadratic).
    function medianResult(uint256[] memory words, uint256 itemsCap) internal pure returns (uint256 word) {
        require(words.length != 0, NoReports());
        // One buffer serves all fields.
        uint256[] memory buffer = new uint256[](words.length);
        uint256 scores;
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            scores |= _lowerMedian(words, buffer, family * 16, SCORE_MASK) << (family * 16);
        }
        uint256 attempts = _lowerMedian(words, buffer, 128, COUNT_MASK);
        (uint256 items, uint256 flags) = _itemsAndFlags(words, itemsCap);
        return
            ResultLib.pack(
                scores,
                items,
                attempts,
                Math.min(attempts, _lowerMedian(words, buffer, 152, COUNT_MASK)),
                Math.min(attempts, _lowerMedian(words, buffer, 176, COUNT_MASK)),
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

    /// @dev Element ⌊(k − 1)/2⌋ of the sorted values of one field. `buffer` has the length of `words` and is overwritten.
    function _lowerMedian(
        uint256[] memory words,
        uint256[] memory buffer,
        uint256 offset,
        uint256 mask
    ) private pure returns (uint256) {
        for (uint256 i; i < words.length; ++i) {
            uint256 value = (words[i] >> offset) & mask;
            // Insertion: what is larger moves up one place. The places lie in the first i + 1 elements of the buffer.
            assembly ("memory-safe") {
                let first := add(buffer, 0x20)
                let place := add(first, shl(5, i))
                for {} gt(place, first) {
                    place := sub(place, 0x20)
                } {
                    let below := mload(sub(place, 0x20))
                    if iszero(gt(below, value)) {
                        break
                    }
                    mstore(place, below)
                }
                mstore(place, value)
            }
        }
        return buffer[(words.length - 1) / 2];
    }
}
