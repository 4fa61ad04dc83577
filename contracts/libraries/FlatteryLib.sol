// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { LaneLib } from "./LaneLib.sol";
import { ResultLib } from "./ResultLib.sol";

/// @title FlatteryLib: whether a wrong result was in its version's favour
library FlatteryLib {
    /// @notice Whether anything in `word` is better for the version than in `right`: a score, the number of items, retries, hard failures, or a
    /// family that was not measured.
    /// @param right 0: nothing was measured, so anything flatters.
    function flatters(uint256 word, uint256 right) internal pure returns (bool) {
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            if (LaneLib.lane(word, family) > LaneLib.lane(right, family)) return true;
        }
        return
            ResultLib.items(word) > ResultLib.items(right) ||
            ResultLib.retries(word) < ResultLib.retries(right) ||
            ResultLib.hardFailures(word) < ResultLib.hardFailures(right) ||
            ResultLib.flags(word) != ResultLib.flags(right);
    }
}
