// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { DecayLib } from "../../contracts/libraries/DecayLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { BoardFixture } from "./BoardFixture.sol";

/// @notice DecayLib where there is hardly anything left to fade.
contract DecayTest is BoardFixture {
    function test_AUnitIsThereUntilItFades() public pure {
        _same(DecayLib.decay(1, 0), 1, "at once");
        _same(DecayLib.decay(1, 1), 0, "a tick later");
        _same(DecayLib.decay(2, 64), 1, "half of two");
    }

    /// @dev However much there was: after 128 half-lives it is gone.
    function test_EverythingIsGoneInTheEnd() public pure {
        _isTrue(DecayLib.decay(1 << 191, 128 * 64 - 1) != 0, "a tick before");
        _same(DecayLib.decay(1 << 191, 128 * 64), 0, "to the tick");
        _same(DecayLib.decay(1 << 191, 128 * 64 + 1), 0, "and after it");
    }

    /// @dev Who asks about the past finds what is recorded.
    function test_NothingFadesBackwards() public pure {
        Memory memory self = MemoryLib.unpack(0);
        (self.mass, self.scar, self.strikes, self.tickedAt) = (1_000, 1_000, 1_000, 1_000_000);
        uint256 recorded = MemoryLib.pack(self);
        DecayLib.decayTo(self, 0, 64);
        _same(MemoryLib.pack(self), recorded, "long before");
        DecayLib.decayTo(self, 1_000_001, 64);
        _same(MemoryLib.pack(self), recorded, "less than two ticks after");
        DecayLib.decayTo(self, 1_000_002, 64);
        _same(self.tickedAt, 1_000_002, "two ticks");
        _isTrue(self.mass < 1_000 && self.scar < 1_000 && self.strikes < 1_000, "faded");
    }
}
