// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { CombineLib } from "../../contracts/libraries/CombineLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { ResultLib } from "../../contracts/libraries/ResultLib.sol";
import { BoardFixture } from "./BoardFixture.sol";

/// @notice CombineLib where a unit decides.
contract CombineTest is BoardFixture {
    uint256 private constant LANES = 0x0001000100010001000100010001;

    /// @dev From 94 % to 91.17 % in the first try with 447 items: two standard errors are hardly more than 1,342 units and count as 1,343, so that
    /// 72·447 of 50,000 items are left, in 256ths.
    function test_AToleranceIsRoundedUp() external view {
        Memory memory self = MemoryLib.unpack(MemoryLib.initial(block.timestamp, 1));
        (self.rates, self.mass) = (47_000 * LANES, 1_000 * MemoryLib.ITEM);
        uint256 scores = (9_400 * (LANES ^ (1 << 96))) | (9_117 << 96);
        CombineLib.applyResult(self, ResultLib.pack(scores, 447, 900, 0, 0, 0x7f), 2, block.timestamp, _policy());
        _same(self.scar, (uint256(72) * 447 * 256) / 50_000, "scar");
    }

    /// @dev From 100 % to 56.52 % under perturbation with 599 items: 5,377/256 items but for one five-hundred-millionth.
    function test_ADropWithinTheToleranceAddsNothing() external view {
        uint256 scores = _perturbed() - 1;
        _same(_scarAfter(scores, 599, _policy()), 5_376, "one in 10,000 lower in repeats");
    }

    function test_AFamilyWithoutAFloorLeavesNoScar() external view {
        Policy memory policy = _policy();
        (policy.floorsBps[0], policy.slashFloorsBps[0], policy.weights[0]) = (0, 0, 0);
        _same(_scarAfter(_perturbed() - 5_000, 599, policy), 5_376, "half of the repeats wrong");
    }

    /// @dev One item that gives a ten-thousandth of itself to repeats and 39 to format, and all goes wrong: 40·50,000 units, where a 256th of an
    /// item has 1,953,125, more than format's alone.
    function test_TheSmallestShareOfTheFewestItemsCounts() external view {
        Policy memory policy = _policy();
        (policy.sharesBps[0], policy.sharesBps[1]) = (1, 39);
        _same(_scarAfter(10_000 * (LANES - 0x10001), 1, policy), 1, "both");
        _same(_scarAfter(10_000 * (LANES - 0x10000), 1, policy), 0, "the second alone");
    }

    function _perturbed() private pure returns (uint256 scores) {
        return 10_000 * LANES - (4_348 << 48);
    }

    /// @dev Of a memory without a fault before.
    function _scarAfter(uint256 scores, uint256 items, Policy memory policy) private view returns (uint256) {
        Memory memory self = MemoryLib.unpack(MemoryLib.initial(block.timestamp, 1));
        (self.rates, self.mass) = (50_000 * LANES, 1_000 * MemoryLib.ITEM);
        CombineLib.applyResult(self, ResultLib.pack(scores, items, 900, 0, 0, 0x7f), 2, block.timestamp, policy);
        return self.scar;
    }
}
