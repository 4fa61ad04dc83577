// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Explanation } from "../../contracts/interfaces/IAssayLens.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "../../contracts/libraries/AdmissionLib.sol";
import { AdmissionReason } from "../../contracts/libraries/AdmissionReason.sol";
import { Clock, ExplanationLib, Standing } from "../../contracts/libraries/ExplanationLib.sol";
import { GateLib } from "../../contracts/libraries/GateLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { QualityLib } from "../../contracts/libraries/QualityLib.sol";
import { ValidityLib } from "../../contracts/libraries/ValidityLib.sol";
import { BoardFixture } from "./BoardFixture.sol";

/// @notice AdmissionLib, ExplanationLib and ValidityLib where a unit or a bit decides.
contract ExplanationTest is BoardFixture {
    uint256 private constant LANES = 0x0001000100010001000100010001;

    /// @dev Measured a moment ago, the same rate everywhere.
    function _self(uint256 rate, uint256 mass) private view returns (Memory memory self) {
        self.rates = rate * LANES;
        self.mass = mass;
        self.tickedAt = block.timestamp;
        (self.lastRound, self.rounds) = (1, 5);
        self.flags = MemoryLib.EXISTS | MemoryLib.STANDARD;
    }

    function _itemsNeeded(uint256 mass) private view returns (uint256) {
        Standing memory standing;
        standing.memoryWord = MemoryLib.pack(_self(48_000, mass));
        Clock memory clock = Clock({ nowAt: block.timestamp, genesis: block.timestamp, epochLength: 1 days });
        Explanation memory explanation = ExplanationLib.explain(standing, _policy(), clock);
        return explanation.families[0].itemsNeeded;
    }

    /// @dev Whole items, of which the last may be needed for one unit only; what is missing to the unit takes no item more.
    function test_ItemsNeeded_AreRoundedUp() public view {
        uint256 needed = ValidityLib.familyMassNeededUp(_self(48_000, 0), _policy(), 0);
        _isTrue(needed > 4 * MemoryLib.ITEM && needed < 4_000 * MemoryLib.ITEM, "within reach");
        _same(_itemsNeeded(needed), 0, "enough");
        _same(_itemsNeeded(needed - 1), 1, "a unit");
        _same(_itemsNeeded(needed - 3 * MemoryLib.ITEM), 3, "three items");
        _same(_itemsNeeded(needed - 3 * MemoryLib.ITEM - 1), 4, "and a unit");
    }

    /// @dev A hundred items prove it, no fewer.
    function test_ItemsNeeded_UpToTheCap() public view {
        Policy memory policy = _policy();
        policy.sharesBps[0] = 10_000;
        Clock memory clock = Clock({ nowAt: block.timestamp, genesis: block.timestamp, epochLength: 1 days });
        Standing memory standing;
        standing.memoryWord = MemoryLib.pack(_self(48_000, 0));
        policy.massCap = 100;
        _same(ExplanationLib.explain(standing, policy, clock).families[0].itemsNeeded, 100, "as many as there may be");
        policy.massCap = 99;
        uint256 needed = ExplanationLib.explain(standing, policy, clock).families[0].itemsNeeded;
        _same(needed, type(uint256).max, "never");
    }

    /// @dev Twice the evidence that is needed is just enough after a half-life, and too little two ticks later.
    function test_ValidUntil_JustEnoughIsEnough() public view {
        Policy memory policy = _policy();
        Memory memory self = _self(50_000, 2 * policy.massMin * MemoryLib.ITEM);
        _same(ValidityLib.massNeededUp(self, policy), policy.massMin * MemoryLib.ITEM, "nothing but evidence lacks");
        policy.maxAge = 90 days;
        uint256 until = ValidityLib.validUntilDown(self, MemoryLib.pack(self), policy, block.timestamp, 0);
        _same(until, block.timestamp + policy.halfLife + 2 * (policy.halfLife / 64) - 1, "a half-life and two ticks");
        policy.maxAge = policy.halfLife;
        until = ValidityLib.validUntilDown(self, MemoryLib.pack(self), policy, block.timestamp, 0);
        _same(until, block.timestamp + policy.halfLife, "until the result is too old");
    }

    /// @dev 4·0.9·0.1/0.06² items of the family's own.
    function test_MassNeeded_ForTheSmallestShare() public pure {
        _same(QualityLib.massNeededUp(48_000, 45_000, 1, 4), 100 * GateLib.MASS_SHARE, "of a ten-thousandth");
        _same(
            QualityLib.massNeededUp(48_000, 45_000, 3, 4),
            (100 * GateLib.MASS_SHARE) / 3 + 1,
            "of three, rounded up"
        );
        _same(QualityLib.massNeededUp(45_000, 45_000, 1, 4), type(uint256).max, "at the bar");
        _same(QualityLib.massNeededUp(44_999, 45_000, 1, 4), type(uint256).max, "below the bar");
        _same(QualityLib.massNeededUp(2, 1, 10_000, 4), 4 * 49_999 * MemoryLib.ITEM, "above the lowest bar");
        _same(QualityLib.massNeededUp(0, 0, 1, 4), 0, "without a bar");
        _same(QualityLib.massNeededUp(48_000, 45_000, 0, 4), type(uint256).max, "of nothing");
    }

    /// @dev A bound that is not quite 49,005 units: with its root rounded down it would be.
    function test_LowerBound_IsReachedWhereTheBarIsPassed() public pure {
        uint256 massShare = 5_160_627 * 9_822;
        _isTrue(GateLib.passes(49_402, 49_004, massShare, 4), "passed");
        _isTrue(!GateLib.passes(49_402, 49_005, massShare, 4), "not passed");
        _same(QualityLib.lowerBoundDown(49_402, massShare, 4), 49_004, "bound");
    }

    /// @dev A family's own bound, whatever the only weight is; nothing without any.
    function test_Quality_OfASingleFamily() public view {
        Policy memory policy = _policy();
        Memory memory self = _self(48_000, 4_000 * MemoryLib.ITEM);
        for (uint256 family; family < 7; ++family) policy.weights[family] = 0;
        _same(QualityLib.qualityBpsDown(self, policy), 0, "no weight");
        policy.weights[6] = 1;
        uint256 bound = QualityLib.familyLowerBoundDown(self, policy, 6);
        _same(QualityLib.qualityBpsDown(self, policy), bound / MemoryLib.PER_BPS, "the smallest");
    }

    /// @dev A single round may be a full record; more than full is full.
    function test_Maturity_OfTheShortestRecord() public view {
        Policy memory policy = _policy();
        (policy.massFull, policy.roundsFull) = (1, 1);
        Memory memory self = _self(48_000, 2 * MemoryLib.ITEM);
        _same(QualityLib.maturityBpsDown(self, policy), 10_000, "full");
        self.rounds = 0;
        _same(QualityLib.maturityBpsDown(self, policy), 0, "no round");
    }

    function test_MassNeeded_OfTheLowestFloor() public view {
        Policy memory policy;
        (policy.massMin, policy.passZ2, policy.scarK) = (1, 4, 1);
        (policy.floorsBps[6], policy.sharesBps[6]) = (1, 10_000);
        Memory memory self = _self(6, 0);
        uint256 needed = ValidityLib.familyMassNeededUp(self, policy, 6);
        _isTrue(needed > MemoryLib.ITEM && needed != type(uint256).max, "more than the least there has to be");
        _same(ValidityLib.massNeededUp(self, policy), needed, "needed");
    }

    function test_MassNeeded_OfNoFamilyWithoutAFloor() public view {
        Policy memory policy = _policy();
        (policy.floorsBps[0], policy.slashFloorsBps[0], policy.weights[0]) = (0, 0, 0);
        Memory memory self = _self(50_000, 0);
        self.scar = MemoryLib.SCAR_ITEM;
        uint256 needed = ValidityLib.massNeededUp(self, policy);
        _isTrue(needed != type(uint256).max, "of the others");
        self.rates -= 50_000;
        _same(ValidityLib.massNeededUp(self, policy), needed, "whatever its rate");
    }

    function test_Quality_LooksAtNoFamilyWithoutAWeight() public view {
        Policy memory policy = _policy();
        policy.weights[0] = 0;
        Memory memory self = _self(48_000, 4_000 * MemoryLib.ITEM);
        uint256 quality = QualityLib.qualityBpsDown(self, policy);
        _isTrue(quality != 0, "of the others");
        self.rates -= 48_000;
        _same(QualityLib.qualityBpsDown(self, policy), quality, "whatever its rate");
    }

    function test_WithoutStakeNothingWeighs() public pure {
        _same(QualityLib.weightDown(10_000, 10_000, 0, 1), 0, "weight");
        _same(QualityLib.weightDown(10_000, 10_000, 1, 1), 50_000_000, "of a unit, half of the most there is");
        _same(QualityLib.weightDown(10_000, 10_000, 1e6, 1), 99_990_000, "never all of it");
    }

    /// @dev Whatever speaks against a model is told at once, not only what was looked at last.
    function test_EveryReasonIsTold() public view {
        Policy memory policy = _policy();
        Memory memory self = _self(0, 0);
        (self.rounds, self.cleanOwed) = (1, 1);
        uint256 reasons = AdmissionLib.memoryReasons(self, policy, block.timestamp - 15 days, block.timestamp);
        uint256 few = AdmissionReason.TOO_FEW_ROUNDS | AdmissionReason.TOO_LITTLE_EVIDENCE;
        uint256 others = AdmissionReason.RESULT_TOO_OLD | AdmissionReason.CLEAN_ROUNDS_OWED;
        _same(reasons, few | others | AdmissionReason.ANY_FAMILY, "memory");
        self.flags = MemoryLib.EXISTS | MemoryLib.RETIRED | MemoryLib.LEFT;
        reasons = AdmissionLib.standingReasons(self, 0, true, block.timestamp);
        few = AdmissionReason.RETIRED | AdmissionReason.NOT_STANDARD_LANE;
        _same(reasons, few | AdmissionReason.RESULT_NEEDED | AdmissionReason.PAUSED, "standing");
        reasons = AdmissionLib.stakeReasons(0, 1, policy);
        _same(reasons, AdmissionReason.FREEZE_OPEN | AdmissionReason.BOND_TOO_SMALL, "stake");
    }
}
