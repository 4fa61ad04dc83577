// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "../../../contracts/libraries/AdmissionLib.sol";
import { DecayLib } from "../../../contracts/libraries/DecayLib.sol";
import { Memory, MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { ResultLib } from "../../../contracts/libraries/ResultLib.sol";
import { AssayFixture } from "../AssayFixture.sol";
import { vm } from "../Vm.sol";

/// @notice INV-05 and INV-06: any standards within their bounds, any record, any stake. The record is written to its slot: what matters here is
/// what is made of it.
contract AdmissionInvariantsTest is AssayFixture {
    uint256 private constant FAMILIES = 7;
    uint256 private constant SPREAD = 3_000;

    uint256 private modelId;
    bytes32 private versionId;
    bytes32 private slot;

    function setUp() public override {
        super.setUp();
        (modelId, versionId) = _standardModel();
        vm.record();
        assay.memoryOf(versionId);
        (bytes32[] memory reads, ) = vm.accesses(address(assay));
        slot = reads[0];
    }

    // ---------------------------------------------------------------- any standards, any record
    /// @dev Seven floors or fewer, and whatever else an admission depends on.
    function _standardsOf(uint256 seed) private view returns (Policy memory policy) {
        policy = _policy();
        for (uint256 family; family < FAMILIES; ++family) {
            uint256 dice = uint256(keccak256(abi.encode(seed, family)));
            bool gated = family == 0 || dice % 4 != 0;
            policy.floorsBps[family] = gated ? uint16(_within(dice >> 8, 7_000, 9_900)) : 0;
            policy.slashFloorsBps[family] = gated ? uint16((dice >> 24) % 7_000) : 0;
            policy.sharesBps[family] = uint16(_within(dice >> 40, 1, 10_000));
            policy.weights[family] = gated ? 1 : 0;
        }
        policy.massCap = uint32(_within(seed >> 8, 1, 4_095));
        policy.massMin = uint32(_within(seed >> 24, 1, policy.massCap));
        policy.itemsCap = uint32(_within(seed >> 40, 1, 600));
        policy.minRounds = uint32(_within(seed >> 56, 1, 5));
        policy.halfLife = uint32(64 * _within(seed >> 72, 1, 40_000));
        policy.hysteresisBps = uint32(_within(seed >> 96, 0, 500));
        policy.scarK = uint32(_within(seed >> 112, 1, 65_535));
        policy.passZ2 = uint32(_within(seed >> 128, 1, 20));
        policy.halfSaturation += uint96(1 + (seed >> 200));
    }

    /// @dev Good enough to be admitted in about every second case.
    function _recordOf(uint256 seed, uint256 roundId) private view returns (Memory memory self) {
        for (uint256 family; family < FAMILIES; ++family) {
            uint256 below = uint256(keccak256(abi.encode(seed, family))) % SPREAD;
            self.rates |= (MemoryLib.ONE - below) << (16 * family);
        }
        self.mass = _within(seed, 1, 4_095 * MemoryLib.ITEM);
        self.scar = seed % 3 == 0 ? (seed >> 32) % (200 * MemoryLib.SCAR_ITEM) : 0;
        self.tickedAt = block.timestamp - ((seed >> 64) % 3 days);
        self.lastRound = roundId - 1 - ((seed >> 96) % 3);
        self.rounds = _within(seed >> 112, 1, 255);
        self.strikes = (seed >> 128) % 100;
        self.cleanOwed = (seed >> 160) % 8 == 0 ? 1 : 0;
        self.flags = MemoryLib.EXISTS | MemoryLib.STANDARD | ((seed >> 192) & 3);
    }

    /// @dev Standards in force, and a round under them.
    function _roundUnder(Policy memory policy) private returns (uint256 roundId) {
        _setPolicy(policy);
        _nextEpoch();
        return _drawRound();
    }

    function _write(Memory memory self) private {
        vm.store(address(assay), slot, bytes32(MemoryLib.pack(self)));
    }

    // ---------------------------------------------------------------- INV-05
    /// @dev One family at its bar or below, everything else perfect, and all the stake there is.
    function testFuzz_05_BelowABarNoStakeAdmits(
        uint256 standards,
        uint256 record,
        uint256 which,
        uint96 bonded,
        uint96 delegated
    ) public {
        Policy memory policy = _standardsOf(standards);
        uint256 roundId = _roundUnder(policy);
        Memory memory self = _recordOf(record, roundId);
        uint256 weak = _gated(policy, which);
        // The bar of a scar that has faded to now, not the higher one of the scar as it is stored.
        Memory memory faded = _recordOf(record, roundId);
        DecayLib.decayTo(faded, block.timestamp, policy.halfLife);
        uint256 bar = AdmissionLib.barOf(faded, policy, weak);
        for (uint256 family; family < FAMILIES; ++family) {
            uint256 rate = family == weak ? which % (bar + 1) : MemoryLib.ONE;
            self.rates = (self.rates & ~(uint256(0xffff) << (16 * family))) | (rate << (16 * family));
        }
        _write(self);
        _bond(modelId, _within(bonded, 1, 9e6 * UNIT));
        _delegate(delegator, modelId, _within(delegated, 1, 9e6 * UNIT));
        _isTrue(!assay.isAdmitted(modelId), "refused, whatever the stake");
    }

    function _gated(Policy memory policy, uint256 which) private pure returns (uint256 family) {
        family = which % FAMILIES;
        while (policy.floorsBps[family] == 0) family = (family + 1) % FAMILIES;
    }

    // ---------------------------------------------------------------- INV-06
    function testFuzz_06_APerfectResultNeverHurts(uint256 standards, uint256 record, uint16 items) public {
        Policy memory policy = _standardsOf(standards);
        uint256 roundId = _roundUnder(policy);
        _measurePerfectly(_recordOf(record, roundId), roundId, _within(items, 1, 65_535), policy.halfLife);
    }

    /// @dev Standards that let a memory hold less than it does take nothing away from it: it fades.
    function test_06_APerfectResultUnderASmallerCap() public {
        Policy memory policy = _policy();
        policy.massCap = 1_000;
        uint256 roundId = _roundUnder(policy);
        Memory memory self = _recordOf(0, roundId);
        for (uint256 family; family < FAMILIES; ++family) {
            uint256 rate = family == 0 ? 46_500 : MemoryLib.ONE;
            self.rates = (self.rates & ~(uint256(0xffff) << (16 * family))) | (rate << (16 * family));
        }
        (self.mass, self.rounds, self.cleanOwed) = (4_000 * MemoryLib.ITEM, 9, 0);
        _isTrue(_measurePerfectly(self, roundId, 1, policy.halfLife), "it was admitted");
    }

    function _measurePerfectly(
        Memory memory self,
        uint256 roundId,
        uint256 items,
        uint256 halfLife
    ) private returns (bool admitted) {
        _write(self);
        admitted = assay.isAdmitted(modelId);
        uint256 word = ResultLib.pack(_word(10_000) & ResultLib.SCORES_MASK, items, 900, 0, 0, 0x7f);
        _post(_batch(roundId, modelId, DIGEST, word));
        DecayLib.decayTo(self, block.timestamp, halfLife);
        Memory memory left = _memory(versionId);
        for (uint256 family; family < FAMILIES; ++family) {
            _isTrue(MemoryLib.rate(left, family) >= MemoryLib.rate(self, family), "no rate is lower");
        }
        _isTrue(!admitted || assay.isAdmitted(modelId), "admitted stays admitted");
        _isTrue(left.mass >= self.mass && left.scar <= self.scar, "no evidence is lost, no scar is added");
    }
}
