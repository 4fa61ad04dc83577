// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { GateLib } from "../../../contracts/libraries/GateLib.sol";
import { QualityLib } from "../../../contracts/libraries/QualityLib.sol";
import { FourWords, ThreeWords } from "./Rows.sol";

/// @title GateRules: the bars and the tests against them
abstract contract GateRules {
    /// @dev Cases: floor, ease, scar, K.
    function barUp(FourWords[] calldata cases) external pure returns (uint256[] memory answers) {
        answers = new uint256[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i] = GateLib.barUp(cases[i].first, cases[i].second, cases[i].third, cases[i].fourth);
        }
    }

    /// @dev Cases: rate, bar, mass · share, z².
    function passes(FourWords[] calldata cases) external pure returns (bool[] memory answers) {
        answers = new bool[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i] = GateLib.passes(cases[i].first, cases[i].second, cases[i].third, cases[i].fourth);
        }
    }

    /// @dev Cases: score, slash floor, items · share, z².
    function fails(FourWords[] calldata cases) external pure returns (bool[] memory answers) {
        answers = new bool[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i] = GateLib.fails(cases[i].first, cases[i].second, cases[i].third, cases[i].fourth);
        }
    }

    /// @dev Cases: rate, mass · share, z².
    function lowerBoundDown(ThreeWords[] calldata cases) external pure returns (uint256[] memory answers) {
        answers = new uint256[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i] = QualityLib.lowerBoundDown(cases[i].first, cases[i].second, cases[i].third);
        }
    }
}
