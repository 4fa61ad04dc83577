// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ModelStake } from "../interfaces/IAssay.sol";
import { AdmissionState, Explanation, FamilyExplanation } from "../interfaces/IAssayLens.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "./AdmissionLib.sol";
import { DecayLib } from "./DecayLib.sol";
import { Memory, MemoryLib } from "./MemoryLib.sol";
import { QualityLib } from "./QualityLib.sol";
import { ResultLib } from "./ResultLib.sol";
import { StakeLib } from "./StakeLib.sol";

/// @notice A moment, and how epochs divide time. All in seconds.
struct Clock {
    uint256 nowAt;
    uint256 genesis;
    uint256 epochLength;
}

/// @title ExplanationLib: everything that can be said about an admission, in one struct
/// @notice Twin: `domain/admission.ts` (admissionOf).
library ExplanationLib {
    /// @param memoryWord As recorded; it is decayed to the clock's time here. 0 for an unknown version.
    function explain(
        uint256 memoryWord,
        ModelStake memory stake,
        Policy memory policy,
        Clock memory clock
    ) internal pure returns (Explanation memory explanation) {
        Memory memory self = MemoryLib.unpack(memoryWord);
        DecayLib.decayTo(self, clock.nowAt, policy.halfLife);
        uint256 lastEpochStart =
            self.rounds == 0 ? 0 : AdmissionLib.epochStart(self.lastRound, clock.genesis, clock.epochLength);

        explanation.reasons = AdmissionLib.reasonsOf(self, stake, policy, lastEpochStart, clock.nowAt);
        explanation.state = AdmissionLib.stateOf(self, stake, explanation.reasons);
        explanation.admitted = explanation.state == AdmissionState.Admitted;
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            explanation.families[family] = _family(self, policy, family);
        }
        explanation.mass = self.mass / MemoryLib.ITEM;
        explanation.scar = self.scar / MemoryLib.SCAR_ITEM;
        explanation.rounds = self.rounds;
        explanation.cleanRoundsOwed = self.cleanOwed;
        explanation.updatedAt = lastEpochStart;
        if (explanation.admitted) explanation.validUntil = lastEpochStart + policy.maxAge;
        _weigh(explanation, self, stake, policy);
    }

    function _weigh(
        Explanation memory explanation,
        Memory memory self,
        ModelStake memory stake,
        Policy memory policy
    ) private pure {
        explanation.qualityBps = QualityLib.qualityBpsDown(self, policy);
        explanation.maturityBps = QualityLib.maturityBpsDown(self.mass, policy.massFull);
        explanation.activeStake = StakeLib.activeStake(stake);
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
    ) private pure returns (FamilyExplanation memory) {
        bool gated = policy.floorsBps[family] != 0;
        return
            FamilyExplanation({
                gated: gated,
                passes: AdmissionLib.passesFamily(self, policy, family),
                rate: MemoryLib.rate(self, family),
                lowerBound: QualityLib.familyLowerBoundDown(self, policy, family),
                bar: gated ? AdmissionLib.barOf(self, policy, family) : 0,
                items: (self.mass * policy.sharesBps[family]) / (MemoryLib.ITEM * 10_000)
            });
    }
}
