// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { GateLib } from "./GateLib.sol";
import { Memory, MemoryLib } from "./MemoryLib.sol";
import { ResultLib } from "./ResultLib.sol";

/// @title QualityLib: the numbers for people and routers: lower bounds, quality, maturity, weight, exposure
/// @notice Twins: `domain/wilson.ts` (lowerBoundDown) and `domain/quality.ts`.
library QualityLib {
    /// @notice Wilson lower bound of a rate, rounded down to 1/50,000; 0 without evidence.
    /// @dev With n = massShare/D, z² = Z and rate r of U: (2·N·r + Z·D·U − ⌈√(4·Z·N·D·r·(U − r) + (Z·D·U)²)⌉) / (2·(N + Z·D)), N = massShare.
    /// The root is rounded up and the quotient down, which together is exactly the floor of the real bound. A bar is a whole number of units,
    /// so `lowerBoundDown(…) ≥ bar ⇔ GateLib.passes(…)` holds without any rounding gap (for Z ≥ 1).
    /// @param massShare mass · shareBps (see GateLib), below 2^40.
    /// @param z2 Below 2^32.
    function lowerBoundDown(uint256 rate, uint256 massShare, uint256 z2) internal pure returns (uint256) {
        if (massShare == 0) return 0;
        // Z·D·U < 2^73, its square < 2^146; 4·Z·N·D·r·(U − r) < 2^132. The root is at most the sum before it.
        unchecked {
            uint256 unit = z2 * GateLib.MASS_SHARE;
            uint256 centre = unit * MemoryLib.ONE;
            uint256 spread = Math.sqrt(
                4 * unit * massShare * rate * (MemoryLib.ONE - rate) + centre * centre,
                Math.Rounding.Ceil
            );
            return (2 * massShare * rate + centre - spread) / (2 * (massShare + unit));
        }
    }

    /// @notice The smallest mass at which `GateLib.passes` holds at this rate, unit of mass: z²·bar·(1 − bar)/(rate − bar)² items of the family,
    /// rounded up. 0 for a bar of 0; type(uint256).max when no evidence would do, because the rate is not above the bar or the suite does not
    /// measure the family. Twin: `domain/gates.ts` (massNeeded).
    /// @param shareBps Share of the suite's items that belong to the family.
    /// @param z2 Below 2^32.
    function massNeededUp(uint256 rate, uint256 bar, uint256 shareBps, uint256 z2) internal pure returns (uint256) {
        if (bar == 0) return 0;
        if (rate <= bar || shareBps == 0) return type(uint256).max;
        // Rate and bar are at most ONE < 2^16: the product stays below 2^90.
        uint256 distance = rate - bar;
        return Math.ceilDiv(z2 * bar * (MemoryLib.ONE - bar) * GateLib.MASS_SHARE, distance * distance * shareBps);
    }

    /// @notice Lower bound of one family of a memory, rate units.
    function familyLowerBoundDown(
        Memory memory self,
        Policy memory policy,
        uint256 family
    ) internal pure returns (uint256) {
        return lowerBoundDown(MemoryLib.rate(self, family), self.mass * policy.sharesBps[family], policy.passZ2);
    }

    /// @notice Quality: the weighted harmonic mean of the families' lower bounds, bps, rounded down. One weak family pulls it down more than
    /// a strong one lifts it. 0 if a weighted family has lower bound 0, or no family has a weight.
    function qualityBpsDown(Memory memory self, Policy memory policy) internal pure returns (uint256) {
        uint256 weights;
        uint256 inverse;
        // Weights are 16 bits: inverse < 7·2^16·2^96.
        unchecked {
            for (uint256 family; family < ResultLib.FAMILIES; ++family) {
                uint256 familyWeight = policy.weights[family];
                if (familyWeight == 0) continue;
                uint256 lowerBound = familyLowerBoundDown(self, policy, family);
                if (lowerBound == 0) return 0;
                weights += familyWeight;
                inverse += (familyWeight << 96) / lowerBound;
            }
            return weights == 0 ? 0 : (weights << 96) / (MemoryLib.PER_BPS * inverse);
        }
    }

    /// @notice How much of a full record there is: min(1, mass/massFull, rounds/roundsFull), bps. Mass comes back within days; rounds take as long as a
    /// name takes to become known, so that leaving a scar behind under a new name does not pay.
    function maturityBpsDown(Memory memory self, Policy memory policy) internal pure returns (uint256) {
        uint256 byMass = _shareBpsDown(self.mass, policy.massFull * MemoryLib.ITEM);
        return Math.min(byMass, _shareBpsDown(MemoryLib.roundsOnRecord(self), policy.roundsFull));
    }

    function _shareBpsDown(uint256 part, uint256 full) private pure returns (uint256) {
        return full == 0 ? 10_000 : Math.min(10_000, (part * 10_000) / full);
    }

    /// @notice Routing weight of an admitted version: quality · maturity · s/(s + S½), 0..1e8.
    function weightDown(
        uint256 qualityBps,
        uint256 maturityBps,
        uint256 activeStake,
        uint256 halfSaturation
    ) internal pure returns (uint256) {
        if (activeStake == 0) return 0;
        uint256 stakeBps = (activeStake * 10_000) / (activeStake + halfSaturation);
        return (qualityBps * maturityBps * stakeBps) / 10_000;
    }

    /// @notice Tokens of loss that an admitted version's stake covers: maturity · min(active stake, bonds of the committee that last measured it).
    /// @dev Amounts are sums of at most 17 numbers below 2^96.
    function exposureDown(
        uint256 maturityBps,
        uint256 activeStake,
        uint256 committeeBonds
    ) internal pure returns (uint256) {
        return (maturityBps * Math.min(activeStake, committeeBonds)) / 10_000;
    }
}
