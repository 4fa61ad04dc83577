// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { CombineLib } from "./CombineLib.sol";
import { LaneLib } from "./LaneLib.sol";
import { ProportionLib } from "./ProportionLib.sol";
import { ResultLib } from "./ResultLib.sol";

/// @title VerdictLib: whether a failing result was reproduced
/// @notice Twin: `domain/verdict.ts`.
library VerdictLib {
    /// @dev Two standard errors, fewer than the slash test's usual three: a failure wrongly confirmed burns stake, one wrongly overturned only puts the
    /// newer measurement in the place of the older one.
    uint256 internal constant DIFFER_Z2 = 4;

    /// @notice Bitmap over families of the slash tests a result failed.
    /// @param word A well-formed result word.
    function failedFamilies(uint256 word, Policy memory policy) internal pure returns (uint256 failed) {
        return CombineLib.failedFamilies(word, CombineLib.slashLanes(policy), policy);
    }

    /// @notice Whether a second measurement overturns the first: every family that failed is better now by more than chance, and does not fail again. Without
    /// the latter, a bad model that fails worse on purpose in a round would always be found better.
    /// @param word The disputed result word.
    /// @param newWord The second measurement; covers all families that failed.
    /// @param failed Bitmap of the families that failed, not 0.
    function isOverturned(
        uint256 word,
        uint256 newWord,
        uint256 failed,
        Policy memory policy
    ) internal pure returns (bool) {
        if (failedFamilies(newWord, policy) & failed != 0) return false;
        uint256 items = _items(word, policy);
        uint256 newItems = _items(newWord, policy);
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            if ((failed >> family) & 1 == 0) continue;
            uint256 scoreBps = LaneLib.lane(word, family);
            uint256 newScoreBps = LaneLib.lane(newWord, family);
            uint256 shareBps = LaneLib.at(policy.sharesBps, family);
            bool differs = ProportionLib.differ(
                scoreBps,
                items * shareBps,
                newScoreBps,
                newItems * shareBps,
                DIFFER_Z2
            );
            if (newScoreBps <= scoreBps || !differs) return false;
        }
        return true;
    }

    /// @dev As many as the result counted for.
    function _items(uint256 word, Policy memory policy) private pure returns (uint256) {
        return Math.min(ResultLib.items(word), policy.itemsCap);
    }
}
