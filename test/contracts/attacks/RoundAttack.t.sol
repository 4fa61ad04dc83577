// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay } from "../../../contracts/interfaces/IAssay.sol";
import { DueReason } from "../../../contracts/interfaces/IAssayLens.sol";
import { LensFixture } from "../LensFixture.sol";
import { vm } from "../Vm.sol";

/// @notice Attacks on what a round measures, and by whom: with the seed known and not yet captured, and with many models.
contract RoundAttackTest is LensFixture {
    bytes32 private constant ENTROPY = keccak256("known before the capture");

    // ---------------------------------------------------------------- between seed and capture
    /// @dev Whoever sees the seed first registers models until the draws, taken modulo their number, suit him.
    function testFuzz_ModelsRegisteredAfterTheSeedIsKnownMoveNoDraw(uint8 more) public {
        for (uint256 i; i < 6; ++i) _register(keccak256(abi.encode(i)));
        uint256 roundId = assay.openRound();
        bytes32 seed = keccak256(abi.encode(ENTROPY, roundId));
        for (uint256 i; i < more % 32; ++i) _register(keccak256(abi.encode("more", i)));
        _capture(roundId, ENTROPY);
        for (uint256 slot; slot < 13; ++slot) {
            uint256 drawn = uint256(keccak256(abi.encode(seed, keccak256("lottery"), 8 * slot)));
            _same(assay.lotteryDraw(roundId, slot, 0), 1 + (drawn % 7), "of those there were when it opened");
        }
    }

    /// @dev An owner who likes the committee buys credit, enters the lane and bonds; one who does not leaves and takes the version back. What the opening
    /// block answers stands before either can know it.
    function test_WhoIsMeasuredStandsBeforeTheSeedIsKnown() public {
        (uint256 late, ) = _register(keccak256("late"));
        vault.prepay(modelId, 3);
        _nextEpoch();
        uint256 roundId = assay.openRound();
        _isDue(roundId, modelId, DueReason.StandardLane);
        _isDue(roundId, late, DueReason.NotDrawn);
        _isTrue(!lens.mayTakePart(roundId, late), "not bonded");
        _same(assay.round(roundId).seed, 0, "nobody knows the seed");
    }

    /// @dev Credit that is bought while a round is open is for the rounds after it: who pays one round at a time is not measured twice for it.
    function test_OnePaymentBuysOneRound() public {
        uint256 first = assay.currentRoundId();
        for (uint256 i; i < 5; ++i) {
            if (i % 2 == 0) assay.openRound();
            uint256 through = vault.prepay(modelId, 1);
            _same(through, first + 1 + i, "one more");
            _nextEpoch();
        }
        _same(vault.evaluationFund(), 5 * UNIT, "each of them paid");
    }

    /// @dev More money in the commons makes no other model win: it only pays for slots that were drawn by the same seed.
    function test_ToppingUpTheCommonsMovesNoDraw() public {
        for (uint256 i; i < 6; ++i) _register(keccak256(abi.encode(i)));
        uint256 roundId = assay.openRound();
        vault.fundCommons(1_000 * UNIT);
        _capture(roundId, ENTROPY);
        uint256 drawn = uint256(keccak256(abi.encode(assay.round(roundId).seed, keccak256("lottery"), uint256(0))));
        _same(assay.lotteryDraw(roundId, 0, 0), 1 + (drawn % 7), "the same");
        _same(assay.round(roundId).lotterySlots, 13, "no more slots than the policy has");
    }

    /// @dev A seed that nobody captured in time costs one round, and nobody gets a second throw of the dice for it.
    function test_ALostSeedIsNotDrawnAgain() public {
        uint256 roundId = assay.openRound();
        uint256 entropyBlock = assay.round(roundId).entropyBlock;
        vm.roll(entropyBlock + 9_000);
        _expect(abi.encodeWithSelector(IAssay.EntropyLost.selector, entropyBlock, entropyBlock + 9_000));
        assay.captureEntropy(roundId);
        _expect(abi.encodeWithSelector(IAssay.RoundAlreadyOpen.selector, roundId));
        assay.openRound();
        _nextEpoch();
        _isTrue(assay.round(_drawRound()).seed != 0, "the next one has its own");
    }

    // ---------------------------------------------------------------- many models
    /// @dev Models that cost nothing but gas make the lottery's slots miss; who pays for being measured does not notice.
    function test_UnbondedModelsDiluteOnlyTheLottery() public {
        (uint256 honest, ) = _register(keccak256("honest"));
        _bond(honest, 100 * UNIT);
        for (uint256 i; i < 200; ++i) _register(keccak256(abi.encode(i)));
        vault.prepay(modelId, 2);
        _nextEpoch();
        uint256 roundId = _drawRound();
        _isDue(roundId, modelId, DueReason.StandardLane);
        uint256[] memory drawn = lens.lottery(roundId, 0, 16);
        for (uint256 slot; slot < drawn.length; ++slot)
            _isTrue(drawn[slot] == 0 || drawn[slot] == honest, "none of them");
    }

    function _isDue(uint256 roundId, uint256 id, DueReason expected) private view {
        (, DueReason reason) = lens.due(roundId, id);
        _same(uint256(reason), uint256(expected), "reason");
    }
}
