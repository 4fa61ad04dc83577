// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { DueReason, IAssayLens } from "../../contracts/interfaces/IAssayLens.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { LensFixture } from "./LensFixture.sol";
import { vm } from "./Vm.sol";

/// @notice What evaluators measure in a round, asked right after the capture.
contract DueTest is LensFixture {
    /// @dev Slots that the lottery has, if the commons fund pays for them: a fifth of 64, rounded up.
    uint256 private constant SLOTS = 13;

    // ---------------------------------------------------------------- the standard lane
    function test_Due_StandardLane() public {
        _prepay(modelId, 3);
        uint256 roundId = _nextRound();
        _due(roundId, modelId, DueReason.StandardLane);
        _due(roundId, 99, DueReason.NoVersion);
    }

    function test_Due_NotPrepaid() public {
        _prepay(modelId, 2);
        uint256 last = vault.paidThrough(modelId);
        uint256 roundId;
        while ((roundId = _nextRound()) < last) {}
        _due(last, modelId, DueReason.StandardLane);
        _due(_nextRound(), modelId, DueReason.NotPrepaid);
    }

    /// @dev A policy that asks for nothing needs no credit.
    function test_Due_Free() public {
        Policy memory free = _policy();
        free.evaluationPrice = 0;
        _setPolicy(free);
        _due(_nextRound(), modelId, DueReason.StandardLane);
    }

    function test_Due_BondTooSmall() public {
        Policy memory dearer = _policy();
        dearer.bondMin = uint96(2_001 * UNIT);
        _setPolicy(dearer);
        _prepay(modelId, 3);
        _due(_nextRound(), modelId, DueReason.BondTooSmall);
        _bond(modelId, UNIT);
        _due(_nextRound(), modelId, DueReason.StandardLane);
    }

    /// @dev A result of a round that began before the version is stale, so nobody measures it.
    function test_Due_TooNew() public {
        _prepay(modelId, 4);
        _nextEpoch();
        uint256 before = _drawRound();
        _nextEpoch();
        _addVersion(modelId, keccak256("second"));
        _due(before, modelId, DueReason.TooNew);
        _due(_drawRound(), modelId, DueReason.TooNew);
        _due(_nextRound(), modelId, DueReason.StandardLane);
    }

    /// @dev Leaving the lane, with or without the bond, and coming back without it, is no way past the next measurement.
    function test_Due_LeftLane() public {
        _prepay(modelId, 9);
        _admit();
        _setLane(modelId, 0);
        vm.prank(owner);
        vault.requestBondUnbond(modelId, 2_000 * UNIT);
        _due(_nextRound(), modelId, DueReason.LeftLane);
        _setLane(modelId, 1);
        _due(_nextRound(), modelId, DueReason.LeftLane);
        _measure(modelId, DIGEST, _good());
        _due(_nextRound(), modelId, DueReason.BondTooSmall);
    }

    /// @dev Nobody measures on credit who has left the lane either.
    function test_Due_LeftLaneNotPrepaid() public {
        _prepay(modelId, 1);
        _nextEpoch();
        _setLane(modelId, 0);
        _setLane(modelId, 1);
        _nextEpoch();
        _due(_nextRound(), modelId, DueReason.NotPrepaid);
    }

    function test_Due_Retired() public {
        _prepay(modelId, 9);
        _nextEpoch();
        _retireAt(modelId, block.timestamp + EPOCH + 1);
        _due(_nextRound(), modelId, DueReason.StandardLane);
        _due(_nextRound(), modelId, DueReason.Retired);
    }

    /// @dev A round that begins when its evaluation ends is none of its rounds any more.
    function test_Due_RetiredWithTheEpoch() public {
        _prepay(modelId, 9);
        _nextEpoch();
        _retireAt(modelId, block.timestamp + EPOCH);
        _due(_nextRound(), modelId, DueReason.Retired);
    }

    function test_RevertWhen_RoundNotOpen() public {
        uint256 roundId = assay.currentRoundId();
        _expect(abi.encodeWithSelector(IAssayLens.RoundNotOpen.selector, roundId));
        lens.due(roundId, modelId);
        _expect(abi.encodeWithSelector(IAssayLens.RoundNotOpen.selector, roundId));
        lens.mayTakePart(roundId, modelId);
    }

    function test_RevertWhen_RoundNotDrawn() public {
        uint256 roundId = assay.openRound();
        _expect(abi.encodeWithSelector(IAssayLens.RoundNotDrawn.selector, roundId));
        lens.lottery(roundId, 0, 1);
    }

    // ---------------------------------------------------------------- the lottery
    /// @dev Each drawn once, none but those who may take part, none of the others due; whoever has most stake among them draws no better.
    function test_Lottery_DrawsTheBonded() public {
        uint256[] memory experiments = _experiments(6);
        vm.prank(owner);
        vault.requestBondUnbond(experiments[5], UNIT);
        uint256 roundId = _nextRound();
        uint256[] memory drawn = lens.lottery(roundId, 0, 16);
        _same(drawn.length, SLOTS, "funded slots");
        uint256 winners;
        for (uint256 slot; slot < drawn.length; ++slot) {
            if (drawn[slot] == 0) continue;
            ++winners;
            _isTrue(drawn[slot] != modelId && drawn[slot] != experiments[5], "may take part");
            for (uint256 earlier; earlier < slot; ++earlier) _isTrue(drawn[earlier] != drawn[slot], "once");
            _due(roundId, drawn[slot], DueReason.Lottery);
        }
        // 13 slots of eight draws among seven models, of whom five may take part: all of them but for a chance of 1e-5.
        _same(winners, 5, "winners");
        _due(roundId, experiments[5], DueReason.NotDrawn);
    }

    /// @dev Whose number is below or above that of one who was drawn is not drawn for that.
    function test_Lottery_DrawsNobodyElse() public {
        uint256[] memory experiments = _experiments(3);
        vm.prank(owner);
        vault.requestBondUnbond(experiments[0], UNIT);
        vm.prank(owner);
        vault.requestBondUnbond(experiments[2], UNIT);
        uint256 roundId = _nextRound();
        _due(roundId, experiments[0], DueReason.NotDrawn);
        _due(roundId, experiments[1], DueReason.Lottery);
        _due(roundId, experiments[2], DueReason.NotDrawn);
    }

    /// @dev Nobody who is retired, waits for a freeze to be resolved, or could not be measured in this round anyway.
    function test_Lottery_LeavesOut() public {
        uint256[] memory experiments = _experiments(4);
        _bond(experiments[1], 100 * UNIT);
        uint256 failedIn = _measure(experiments[1], _digestOf(1), _bad());
        _isTrue(_isFrozen(assay.currentVersion(experiments[1]), failedIn), "frozen");
        (uint256 activeBond, ) = vault.backingOf(experiments[1]);
        _isTrue(activeBond >= 100 * UNIT, "and bonded all the same");
        _retireAt(experiments[2], block.timestamp + 30 days);
        _nextEpoch();
        _addVersion(experiments[3], keccak256("newer"));
        uint256 roundId = _drawRound();
        _due(roundId, experiments[0], DueReason.Lottery);
        _due(roundId, experiments[1], DueReason.NotDrawn);
        _due(roundId, experiments[2], DueReason.NotDrawn);
        _due(roundId, experiments[3], DueReason.TooNew);
        uint256[] memory drawn = lens.lottery(roundId, 0, 16);
        for (uint256 slot; slot < drawn.length; ++slot) {
            _isTrue(drawn[slot] == 0 || drawn[slot] == experiments[0], "the only one");
        }
    }

    /// @dev What the lens draws is what anybody can work out from the record's draws.
    function test_Lottery_FollowsTheDraws() public {
        uint256[] memory experiments = _experiments(3);
        uint256 roundId = _nextRound();
        uint256 first;
        for (uint256 attempt; attempt < 8 && (first == 0 || first == modelId); ++attempt) {
            first = assay.lotteryDraw(roundId, 0, attempt);
        }
        _same(lens.lottery(roundId, 0, 1)[0], first, "the first slot");
        _isTrue(first >= experiments[0] && first <= experiments[2], "an experiment");
    }

    function test_Lottery_Pages() public {
        _experiments(4);
        uint256 roundId = _nextRound();
        uint256[] memory all = lens.lottery(roundId, 0, 16);
        for (uint256 slot; slot < SLOTS; ++slot) {
            uint256[] memory one = lens.lottery(roundId, slot, 1);
            _same(one.length, 1, "one");
            _same(one[0], all[slot], "slot");
        }
        _same(lens.lottery(roundId, SLOTS - 1, 16).length, 1, "the rest");
        _same(lens.lottery(roundId, SLOTS, 16).length, 0, "no more");
        _same(lens.lottery(roundId, SLOTS + 1, 16).length, 0, "nor from further on");
        _expect(abi.encodeWithSelector(IAssayLens.TooManySlots.selector, 17, 16));
        lens.lottery(roundId, 0, 17);
    }

    /// @dev As many slots as the commons fund pays for.
    function test_Lottery_FundRunsOut() public {
        Policy memory dear = _policy();
        dear.evaluationPrice = uint96((vault.commonsFund() * 2) / 5);
        _setPolicy(dear);
        _experiments(4);
        _same(lens.lottery(_nextRound(), 0, 16).length, 2, "two slots");
        _same(lens.lottery(_nextRound(), 0, 16).length, 0, "none");
    }

    /// @dev The only model there is has every slot to itself, and takes one.
    function test_Lottery_OfOneModel() public {
        _setLane(modelId, 0);
        uint256[] memory drawn = lens.lottery(_nextRound(), 0, 16);
        _same(drawn[0], modelId, "the first slot");
        for (uint256 slot = 1; slot < drawn.length; ++slot) _same(drawn[slot], 0, "once");
    }

    // ---------------------------------------------------------------- taking part
    /// @dev Bond and credit make no standard lane of another.
    function test_Due_ExperimentalHoweverMuchIsBonded() public {
        uint256 rich = _experiments(1)[0];
        _bond(rich, 5_000 * UNIT);
        _prepay(rich, 3);
        _due(_nextRound(), rich, DueReason.Lottery);
    }

    /// @dev With the smallest bond or more;    /// @dev With the smallest bond or more; without an open freeze; in the experimental lane.
    function test_MayTakePart() public {
        uint256[] memory experiments = _experiments(3);
        _bond(experiments[1], UNIT);
        vm.prank(owner);
        vault.requestBondUnbond(experiments[2], UNIT);
        uint256 roundId = _nextRound();
        _isTrue(lens.mayTakePart(roundId, experiments[0]), "the smallest bond");
        _isTrue(lens.mayTakePart(roundId, experiments[1]), "more than that");
        _isTrue(!lens.mayTakePart(roundId, experiments[2]), "less than that");
        _isTrue(!lens.mayTakePart(roundId, modelId), "in the standard lane");
        _isTrue(!lens.mayTakePart(roundId, 99), "unknown");
        _bond(experiments[1], 100 * UNIT);
        _measure(experiments[1], _digestOf(1), _bad());
        _isTrue(!lens.mayTakePart(_nextRound(), experiments[1]), "with an open freeze");
    }

    /// @dev Where no bond is asked for, a number without a model still draws nothing.
    function test_MayTakePart_NobodyWithoutAVersion() public {
        Policy memory free = _policy();
        free.experimentalBondMin = 0;
        _setPolicy(free);
        (uint256 bare, ) = _register(_digestOf(0));
        uint256 roundId = _nextRound();
        _isTrue(lens.mayTakePart(roundId, bare), "without a bond");
        _isTrue(!lens.mayTakePart(roundId, 99) && !lens.mayTakePart(roundId, 0), "unknown");
    }

    /// @dev A version that came in the round's epoch, or later, is measured in the round after it.
    function test_MayTakePart_NotBeforeTheVersionCame() public {
        uint256[] memory experiments = _experiments(2);
        uint256 roundId = _nextRound();
        _addVersion(experiments[0], keccak256("same epoch"));
        _nextEpoch();
        _addVersion(experiments[1], keccak256("later"));
        _isTrue(!lens.mayTakePart(roundId, experiments[0]), "in its epoch");
        _isTrue(!lens.mayTakePart(roundId, experiments[1]), "after it");
        roundId = _nextRound();
        _isTrue(lens.mayTakePart(roundId, experiments[0]) && lens.mayTakePart(roundId, experiments[1]), "since");
    }

    // ---------------------------------------------------------------- steps
    /// @dev Models in the experimental lane with its smallest bond.
    function _experiments(uint256 count) private returns (uint256[] memory ids) {
        ids = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            (ids[i], ) = _register(_digestOf(i));
            _bond(ids[i], 100 * UNIT);
        }
    }

    function _digestOf(uint256 experiment) private pure returns (bytes32) {
        return keccak256(abi.encode("experiment", experiment));
    }

    function _nextRound() private returns (uint256 roundId) {
        _nextEpoch();
        return _drawRound();
    }

    function _prepay(uint256 id, uint256 rounds) private {
        vault.prepay(id, rounds);
    }

    function _due(uint256 roundId, uint256 id, DueReason expected) private view {
        (bool isDue, DueReason reason) = lens.due(roundId, id);
        _same(uint256(reason), uint256(expected), "reason");
        _same(isDue ? 1 : 0, expected >= DueReason.StandardLane ? 1 : 0, "due");
    }
}
