// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ModelStake } from "../../../contracts/interfaces/IAssayVault.sol";
import { AdmissionState } from "../../../contracts/interfaces/IAssayLens.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "../../../contracts/libraries/AdmissionLib.sol";
import { DecayLib } from "../../../contracts/libraries/DecayLib.sol";
import { Memory, MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { QualityLib } from "../../../contracts/libraries/QualityLib.sol";
import { StakeLib } from "../../../contracts/libraries/StakeLib.sol";

/// @title AdmissionRules: reasons, state, quality, maturity and weight, all at once
abstract contract AdmissionRules {
    struct AdmissionCase {
        uint256 memoryWord;
        ModelStake stake;
        uint256 nowAt;
        uint256 genesis;
        uint256 epochLength;
        bool paused;
        uint256 servedUntil;
        uint256 policy;
    }

    struct FamilyRow {
        bool gated;
        bool passes;
        uint256 rate;
        uint256 lowerBound;
        uint256 bar;
        uint256 items;
    }

    struct AdmissionRow {
        AdmissionState state;
        bool admitted;
        uint256 reasons;
        FamilyRow[7] families;
        uint256 mass;
        uint256 scar;
        uint256 qualityBps;
        uint256 maturityBps;
        uint256 weight;
        uint256 countedStake;
        uint256 updatedAt;
        /// The early-exit paths, which must say the same as the reasons.
        bool proven;
        bool backed;
        bool entitled;
    }

    function admission(
        AdmissionCase[] calldata cases,
        Policy[] memory policies
    ) external pure returns (AdmissionRow[] memory rows) {
        rows = new AdmissionRow[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            AdmissionCase calldata c = cases[i];
            Policy memory policy = policies[c.policy];
            Memory memory self = MemoryLib.unpack(c.memoryWord);
            DecayLib.decayTo(self, c.nowAt, policy.halfLife);
            _judge(c, self, policy, rows[i]);
            _weigh(c, self, policy, rows[i]);
        }
    }

    function _judge(
        AdmissionCase calldata c,
        Memory memory self,
        Policy memory policy,
        AdmissionRow memory row
    ) private pure {
        uint256 epochStart = AdmissionLib.epochStart(self.lastRound, c.genesis, c.epochLength);
        row.updatedAt = self.rounds == 0 ? 0 : epochStart;
        uint256 bond = StakeLib.activeBond(c.stake.bond, c.stake.unbondingBond);
        row.reasons =
            AdmissionLib.memoryReasons(self, policy, row.updatedAt, c.nowAt) |
            AdmissionLib.standingReasons(self, c.servedUntil, c.paused, c.nowAt) |
            AdmissionLib.stakeReasons(bond, c.stake.openFreezes, policy);
        row.state = AdmissionLib.stateOf(self, c.stake.bond, row.reasons);
        row.admitted = row.state == AdmissionState.Admitted;
        row.proven = AdmissionLib.isProven(self, policy, epochStart, c.nowAt);
        row.backed = AdmissionLib.isBacked(bond, c.stake.openFreezes, policy);
        row.entitled = AdmissionLib.isEntitled(self, c.paused);
    }

    function _weigh(
        AdmissionCase calldata c,
        Memory memory self,
        Policy memory policy,
        AdmissionRow memory row
    ) private pure {
        for (uint256 family; family < 7; ++family) row.families[family] = _family(self, policy, family);
        (row.mass, row.scar) = (self.mass / MemoryLib.ITEM, self.scar / MemoryLib.SCAR_ITEM);
        row.qualityBps = QualityLib.qualityBpsDown(self, policy);
        row.maturityBps = QualityLib.maturityBpsDown(self.mass, policy.massFull);
        row.countedStake = StakeLib.countedStake(c.stake, policy.bondShareBps);
        if (!row.admitted) return;
        row.weight = QualityLib.weightDown(row.qualityBps, row.maturityBps, row.countedStake, policy.halfSaturation);
    }

    function _family(
        Memory memory self,
        Policy memory policy,
        uint256 family
    ) private pure returns (FamilyRow memory row) {
        row.gated = policy.floorsBps[family] != 0;
        row.passes = AdmissionLib.passesFamily(self, policy, family);
        row.rate = MemoryLib.rate(self, family);
        row.lowerBound = QualityLib.familyLowerBoundDown(self, policy, family);
        if (row.gated) row.bar = AdmissionLib.barOf(self, policy, family);
        row.items = (self.mass * policy.sharesBps[family]) / (MemoryLib.ITEM * 10_000);
    }
}
