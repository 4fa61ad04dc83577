// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ModelStake } from "../interfaces/IAssay.sol";
import { AdmissionState } from "../interfaces/IAssayLens.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { AdmissionReason } from "./AdmissionReason.sol";
import { GateLib } from "./GateLib.sol";
import { Memory, MemoryLib } from "./MemoryLib.sol";
import { ResultLib } from "./ResultLib.sol";
import { StakeLib } from "./StakeLib.sol";

/// @title AdmissionLib: who is admitted, and what speaks against the others
/// @notice A pure function of recorded evidence, bonded stake, public standards and time. Twin: `domain/admission.ts`.
/// @dev Every memory passed in must have been decayed to `nowAt` (DecayLib.decayTo). Evidence and stake are judged apart: no amount of
/// stake can reach a quality test.
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
        if (self.flags & MemoryLib.EXISTS == 0) return AdmissionReason.NO_VERSION;
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
        if (self.flags & MemoryLib.EXISTS == 0 || self.cleanOwed != 0) return false;
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
        return MemoryLib.isAdmittedFlag(self) ? policy.hysteresisBps : 0;
    }

    // ---------------------------------------------------------------- stake
    /// @notice Bits of what the stake says against admission.
    function stakeReasons(ModelStake memory stake, Policy memory policy) internal pure returns (uint256 reasons) {
        if (stake.lane != STANDARD_LANE) reasons |= AdmissionReason.NOT_STANDARD_LANE;
        if (stake.openFreezes != 0) reasons |= AdmissionReason.FREEZE_OPEN;
        uint256 bond = StakeLib.activeBond(stake.bond, stake.unbondingBond);
        if (!_isBondEnough(bond, policy)) reasons |= AdmissionReason.BOND_TOO_SMALL;
        uint256 delegations = StakeLib.activeDelegations(stake.delegated, stake.shares, stake.unbondingShares);
        if (!_isShareEnough(bond, delegations, policy)) reasons |= AdmissionReason.BOND_SHARE_TOO_SMALL;
    }

    /// @notice The same as `stakeReasons(…) == 0`, but reads no more slots than the answer needs: for hot paths.
    function isBacked(ModelStake storage stake, Policy memory policy) internal view returns (bool) {
        if (stake.lane != STANDARD_LANE || stake.openFreezes != 0 || stake.bond < policy.bondMin) return false;
        uint256 bond = StakeLib.activeBond(stake.bond, stake.unbondingBond);
        if (!_isBondEnough(bond, policy)) return false;
        // Enough beside the whole pool is enough beside its active part.
        uint256 delegated = stake.delegated;
        if (_isShareEnough(bond, delegated, policy)) return true;
        uint256 delegations = StakeLib.activeDelegations(delegated, stake.shares, stake.unbondingShares);
        return _isShareEnough(bond, delegations, policy);
    }

    // ---------------------------------------------------------------- both
    /// @notice All reasons; 0 exactly when admitted.
    function reasonsOf(
        Memory memory self,
        ModelStake memory stake,
        Policy memory policy,
        uint256 lastEpochStart,
        uint256 nowAt
    ) internal pure returns (uint256) {
        return memoryReasons(self, policy, lastEpochStart, nowAt) | stakeReasons(stake, policy);
    }

    /// @notice The state that the reasons add up to; first match from the top.
    function stateOf(
        Memory memory self,
        ModelStake memory stake,
        uint256 reasons
    ) internal pure returns (AdmissionState) {
        if (reasons & AdmissionReason.RETIRED != 0) return AdmissionState.Retired;
        if (stake.bond == 0) return AdmissionState.Unbonded;
        if (stake.lane != STANDARD_LANE) return AdmissionState.Experimental;
        if (stake.openFreezes != 0) return AdmissionState.Contested;
        if (reasons == 0) return AdmissionState.Admitted;
        if (!_hasPast(self)) return AdmissionState.Eligible;
        return _isFadedOnly(reasons) ? AdmissionState.Stale : AdmissionState.Suspended;
    }

    /// @dev Was admitted once, or has failed lately.
    function _hasPast(Memory memory self) private pure returns (bool) {
        return
            self.flags & MemoryLib.WAS_EVER_ADMITTED != 0 ||
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
        return self.mass < policy.massMin * MemoryLib.ITEM;
    }

    function _isTooOld(Policy memory policy, uint256 lastEpochStart, uint256 nowAt) private pure returns (bool) {
        return nowAt > lastEpochStart + policy.maxAge;
    }

    /// @dev Without any bond nothing is covered, whatever the smallest bond is.
    function _isBondEnough(uint256 bond, Policy memory policy) private pure returns (bool) {
        return bond != 0 && bond >= policy.bondMin;
    }

    function _isShareEnough(uint256 bond, uint256 delegations, Policy memory policy) private pure returns (bool) {
        // All amounts are below 2^97.
        unchecked {
            return bond * 10_000 >= policy.bondShareBps * (bond + delegations);
        }
    }
}
