// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Round } from "../../contracts/interfaces/IAssay.sol";
import { IAssayVault } from "../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { LotteryLib } from "../../contracts/libraries/LotteryLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

/// @notice What the commons fund pays for, and what the slots draw from.
contract LotteryTest is AssayFixture {
    uint256 private constant SLOTS = 13;

    function test_Capture_PaysForTheSlots() public {
        uint256 commons = vault.commonsFund();
        uint256 evaluation = vault.evaluationFund();
        uint256 roundId = assay.openRound();
        vm.expectEmit(true, true, true, true, address(vault));
        emit IAssayVault.LotteryFunded(roundId, SLOTS, SLOTS * UNIT);
        _capture(roundId, keccak256("entropy"));
        _same(assay.round(roundId).lotterySlots, SLOTS, "slots");
        _same(vault.commonsFund(), commons - SLOTS * UNIT, "commons");
        _same(vault.evaluationFund(), evaluation + SLOTS * UNIT, "evaluators");
    }

    /// @dev What the evaluators have not earned yet stays theirs.
    function test_Capture_AddsUp() public {
        _drawRound();
        _nextEpoch();
        _drawRound();
        _same(vault.evaluationFund(), 2 * SLOTS * UNIT, "two rounds");
    }

    /// @dev Models that are registered after the opening are not drawn from.
    function test_Open_CountsModels() public {
        for (uint256 i; i < 5; ++i) _register(keccak256(abi.encode(i)));
        uint256 roundId = assay.openRound();
        _register(keccak256("late"));
        _capture(roundId, keccak256("entropy"));
        _same(assay.round(roundId).modelCount, 5, "models");
    }

    /// @dev Twin of the formula in words: 1 + keccak256(seed, keccak256("lottery"), 8·slot + attempt) mod models.
    function testFuzz_Draw(bytes32 entropy, uint256 slot, uint256 attempt, uint8 models) public {
        vm.assume(entropy != 0);
        uint256 count = _within(models, 1, 20);
        for (uint256 i; i < count; ++i) _register(keccak256(abi.encode(i)));
        uint256 roundId = assay.openRound();
        _capture(roundId, entropy);
        (slot, attempt) = (slot % SLOTS, attempt % 8);
        bytes32 seed = assay.round(roundId).seed;
        uint256 drawn = uint256(keccak256(abi.encode(seed, keccak256("lottery"), 8 * slot + attempt)));
        _same(assay.lotteryDraw(roundId, slot, attempt), 1 + (drawn % count), "model");
    }

    function test_Draw_Nothing() public {
        uint256 empty = _drawRound();
        _same(assay.round(empty).modelCount, 0, "no models");
        _same(assay.lotteryDraw(empty, 0, 0), 0, "nobody to draw");
        _register(DIGEST);
        _nextEpoch();
        uint256 roundId = _drawRound();
        _same(assay.lotteryDraw(roundId, SLOTS - 1, 7), 1, "the last attempt of the last slot");
        _same(assay.lotteryDraw(roundId, SLOTS, 0), 0, "a slot that is none");
        _same(assay.lotteryDraw(roundId, 0, 8), 0, "a ninth attempt");
        _same(assay.lotteryDraw(roundId, type(uint256).max, 0), 0, "no number of a slot");
        _same(assay.lotteryDraw(roundId, 0, type(uint256).max), 0, "no number of an attempt");
    }

    /// @dev The chance is the same for all: what a model has staked is nowhere in the draw.
    function test_Draw_StakeChangesNothing() public {
        for (uint256 i; i < 5; ++i) _register(keccak256(abi.encode(i)));
        uint256 snapshot = vm.snapshotState();
        uint256[] memory poor = _draws(_drawRound());
        _bond(3, 1e6 * UNIT);
        _same(keccak256(abi.encode(_draws(1))), keccak256(abi.encode(poor)), "stake that comes after the draw");
        _isTrue(vm.revertToState(snapshot), "the same round, from before it opens");
        _bond(3, 1e6 * UNIT);
        _delegate(delegator, 3, 1e6 * UNIT);
        uint256[] memory rich = _draws(_drawRound());
        _same(keccak256(abi.encode(rich)), keccak256(abi.encode(poor)), "stake that was there before it opened");
    }

    function _draws(uint256 roundId) private view returns (uint256[] memory drawn) {
        drawn = new uint256[](SLOTS);
        for (uint256 slot; slot < SLOTS; ++slot) drawn[slot] = assay.lotteryDraw(roundId, slot, 0);
    }

    function testFuzz_Slots_AreRoundedUp(uint8 slots, uint16 lotteryBps) public pure {
        Policy memory policy;
        policy.slots = uint32(_within(slots, 1, 192));
        policy.lotteryBps = uint32(_within(lotteryBps, 2_000, 10_000));
        uint256 drawn = LotteryLib.slotsOf(policy);
        _isTrue(drawn * 10_000 >= uint256(policy.slots) * policy.lotteryBps, "at least the share");
        _isTrue((drawn - 1) * 10_000 < uint256(policy.slots) * policy.lotteryBps, "and no slot more");
        _isTrue(drawn <= policy.slots, "at most all");
    }
}

/// @notice A commons fund that is too small, or a price of nothing.
contract LotteryFundTest is AssayFixture {
    function _standards() internal pure override returns (Policy memory policy) {
        policy = _policy();
        // The fixture's fund of 1,000,000 pays for four slots and a half.
        policy.evaluationPrice = uint96((1e6 * UNIT * 2) / 9);
    }

    function test_Capture_PaysForAsManyAsItCan() public {
        uint256 roundId = _drawRound();
        Round memory drawn = assay.round(roundId);
        _same(drawn.lotterySlots, 4, "slots");
        _register(DIGEST);
        _nextEpoch();
        roundId = _drawRound();
        _same(assay.round(roundId).lotterySlots, 0, "nothing is left that pays for one");
        _same(assay.lotteryDraw(roundId, 0, 0), 0, "nobody is drawn");
    }

    function test_Capture_WithoutAPriceAllArePaidFor() public {
        Policy memory free = _policy();
        free.evaluationPrice = 0;
        _setPolicy(free);
        uint256 before = vault.commonsFund();
        uint256 roundId = _drawRound();
        _same(assay.round(roundId).lotterySlots, 13, "slots");
        _same(vault.commonsFund(), before, "commons");
    }

    function test_RevertWhen_FundedByAnybodyElse() public {
        _expect(abi.encodeWithSelector(IAssayVault.NotAuthorized.selector, address(this), address(assay)));
        vault.fundLottery(1, 1, 1);
    }
}
