// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { ProportionLib } from "../../../contracts/libraries/ProportionLib.sol";
import { VerdictLib } from "../../../contracts/libraries/VerdictLib.sol";
import { TwoWords } from "./Rows.sol";

/// @title VerdictRules: whether a failing result was reproduced
abstract contract VerdictRules {
    struct ProportionCase {
        uint256 scoreBps;
        uint256 itemsShare;
        uint256 otherScoreBps;
        uint256 otherItemsShare;
        uint256 z2;
    }

    struct VerdictCase {
        uint256 word;
        uint256 newWord;
        uint256 policy;
    }

    function proportionsDiffer(ProportionCase[] calldata cases) external pure returns (bool[] memory answers) {
        answers = new bool[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            ProportionCase calldata c = cases[i];
            answers[i] = ProportionLib.differ(c.scoreBps, c.itemsShare, c.otherScoreBps, c.otherItemsShare, c.z2);
        }
    }

    /// @dev Answers: families that failed, whether the second measurement overturns them.
    function verdicts(
        VerdictCase[] calldata cases,
        Policy[] memory policies
    ) external pure returns (TwoWords[] memory answers) {
        answers = new TwoWords[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            VerdictCase calldata c = cases[i];
            Policy memory policy = policies[c.policy];
            uint256 failed = VerdictLib.failedFamilies(c.word, policy);
            answers[i].first = failed;
            answers[i].second = VerdictLib.isOverturned(c.word, c.newWord, failed, policy) ? 1 : 0;
        }
    }
}
