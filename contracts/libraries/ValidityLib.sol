// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "./AdmissionLib.sol";
import { DecayLib } from "./DecayLib.sol";
import { Memory, MemoryLib } from "./MemoryLib.sol";
import { QualityLib } from "./QualityLib.sol";
import { ResultLib } from "./ResultLib.sol";

/// @title ValidityLib: how long an admission stands if nothing but time happens
/// @notice Twin: `domain/validity.ts`.
library ValidityLib {
    /// @notice The last second until which an admitted version stays admitted: until its last result is too old, its evidence has faded below what
    /// its rates need, or a retired model's service ends. Bars are taken as they are now; a scar that fades lowers them, so that an admission may
    /// stand a little longer than this, never shorter.
    /// @param self Decayed to now, and admitted.
    /// @param recordedWord The same memory as recorded: fading is computed from there in one step, by this read and by every later one.
    /// @param servedUntil Of a retired model (seconds); of no meaning for others.
    function validUntilDown(
        Memory memory self,
        uint256 recordedWord,
        Policy memory policy,
        uint256 lastEpochStart,
        uint256 servedUntil
    ) internal pure returns (uint256 until) {
        until = lastEpochStart + policy.maxAge;
        // A retired model is admitted while now < servedUntil.
        if (MemoryLib.has(self, MemoryLib.RETIRED)) until = Math.min(until, servedUntil - 1);
        uint256 fadesAt = _fadesAt(MemoryLib.unpack(recordedWord), massNeededUp(self, policy), policy.halfLife, until);
        return Math.min(until, fadesAt - 1);
    }

    /// @notice The smallest mass at which the version still had enough evidence and passed every gated family at its rates and bars; unit of mass.
    /// type(uint256).max if no mass would do.
    function massNeededUp(Memory memory self, Policy memory policy) internal pure returns (uint256 needed) {
        needed = policy.massMin * MemoryLib.ITEM;
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            if (policy.floorsBps[family] == 0) continue;
            needed = Math.max(needed, familyMassNeededUp(self, policy, family));
        }
    }

    /// @notice The same for one gated family alone.
    function familyMassNeededUp(
        Memory memory self,
        Policy memory policy,
        uint256 family
    ) internal pure returns (uint256) {
        uint256 bar = AdmissionLib.barOf(self, policy, family);
        uint256 rate = MemoryLib.rate(self, family);
        return QualityLib.massNeededUp(rate, bar, policy.sharesBps[family], policy.passZ2);
    }

    /// @dev When a memory's mass first falls below `needed`; after `until` if it does not before that.
    /// Mass fades in steps of two ticks and falls with each (DecayLib), so the step is found by halving: 22 times at most, for 90 days of 2 seconds.
    function _fadesAt(
        Memory memory recorded,
        uint256 needed,
        uint256 halfLife,
        uint256 until
    ) private pure returns (uint256) {
        uint256 step = 2 * (halfLife / DecayLib.TICKS);
        uint256 high = Math.saturatingSub(until, recorded.tickedAt) / step;
        if (DecayLib.decay(recorded.mass, 2 * high) >= needed) return until + 1;
        // Enough after `low` steps (it is admitted now), too little after `high`.
        uint256 low;
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (DecayLib.decay(recorded.mass, 2 * middle) >= needed) low = middle;
            else high = middle;
        }
        return recorded.tickedAt + high * step;
    }
}
