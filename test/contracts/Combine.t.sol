// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

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
}
