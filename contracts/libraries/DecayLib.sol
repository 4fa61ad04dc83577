// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Memory } from "./MemoryLib.sol";

/// @title DecayLib: evidence fades with a half-life, a scar at half that speed
/// @notice Twin: `domain/decay.ts` (decay) and `domain/memory.ts` (decayMemory).
library DecayLib {
    /// @dev Ticks in a half-life.
    uint256 internal constant TICKS = 64;

    /// @dev ⌊2^64 · 2^(−2^−j)⌋ for j = 1..6.
    uint256 private constant HALF_1 = 13043817825332782212;
    uint256 private constant HALF_2 = 15511800964685064948;
    uint256 private constant HALF_3 = 16915738899553466670;
    uint256 private constant HALF_4 = 17664662643191237676;
    uint256 private constant HALF_5 = 18051468387014017850;
    uint256 private constant HALF_6 = 18248035989933441396;

    /// @notice x·2^(−ticks/64), every step rounded down; 0 after 128 half-lives.
    /// @param x Below 2^192, so that no product overflows.
    function decay(uint256 x, uint256 ticks) internal pure returns (uint256) {
        if (x == 0 || ticks >= 128 * TICKS) return 0;
        unchecked {
            if (ticks & 32 != 0) x = (x * HALF_1) >> 64;
            if (ticks & 16 != 0) x = (x * HALF_2) >> 64;
            if (ticks & 8 != 0) x = (x * HALF_3) >> 64;
            if (ticks & 4 != 0) x = (x * HALF_4) >> 64;
            if (ticks & 2 != 0) x = (x * HALF_5) >> 64;
            if (ticks & 1 != 0) x = (x * HALF_6) >> 64;
            return x >> (ticks / TICKS);
        }
    }

    /// @notice Lets a memory fade until `nowAt`, in place.
    /// @dev Advances by an even number of whole ticks and never to `nowAt` itself: what is left over counts next time, so reading
    /// or writing often does not slow the fading down, and a scar, which fades at half speed, also moves by whole ticks.
    /// @param halfLife Seconds, a multiple of 64 and at least 64.
    function decayTo(Memory memory self, uint256 nowAt, uint256 halfLife) internal pure {
        uint256 tickedAt = self.tickedAt;
        if (nowAt <= tickedAt) return;
        // nowAt > tickedAt; halfLife ≥ 64; pairs·2·tick ≤ nowAt − tickedAt.
        unchecked {
            uint256 tick = halfLife / TICKS;
            uint256 pairs = (nowAt - tickedAt) / tick / 2;
            if (pairs == 0) return;
            self.mass = decay(self.mass, 2 * pairs);
            self.scar = decay(self.scar, pairs);
            self.strikes = decay(self.strikes, pairs);
            self.tickedAt = tickedAt + 2 * pairs * tick;
        }
    }
}
