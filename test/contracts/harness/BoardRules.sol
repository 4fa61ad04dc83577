// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { PolicyDirectionLib } from "../../../contracts/libraries/PolicyDirectionLib.sol";
import { TwoWords } from "./Rows.sol";

/// @title BoardRules: what changes of the standards do
abstract contract BoardRules {
    /// @dev Cases: indexes of the policies from and to. Answers: tightening, loosening.
    function directionOf(
        TwoWords[] calldata cases,
        Policy[] memory policies
    ) external pure returns (TwoWords[] memory answers) {
        answers = new TwoWords[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            (answers[i].first, answers[i].second) = PolicyDirectionLib.directionOf(
                policies[cases[i].first],
                policies[cases[i].second]
            );
        }
    }
}
