// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AdmissionState } from "../interfaces/IAssayLens.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { AdmissionReason } from "./AdmissionReason.sol";
import { GateLib } from "./GateLib.sol";
import { Memory, MemoryLib } from "./MemoryLib.sol";
import { ResultLib } from "./ResultLib.sol";

/// @title AdmissionLib: who is admitted, and what speaks against the others
/// @notice A pure function of recorded evidence, bonded stake, public standards and time. Twin: `domain/admission.ts`.
/// @dev Every memory passed in must have been decayed to `nowAt` (DecayLib.decayTo). Evidence and stake are judged apart: no amount of
/// stake can reach a quality test. Lane, retirement and pause are judged apart too (standing): nothing of it was measured.
library AdmissionLib {
    uint8 internal constant EXPERIMENTAL_LANE = 0;
    uint8 internal constant STANDARD_LANE = 1;

    /// @notice Start of the epoch of a round. A result is as old as its epoch, not as its transaction.
    /// @param roundId From 1.
    function epochStart(uint256 roundId, uint256 genesis, uint256 epochLength) internal pure returns (uint256) {
        // roundId < 2^24, epochLength and genesis are seconds < 2^64.
        unchecked {
            return genesis + (roundId - 1) * epochLength;
        }
    }

    // ---------------------------------------------------------------- evidence
    /// @notice Bits of what the memory says against admission. An unknown version has the one reason NO_VERSION.
    /// @param lastEpochStart Start of the epoch of `self.lastRound`.
    function memoryReasons(
        Memory memory self,
        Policy memory policy,
        uint256 lastEpochStart,
        uint256 nowAt
    ) internal pure returns (uint256 reasons) {
        if (!MemoryLib.has(self, MemoryLib.EXISTS)) return AdmissionReason.NO_VERSION;
        if (_hasTooFewRounds(self, policy)) reasons |= AdmissionReason.TOO_FEW_ROUNDS;
        if (_hasTooLittleEvidence(self, policy)) reasons |= AdmissionReason.TOO_LITTLE_EVIDENCE;
        // Without a result there is none that could be too old.
        if (self.rounds != 0 && _isTooOld(policy, lastEpochStart, nowAt)) reasons |= AdmissionReason.RESULT_TOO_OLD;
        if (self.cleanOwed != 0) reasons |= AdmissionReason.CLEAN_ROUNDS_OWED;
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            if (!passesFamily(self, policy, family)) reasons |= 1 << (AdmissionReason.FIRST_FAMILY_BIT + family);
        }
    }

    /// @notice The same as `memoryReasons(…) == 0`, but stops at the first reason: for hot paths.
    function isProven(
        Memory memory self,
        Policy memory policy,
        uint256 lastEpochStart,
        uint256 nowAt
    ) internal pure returns (bool) {
        if (!MemoryLib.has(self, MemoryLib.EXISTS) || self.cleanOwed != 0) return false;
        if (_hasTooFewRounds(self, policy) || _hasTooLittleEvidence(self, policy)) return false;
        if (_isTooOld(policy, lastEpochStart, nowAt)) return false;
        return GateLib.allPass(self.rates, self.mass, self.scar, _easeBps(self, policy), policy);
    }

    /// @notice The bar of a gated family for this memory, hysteresis and scar included; rate units.
    function barOf(Memory memory self, Policy memory policy, uint256 family) internal pure returns (uint256) {
        return GateLib.barUp(policy.floorsBps[family], _easeBps(self, policy), self.scar, policy.scarK);
    }

    /// @notice Whether a family is proven to be above its bar; a family without a floor always is.
    function passesFamily(Memory memory self, Policy memory policy, uint256 family) internal pure returns (bool) {
        if (policy.floorsBps[family] == 0) return true;
        uint256 massShare = self.mass * policy.sharesBps[family];
        return GateLib.passes(MemoryLib.rate(self, family), barOf(self, policy, family), massShare, policy.passZ2);
    }

    /// @dev Keeping admission is a little easier than getting it.
    function _easeBps(Memory memory self, Policy memory policy) private pure returns (uint256) {
        return MemoryLib.has(self, MemoryLib.ADMITTED) ? policy.hysteresisBps : 0;
    }

    // ---------------------------------------------------------------- standing
    /// @notice Bits of what lane, retirement and pause say against admission.
    /// @param servedUntil Of a retired model (seconds); of no meaning for others.
    /// @param paused Whether the guardian's pause is on.
    function standingReasons(
        Memory memory self,
        uint256 servedUntil,
        bool paused,
        uint256 nowAt
    ) internal pure returns (uint256 reasons) {
        if (MemoryLib.has(self, MemoryLib.RETIRED) && nowAt >= servedUntil) reasons |= AdmissionReason.RETIRED;
        if (!MemoryLib.has(self, MemoryLib.STANDARD)) reasons |= AdmissionReason.NOT_STANDARD_LANE;
        if (MemoryLib.has(self, MemoryLib.LEFT)) reasons |= AdmissionReason.RESULT_NEEDED;
        if (paused && !MemoryLib.has(self, MemoryLib.ADMITTED)) reasons |= AdmissionReason.PAUSED;
    }

    /// @notice Whether lane and pause let the version in; what standingReasons says besides retirement.
    function isEntitled(Memory memory self, bool paused) internal pure returns (bool) {
        uint256 flags = self.flags & (MemoryLib.STANDARD | MemoryLib.LEFT);
        return flags == MemoryLib.STANDARD && (!paused || MemoryLib.has(self, MemoryLib.ADMITTED));
    }

    // ---------------------------------------------------------------- stake
    /// @notice Bits of what the stake says against admission. How much others delegate speaks for or against nobody.
    /// @param activeBond The bond less its unbonding part, in the token's smallest unit.
    /// @param openFreezes Unresolved freezes.
    function stakeReasons(
        uint256 activeBond,
        uint256 openFreezes,
        Policy memory policy
    ) internal pure returns (uint256 reasons) {
        if (openFreezes != 0) reasons |= AdmissionReason.FREEZE_OPEN;
        if (!_isBondEnough(activeBond, policy)) reasons |= AdmissionReason.BOND_TOO_SMALL;
    }

    /// @notice The same as `stakeReasons(…) == 0`.
    function isBacked(uint256 activeBond, uint256 openFreezes, Policy memory policy) internal pure returns (bool) {
        return openFreezes == 0 && _isBondEnough(activeBond, policy);
    }

    // ---------------------------------------------------------------- state
    /// @notice The state that the reasons add up to; first match from the top.
    /// @param bond Unbonding part included.
    /// @param reasons memoryReasons | standingReasons | stakeReasons.
    function stateOf(Memory memory self, uint256 bond, uint256 reasons) internal pure returns (AdmissionState) {
        if (reasons & AdmissionReason.RETIRED != 0) return AdmissionState.Retired;
        if (bond == 0) return AdmissionState.Unbonded;
        if (reasons & AdmissionReason.NOT_STANDARD_LANE != 0) return AdmissionState.Experimental;
        if (reasons & AdmissionReason.FREEZE_OPEN != 0) return AdmissionState.Contested;
        if (reasons == 0) return AdmissionState.Admitted;
        if (!_hasPast(self)) return AdmissionState.Eligible;
        return _isFadedOnly(reasons) ? AdmissionState.Stale : AdmissionState.Suspended;
    }

    /// @dev Was admitted once, or has failed lately.
    function _hasPast(Memory memory self) private pure returns (bool) {
        return
            MemoryLib.has(self, MemoryLib.WAS_EVER_ADMITTED) ||
            self.strikes >= MemoryLib.STRIKE / 2 ||
            self.cleanOwed != 0;
    }

    /// @dev The evidence is old or thin, and nothing that was measured speaks against the version.
    function _isFadedOnly(uint256 reasons) private pure returns (bool) {
        uint256 faded = AdmissionReason.RESULT_TOO_OLD | AdmissionReason.TOO_LITTLE_EVIDENCE;
        uint256 measured = AdmissionReason.ANY_FAMILY | AdmissionReason.CLEAN_ROUNDS_OWED;
        return reasons & faded != 0 && reasons & measured == 0;
    }

    /// @dev An inherited record alone never admits: the new version itself must have been measured.
    function _hasTooFewRounds(Memory memory self, Policy memory policy) private pure returns (bool) {
        return self.rounds == 0 || self.rounds < policy.minRounds;
    }

    function _hasTooLittleEvidence(Memory memory self, Policy memory policy) private pure returns (bool) {
        // massMin has 32 bits.
        unchecked {
            return self.mass < policy.massMin * MemoryLib.ITEM;
        }
    }

    function _isTooOld(Policy memory policy, uint256 lastEpochStart, uint256 nowAt) private pure returns (bool) {
        // Seconds, and 32 bits of them.
        unchecked {
            return nowAt > lastEpochStart + policy.maxAge;
        }
    }

    /// @dev Without any bond nothing is covered, whatever the smallest bond is.
    function _isBondEnough(uint256 bond, Policy memory policy) private pure returns (bool) {
        return bond != 0 && bond >= policy.bondMin;
    }
}
