// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../interfaces/IPolicyBoard.sol";
import { LaneLib } from "./LaneLib.sol";
import { MemoryLib } from "./MemoryLib.sol";
import { ResultLib } from "./ResultLib.sol";

/// @title GateLib: the two tests, in score-test form: no square root, no division, exact
/// @notice Lower bound to admit, upper bound to slash. Twin: `domain/gates.ts`.
/// @dev Rates and bars in units of 1/50,000. Policy fields are within the bounds of PolicyBoard (floors ≤ 9,900 bps,
/// slash floors < floors, shares ≤ 10,000 bps), so that no intermediate value reaches 2^128.
library GateLib {
    /// @dev Units of (mass · share) in an item: 4,096 · 10,000.
    uint256 internal constant MASS_SHARE = MemoryLib.ITEM * 10_000;

    /// @notice The bar a family's lower bound has to reach: φ + (1 − φ)·scar/(scar + K), rounded up.
    /// @param floorBps The family's floor φ, not 0.
    /// @param easeBps Hysteresis for a version that is admitted, else 0.
    /// @param scar Unit 1/256 item.
    /// @param scarK Items.
    function barUp(uint256 floorBps, uint256 easeBps, uint256 scar, uint256 scarK) internal pure returns (uint256 bar) {
        // floorBps ≤ 10,000, so 5·floorBps ≤ ONE.
        unchecked {
            if (floorBps > easeBps) bar = (floorBps - easeBps) * MemoryLib.PER_BPS;
            if (scar == 0) return bar;
            uint256 divisor = scar + scarK * MemoryLib.SCAR_ITEM;
            bar += ((MemoryLib.ONE - bar) * scar + divisor - 1) / divisor;
        }
    }

    /// @notice Whether the Wilson lower bound of `rate` is at least `bar`: rate ≥ bar and (rate − bar)²·n ≥ z²·bar·(1 − bar). A rate that
    /// only equals its bar is never enough (nor is any for a bar of 1: no finite evidence proves it), except for a bar of 0.
    /// @param massShare mass · shareBps: the family's evidence in units of 1/40,960,000 item.
    function passes(uint256 rate, uint256 bar, uint256 massShare, uint256 z2) internal pure returns (bool) {
        if (rate <= bar) return bar == 0;
        // (2^16)²·2^38 < 2^72 and 2^32·2^32·2^26 < 2^96.
        unchecked {
            uint256 distance = rate - bar;
            return distance * distance * massShare >= z2 * bar * (MemoryLib.ONE - bar) * MASS_SHARE;
        }
    }

    /// @notice Whether every family with a floor passes: `barUp` and `passes` for each, with all that the families share taken out of
    /// the loop. For hot paths.
    /// @param rates Seven lanes, rate units.
    function allPass(
        uint256 rates,
        uint256 mass,
        uint256 scar,
        uint256 easeBps,
        Policy memory policy
    ) internal pure returns (bool) {
        // The bounds of barUp and passes.
        unchecked {
            uint256 divisor = scar + policy.scarK * MemoryLib.SCAR_ITEM;
            uint256 z2 = policy.passZ2 * MASS_SHARE;
            for (uint256 family; family < ResultLib.FAMILIES; ++family) {
                uint256 bar = LaneLib.at(policy.floorsBps, family);
                if (bar == 0) continue;
                bar = bar > easeBps ? (bar - easeBps) * MemoryLib.PER_BPS : 0;
                if (scar != 0) bar += ((MemoryLib.ONE - bar) * scar + divisor - 1) / divisor;
                uint256 rate = LaneLib.lane(rates, family);
                if (rate <= bar) {
                    if (bar == 0) continue;
                    return false;
                }
                rate -= bar;
                uint256 massShare = mass * LaneLib.at(policy.sharesBps, family);
                if (rate * rate * massShare < z2 * bar * (MemoryLib.ONE - bar)) return false;
            }
            return true;
        }
    }

    /// @notice Whether one round's score is provably below the slash floor: (ψ − s)²·n ≥ z²·ψ·(1 − ψ).
    /// @param score Rate units.
    /// @param slashFloorBps ψ; 0 never fails.
    /// @param itemsShare items · shareBps: the family's items in this result, in units of 1/10,000 item.
    function fails(uint256 score, uint256 slashFloorBps, uint256 itemsShare, uint256 z2) internal pure returns (bool) {
        // slashFloorBps ≤ 10,000; (2^16)²·2^30 < 2^64 and 2^32·2^32·2^14 < 2^80.
        unchecked {
            uint256 slashFloor = slashFloorBps * MemoryLib.PER_BPS;
            if (score >= slashFloor) return false;
            uint256 distance = slashFloor - score;
            return distance * distance * itemsShare >= z2 * slashFloor * (MemoryLib.ONE - slashFloor) * 10_000;
        }
    }
}
