// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Explanation, FamilyExplanation } from "../interfaces/IAssayLens.sol";
import { ModelStake } from "../interfaces/IAssayVault.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "./AdmissionLib.sol";
import { DecayLib } from "./DecayLib.sol";
import { GateLib } from "./GateLib.sol";
import { Memory, MemoryLib } from "./MemoryLib.sol";
import { QualityLib } from "./QualityLib.sol";
import { ResultLib } from "./ResultLib.sol";
import { StakeLib } from "./StakeLib.sol";
import { ValidityLib } from "./ValidityLib.sol";

/// @notice A moment, and how epochs divide time. All in seconds.
struct Clock {
    uint256 nowAt;
    uint256 genesis;
    uint256 epochLength;
}

/// @notice What is known of a model, as recorded.
struct Standing {
    /// Of the current version; 0 for an unknown model.
    uint256 memoryWord;
    ModelStake stake;
    /// Of a retired model (seconds); of no meaning for others.
    uint256 servedUntil;
    /// Whether the guardian's pause is on.
    bool paused;
}

/// @title ExplanationLib: everything that can be said about an admission, in one struct
/// @notice Twin: `domain/admission.ts` (admissionOf).
library ExplanationLib {
    /// @notice All of it. The recorded memory is decayed to the clock's time here.
    function explain(
        Standing memory standing,
        Policy memory policy,
        Clock memory clock
    ) internal pure returns (Explanation memory explanation) {
        Memory memory self = _memoryAt(standing, policy, clock);
        explanation = _outline(self, standing, policy, clock);
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            explanation.families[family] = _family(self, policy, family);
        }
    }

    /// @notice All but the families.
    function outline(
        Standing memory standing,
        Policy memory policy,
        Clock memory clock
    ) internal pure returns (Explanation memory) {
        return _outline(_memoryAt(standing, policy, clock), standing, policy, clock);
    }

    function _outline(
        Memory memory self,
        Standing memory standing,
        Policy memory policy,
        Clock memory clock
    ) private pure returns (Explanation memory explanation) {
        uint256 lastEpochStart = _lastEpochStart(self, clock);
        explanation.reasons = _reasonsOf(self, standing, policy, lastEpochStart, clock.nowAt);
        explanation.state = AdmissionLib.stateOf(self, standing.stake.bond, explanation.reasons);
        explanation.admitted = explanation.reasons == 0;
        explanation.mass = self.mass / MemoryLib.ITEM;
        explanation.scar = self.scar / MemoryLib.SCAR_ITEM;
        explanation.rounds = self.rounds;
        explanation.roundsOnRecord = MemoryLib.roundsOnRecord(self);
        explanation.cleanRoundsOwed = self.cleanOwed;
        explanation.updatedAt = lastEpochStart;
        explanation.activeBond = StakeLib.activeBond(standing.stake.bond, standing.stake.unbondingBond);
        explanation.openFreezes = standing.stake.openFreezes;
        _weigh(explanation, self, standing.stake, policy);
        if (!explanation.admitted) return explanation;
        explanation.validUntil = ValidityLib.validUntilDown(
            self,
            standing.memoryWord,
            policy,
            lastEpochStart,
            standing.servedUntil
        );
    }

    /// @notice The weight alone, which for most that are not admitted costs no more than finding that out.
    function weightOf(
        Standing memory standing,
        Policy memory policy,
        Clock memory clock
    ) internal pure returns (uint256) {
        Memory memory self = _memoryAt(standing, policy, clock);
        uint256 reasons = _reasonsOf(self, standing, policy, _lastEpochStart(self, clock), clock.nowAt);
        if (reasons != 0) return 0;
        return
            QualityLib.weightDown(
                QualityLib.qualityBpsDown(self, policy),
                QualityLib.maturityBpsDown(self, policy),
                StakeLib.countedStake(standing.stake, policy.bondShareBps),
                policy.halfSaturation
            );
    }

    function _weigh(
        Explanation memory explanation,
        Memory memory self,
        ModelStake memory stake,
        Policy memory policy
    ) private pure {
        explanation.qualityBps = QualityLib.qualityBpsDown(self, policy);
        explanation.maturityBps = QualityLib.maturityBpsDown(self, policy);
        explanation.activeStake = StakeLib.countedStake(stake, policy.bondShareBps);
        if (!explanation.admitted) return;
        explanation.weight = QualityLib.weightDown(
            explanation.qualityBps,
            explanation.maturityBps,
            explanation.activeStake,
            policy.halfSaturation
        );
    }

    function _family(
        Memory memory self,
        Policy memory policy,
        uint256 family
    ) private pure returns (FamilyExplanation memory explanation) {
        explanation.gated = policy.floorsBps[family] != 0;
        explanation.passes = AdmissionLib.passesFamily(self, policy, family);
        explanation.rate = MemoryLib.rate(self, family);
        explanation.lowerBound = QualityLib.familyLowerBoundDown(self, policy, family);
        explanation.items = (self.mass * policy.sharesBps[family]) / GateLib.MASS_SHARE;
        if (!explanation.gated) return explanation;
        explanation.bar = AdmissionLib.barOf(self, policy, family);
        // Both are at most MemoryLib.ONE.
        explanation.distance = int256(explanation.lowerBound) - int256(explanation.bar);
        if (!explanation.passes) explanation.itemsNeeded = _itemsNeededUp(self, policy, family);
    }

    /// @dev For a gated family that does not pass, so that the mass it needs is more than there is.
    function _itemsNeededUp(Memory memory self, Policy memory policy, uint256 family) private pure returns (uint256) {
        uint256 needed = ValidityLib.familyMassNeededUp(self, policy, family);
        if (needed > policy.massCap * MemoryLib.ITEM) return type(uint256).max;
        return (needed - self.mass + MemoryLib.ITEM - 1) / MemoryLib.ITEM;
    }

    function _reasonsOf(
        Memory memory self,
        Standing memory standing,
        Policy memory policy,
        uint256 lastEpochStart,
        uint256 nowAt
    ) private pure returns (uint256) {
        uint256 bond = StakeLib.activeBond(standing.stake.bond, standing.stake.unbondingBond);
        return
            AdmissionLib.memoryReasons(self, policy, lastEpochStart, nowAt) |
            AdmissionLib.standingReasons(self, standing.servedUntil, standing.paused, nowAt) |
            AdmissionLib.stakeReasons(bond, standing.stake.openFreezes, policy);
    }

    function _memoryAt(
        Standing memory standing,
        Policy memory policy,
        Clock memory clock
    ) private pure returns (Memory memory self) {
        self = MemoryLib.unpack(standing.memoryWord);
        DecayLib.decayTo(self, clock.nowAt, policy.halfLife);
    }

    /// @dev 0 without a result.
    function _lastEpochStart(Memory memory self, Clock memory clock) private pure returns (uint256) {
        return self.rounds == 0 ? 0 : AdmissionLib.epochStart(self.lastRound, clock.genesis, clock.epochLength);
    }
}
