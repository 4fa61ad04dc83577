// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { CombineLib } from "../../contracts/libraries/CombineLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { FlatteryLib } from "../../contracts/libraries/FlatteryLib.sol";
import { ProportionLib } from "../../contracts/libraries/ProportionLib.sol";
import { ResultLib } from "../../contracts/libraries/ResultLib.sol";
import { VerdictLib } from "../../contracts/libraries/VerdictLib.sol";
import { BoardFixture } from "./BoardFixture.sol";

/// @notice ProportionLib, VerdictLib and FlatteryLib: what the court decides by figures.
contract VerdictTest is BoardFixture {
    uint256 private constant ALL = 0x7f;

    function _word(uint256 scoreBps, uint256 items) private pure returns (uint256) {
        return _wordOf([scoreBps, scoreBps, scoreBps, scoreBps, scoreBps, scoreBps, scoreBps], items, ALL);
    }

    function _wordOf(uint256[7] memory scores, uint256 items, uint256 flags) private pure returns (uint256) {
        uint256 packed;
        for (uint256 family; family < 7; ++family) packed |= scores[family] << (16 * family);
        return ResultLib.pack(packed, items, 900, 0, 0, flags);
    }

    // ---------------------------------------------------------------- two proportions
    /// @dev The formula as it is written, in whole rights and items, for rates that are whole shares.
    function testFuzz_TheTestIsTheFormula(uint256 n1, uint256 x1, uint256 n2, uint256 x2, uint256 z2) external pure {
        n1 = 1 + (n1 % 600);
        n2 = 1 + (n2 % 600);
        // Rates in steps of 1/10,000 with n items: x = rate·n.
        uint256 s1 = x1 % 10_001;
        uint256 s2 = x2 % 10_001;
        z2 = 1 + (z2 % 100);
        // x and n in units of 1/10,000.
        (x1, x2) = (s1 * n1, s2 * n2);
        (n1, n2) = (n1 * 10_000, n2 * 10_000);
        uint256 cross = x1 * n2 > x2 * n1 ? x1 * n2 - x2 * n1 : x2 * n1 - x1 * n2;
        // Everything scaled by 10,000 has one factor more on the right.
        bool expected = cross * cross * (n1 + n2) > z2 * (x1 + x2) * (n1 + n2 - x1 - x2) * n1 * n2 * 10_000;
        _isTrue(ProportionLib.differ(s1, n1, s2, n2, z2) == expected, "differ");
        _isTrue(ProportionLib.differ(s2, n2, s1, n1, z2) == expected, "either way round");
    }

    function testFuzz_WithoutEvidenceNothingDiffers(uint256 s1, uint256 s2, uint256 items) external pure {
        items = (items % 65_536) * 10_000;
        _isTrue(!ProportionLib.differ(s1 % 10_001, 0, s2 % 10_001, items, 1), "no evidence");
        _isTrue(!ProportionLib.differ(s1 % 10_001, items, s1 % 10_001, items, 1), "the same rate");
    }

    /// @dev The largest values the bounds allow.
    function test_TheBoundsHold() external pure {
        uint256 most = 65_535 * 10_000;
        _isTrue(ProportionLib.differ(0, most, 10_000, most, 100), "as different as can be");
        _isTrue(!ProportionLib.differ(4_999, most, 5_000, most, 100), "a basis point");
    }

    /// @dev As near to the boundary as whole basis points come: the left side exceeds the right one by less than a ten-thousandth.
    function test_HardlyDifferentDiffers() external pure {
        uint256 items = 50 * 10_000;
        _isTrue(ProportionLib.differ(507, items, 1_780, items, 4), "differ");
        _isTrue(!ProportionLib.differ(507, items, 1_779, items, 4), "a basis point less");
    }

    // ---------------------------------------------------------------- verdict
    /// @dev The same slash tests as those a result is applied with.
    function testFuzz_TheFailedFamiliesAreThoseOfTheResult(uint256[7] memory scores, uint256 items) external view {
        for (uint256 family; family < 7; ++family) scores[family] %= 10_001;
        uint256 word = _wordOf(scores, 1 + (items % 1_000), ALL);
        Policy memory policy = _policy();
        Memory memory self = MemoryLib.unpack(MemoryLib.initial(block.timestamp, 1));
        uint256 failed = CombineLib.applyResult(self, word, 2, block.timestamp, policy);
        _same(VerdictLib.failedFamilies(word, policy), failed, "failed");
    }

    function test_AFamilyThatWasNotMeasuredDoesNotFail() external pure {
        uint256[7] memory scores;
        Policy memory policy = _policy();
        _same(VerdictLib.failedFamilies(_wordOf(scores, 447, ALL), policy), 0x7f, "all with a slash floor");
        _same(VerdictLib.failedFamilies(_wordOf(scores, 447, ALL - 2), policy), 0x7d, "all but J");
    }

    /// @dev The lowest slash floor there is, and as many items as a result holds: a basis point is enough.
    function test_NothingFailsTheLowestSlashFloor() external pure {
        Policy memory policy = _policy();
        (policy.slashFloorsBps[0], policy.sharesBps[0]) = (1, 10_000);
        (policy.itemsCap, policy.failZ2) = (65_535, 4);
        uint256[7] memory scores = [uint256(0), 9_900, 9_900, 9_900, 9_900, 9_900, 9_900];
        _same(VerdictLib.failedFamilies(_wordOf(scores, 65_535, ALL), policy), 1, "failed");
        scores[0] = 1;
        _same(VerdictLib.failedFamilies(_wordOf(scores, 65_535, ALL), policy), 0, "at the floor");
    }

    function test_AFailureThatWasNoiseOfTheHarnessIsOverturned() external pure {
        _isTrue(VerdictLib.isOverturned(_word(3_000, 447), _word(9_900, 447), ALL, _policy()), "overturned");
    }

    function test_AFailureThatHappensAgainIsConfirmed() external pure {
        _isTrue(!VerdictLib.isOverturned(_word(3_000, 447), _word(3_000, 447), ALL, _policy()), "the same");
        _isTrue(!VerdictLib.isOverturned(_word(3_000, 447), _word(3_100, 447), ALL, _policy()), "noise");
        _isTrue(!VerdictLib.isOverturned(_word(3_000, 447), _word(500, 447), ALL, _policy()), "worse");
    }

    /// @dev So few items that nothing fails by them, and still worse by more than chance.
    function test_AWorseResultOfAFewItemsOverturnsNothing() external pure {
        Policy memory policy = _policy();
        uint256[7] memory scores = [uint256(5_600), 9_900, 9_900, 9_900, 9_900, 9_900, 9_900];
        uint256 word = _wordOf(scores, 600, ALL);
        scores[0] = 0;
        uint256 newWord = _wordOf(scores, 20, ALL);
        _same(VerdictLib.failedFamilies(word, policy), 1, "failed");
        _same(VerdictLib.failedFamilies(newWord, policy), 0, "too few");
        _isTrue(!VerdictLib.isOverturned(word, newWord, 1, policy), "worse");
    }

    /// @dev Two standard errors of the pooled rate, to the basis point.
    function test_TwoStandardErrorsBetterIsOverturned() external pure {
        Policy memory policy = _policyWithLowFloor();
        uint256 failed = 1 << 6;
        _isTrue(VerdictLib.isOverturned(_word(6_000, 447), _word(6_646, 447), failed, policy), "by more");
        _isTrue(!VerdictLib.isOverturned(_word(6_000, 447), _word(6_645, 447), failed, policy), "by less");
    }

    /// @dev Neither measurement counts for more items than results do.
    function test_NoMoreItemsThanTheCapMakeAVerdict() external pure {
        Policy memory policy = _policyWithLowFloor();
        _isTrue(!VerdictLib.isOverturned(_word(6_000, 6_000), _word(6_400, 6_000), 1 << 6, policy), "600 of 6,000");
        policy.itemsCap = 6_000;
        _isTrue(VerdictLib.isOverturned(_word(6_000, 6_000), _word(6_400, 6_000), 1 << 6, policy), "all of them");
    }

    /// @dev A slash floor of T that neither of these measurements is below.
    function _policyWithLowFloor() private pure returns (Policy memory policy) {
        policy = _policy();
        policy.slashFloorsBps[6] = 6_000;
    }

    /// @dev With 447 items T fails at 7,993 and not at 7,994. Only families that failed before count.
    function test_WhatFailsAgainIsConfirmedHoweverMuchBetter() external pure {
        uint256[7] memory scores = [uint256(9_900), 9_900, 9_900, 9_900, 9_900, 9_900, 0];
        uint256 word = _wordOf(scores, 447, ALL);
        scores[6] = 7_994;
        _same(VerdictLib.failedFamilies(_wordOf(scores, 447, ALL), _policy()), 0, "the edge");
        _isTrue(VerdictLib.isOverturned(word, _wordOf(scores, 447, ALL), 1 << 6, _policy()), "does not fail");
        scores[0] = 0;
        _isTrue(VerdictLib.isOverturned(word, _wordOf(scores, 447, ALL), 1 << 6, _policy()), "another family does");
        (scores[0], scores[6]) = (9_900, 7_993);
        _same(VerdictLib.failedFamilies(_wordOf(scores, 447, ALL), _policy()), 1 << 6, "below it");
        _isTrue(!VerdictLib.isOverturned(word, _wordOf(scores, 447, ALL), 1 << 6, _policy()), "fails again");
    }

    function test_OneFamilyThatFailsAgainConfirms() external pure {
        uint256[7] memory scores = [uint256(3_000), 3_000, 9_900, 9_900, 9_900, 9_900, 9_900];
        uint256[7] memory again = [uint256(9_900), 3_000, 9_900, 9_900, 9_900, 9_900, 9_900];
        Policy memory policy = _policy();
        uint256 word = _wordOf(scores, 447, ALL);
        uint256 failed = VerdictLib.failedFamilies(word, policy);
        _same(failed, 3, "R and J");
        _isTrue(!VerdictLib.isOverturned(word, _wordOf(again, 447, ALL), failed, policy), "J again");
        again[1] = 9_900;
        _isTrue(VerdictLib.isOverturned(word, _wordOf(again, 447, ALL), failed, policy), "neither");
    }

    // ---------------------------------------------------------------- flattery
    function test_AnythingBetterFlatters() external pure {
        uint256 right = ResultLib.pack(0x2710, 447, 900, 5, 5, 1);
        _isTrue(!FlatteryLib.flatters(right, right), "the same");
        _isTrue(!FlatteryLib.flatters(ResultLib.pack(0x270f, 440, 900, 6, 6, 1), right), "worse");
        _isTrue(FlatteryLib.flatters(right, 0), "nothing measured");
        _isTrue(FlatteryLib.flatters(ResultLib.pack(0x2710 + (1 << 96), 447, 900, 5, 5, 1), right), "a score");
        _isTrue(FlatteryLib.flatters(ResultLib.pack(0x2710, 448, 900, 5, 5, 1), right), "items");
        _isTrue(FlatteryLib.flatters(ResultLib.pack(0x2710, 447, 900, 4, 5, 1), right), "retries");
        _isTrue(FlatteryLib.flatters(ResultLib.pack(0x2710, 447, 900, 5, 4, 1), right), "hard failures");
        _isTrue(FlatteryLib.flatters(ResultLib.pack(0x2710, 447, 900, 5, 5, 0), right), "a family left out");
        _isTrue(FlatteryLib.flatters(ResultLib.pack(0x2710, 447, 900, 5, 5, 3), right), "a family put in");
    }
}
