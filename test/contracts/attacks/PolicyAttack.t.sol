// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IPolicyBoard, Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "../../../contracts/libraries/AdmissionLib.sol";
import { CombineLib } from "../../../contracts/libraries/CombineLib.sol";
import { LaneLib } from "../../../contracts/libraries/LaneLib.sol";
import { Memory, MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { PolicyBounds } from "../../../contracts/libraries/PolicyBounds.sol";
import { ResultLib } from "../../../contracts/libraries/ResultLib.sol";
import { PermitToken } from "../../../contracts/tokens/PermitToken.sol";
import { BoardFixture } from "../BoardFixture.sol";
import { VaultSystem } from "../VaultFixture.sol";
import { vm } from "../Vm.sol";

/// @notice Standards at the edges of what the bounds allow: no owner of the board can choose any that break the arithmetic.
contract PolicyAttackTest is BoardFixture {
    uint256 private constant STEPS = 8;

    /// @dev A life of results, each as extreme as a well-formed one can be, under standards as extreme as the bounds allow: no field leaves its bits, so
    /// none reaches into its neighbour's, and nothing reverts.
    function testFuzz_NoLegalPolicyBreaksAMemory(uint256 seed) public view {
        Policy memory policy = _extreme(seed);
        PolicyBounds.check(policy);
        uint256 nowAt = block.timestamp;
        Memory memory self = MemoryLib.unpack(MemoryLib.initial(nowAt, 1));
        for (uint256 i; i < STEPS; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            nowAt += _edge(seed, 0, 90 days);
            uint256 roundId = self.lastRound + _edge(seed >> 8, 1, 1_000_000);
            uint256 word = _result(seed);
            if (seed % 7 == 0) CombineLib.carryFailure(self, _edge(seed >> 16, 0, (1 << 24) - 1), nowAt, policy);
            else if (seed % 7 == 1) MemoryLib.inherit(self, roundId);
            else CombineLib.applyResult(self, word, roundId, nowAt, policy);
            _isWithinBits(self, policy);
            AdmissionLib.memoryReasons(self, policy, nowAt, nowAt);
            uint256 packed = MemoryLib.pack(self);
            _same(MemoryLib.pack(MemoryLib.unpack(packed)), packed, "packs without loss");
        }
    }

    function _isWithinBits(Memory memory self, Policy memory policy) private pure {
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            _isTrue(LaneLib.lane(self.rates, family) <= MemoryLib.ONE, "a rate is at most 1");
        }
        _isTrue(self.rates < 1 << 112, "rates");
        _isTrue(self.mass <= policy.massCap * MemoryLib.ITEM && self.mass < 1 << 24, "mass");
        _isTrue(self.scar < 1 << 24 && self.strikes < 1 << 16, "scar and strikes");
        _isTrue(self.rounds < 1 << 8 && self.cleanOwed <= 8 && self.inheritedRounds < 16, "rounds");
        _isTrue(self.lastRound < 1 << 24 && self.tickedAt < 1 << 32, "times");
    }

    // ---------------------------------------------------------------- connect
    /// @dev Standards too short for the epochs, announced before there were any, hold nobody up once they are replaced: by time alone, as everywhere.
    function test_AReplacedPolicyKeepsNoBoardFromItsRecord() public {
        board.announcePolicy(_tooShort());
        address record = _record();
        board.announcePolicy(_policy());
        _expect(_windowTooShort());
        board.connect(record);
        vm.warp(block.timestamp + TIGHTENING_NOTICE);
        board.connect(record);
        _same(board.assay(), record, "connected");
    }

    /// @dev Nor once they are withdrawn.
    function test_AWithdrawnPolicyKeepsNoBoardFromItsRecord() public {
        board.announcePolicy(_policy());
        board.announcePolicy(_tooShort());
        address record = _record();
        _expect(_windowTooShort());
        board.connect(record);
        board.withdrawPolicy();
        board.connect(record);
        _same(board.assay(), record, "connected");
    }

    function _tooShort() private pure returns (Policy memory policy) {
        policy = _policy();
        policy.freezeWindow = uint32(2 days - 1);
    }

    function _windowTooShort() private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPolicyBoard.PolicyFieldOutOfBounds.selector, "freezeWindow", 2 days - 1, 2 days);
    }

    function _record() private returns (address) {
        PermitToken token = new PermitToken("Local", "LOC", address(this), UNIT);
        return address(new VaultSystem(address(token), address(board), 1 days, 14 days).record());
    }

    // ---------------------------------------------------------------- dice
    function _extreme(uint256 seed) private pure returns (Policy memory policy) {
        policy = _policy();
        for (uint256 family; family < 7; ++family) {
            uint256 die = uint256(keccak256(abi.encode(seed, family)));
            uint256 floor = _edge(die, 1, PolicyBounds.FLOOR_MAX_BPS);
            policy.floorsBps[family] = uint16(floor);
            policy.slashFloorsBps[family] = uint16(_edge(die >> 16, 0, floor - 1));
            policy.sharesBps[family] = uint16(_edge(die >> 32, 1, PolicyBounds.BPS));
            policy.weights[family] = uint16(_edge(die >> 48, 1, type(uint16).max));
        }
        policy.massCap = uint32(_edge(seed, 1, PolicyBounds.MASS_MAX));
        policy.massMin = uint32(_edge(seed >> 4, 1, policy.massCap));
        policy.massFull = uint32(_edge(seed >> 8, 1, PolicyBounds.MASS_MAX));
        policy.roundsFull = uint32(_edge(seed >> 10, 1, PolicyBounds.ROUNDS_MAX));
        policy.itemsCap = uint32(_edge(seed >> 12, 1, PolicyBounds.ITEMS_MAX));
        policy.minRounds = uint32(_edge(seed >> 16, 1, PolicyBounds.ROUNDS_MAX));
        policy.maxAge = uint32(_edge(seed >> 20, 1, PolicyBounds.AGE_MAX));
        policy.halfLife = uint32(64 * _edge(seed >> 24, 1, PolicyBounds.HALF_LIFE_MAX / 64));
        policy.hysteresisBps = uint32(_edge(seed >> 28, 0, PolicyBounds.HYSTERESIS_MAX_BPS));
        policy.scarK = uint32(_edge(seed >> 32, 1, PolicyBounds.SCAR_MAX));
        policy.retryScar = uint32(_edge(seed >> 36, 0, PolicyBounds.SCAR_MAX));
        policy.hardFailureScar = uint32(_edge(seed >> 40, 0, PolicyBounds.SCAR_MAX));
        policy.scarCap = uint32(_edge(seed >> 44, 0, PolicyBounds.SCAR_MAX));
        policy.passZ2 = uint32(_edge(seed >> 48, PolicyBounds.PASS_Z2_MIN, PolicyBounds.Z2_MAX));
        policy.failZ2 = uint32(_edge(seed >> 52, PolicyBounds.FAIL_Z2_MIN, PolicyBounds.Z2_MAX));
    }

    function _result(uint256 seed) private pure returns (uint256) {
        uint256 scores;
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            scores |= _edge(uint256(keccak256(abi.encode(seed, family))), 0, 10_000) << (16 * family);
        }
        uint256 attempts = _edge(seed >> 60, 0, type(uint24).max);
        return
            ResultLib.pack(
                scores,
                _edge(seed >> 64, 1, type(uint16).max),
                attempts,
                _edge(seed >> 68, 0, attempts),
                _edge(seed >> 72, 0, attempts),
                seed >> 249
            );
    }

    /// @dev One of the ends of a range, or something between.
    function _edge(uint256 die, uint256 lower, uint256 upper) private pure returns (uint256) {
        if (die % 4 == 0) return lower;
        if (die % 4 == 1) return upper;
        return lower + ((die >> 2) % (upper - lower + 1));
    }
}
