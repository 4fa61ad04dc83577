// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { DecayLib } from "../../contracts/libraries/DecayLib.sol";
import { BoardFixture } from "./BoardFixture.sol";

/// @notice DecayLib where there is hardly anything left to fade.
contract DecayTest is BoardFixture {
    function test_AUnitIsThereUntilItFades() public pure {
        _same(DecayLib.decay(1, 0), 1, "at once");
        _same(DecayLib.decay(1, 1), 0, "a tick later");
        _same(DecayLib.decay(2, 64), 1, "half of two");
    }
}
