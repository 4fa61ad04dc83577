// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Assay } from "../../contracts/Assay.sol";
import { PolicyBoard } from "../../contracts/PolicyBoard.sol";
import { IAssay, Round } from "../../contracts/interfaces/IAssay.sol";
import { IPolicyBoard, Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { CommitteeLib } from "../../contracts/libraries/CommitteeLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

contract RoundsTest is AssayFixture {
    address private constant BLOCK_HASHES = 0x0000F90827F1C53a10cb7A02335B175320002935;
    bytes private constant BLOCK_HASHES_CODE =
        hex"3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

    function test_CurrentRoundId_CountsEpochs() public {
        _same(assay.currentRoundId(), 1, "first");
        vm.warp(assay.genesis() + EPOCH - 1);
        _same(assay.currentRoundId(), 1, "still the first");
        vm.warp(assay.genesis() + EPOCH);
        _same(assay.currentRoundId(), 2, "second");
        _same(assay.closesAt(2), assay.genesis() + 4 * EPOCH, "two epochs after its own");
    }

    function test_OpenRound() public {
        _register(DIGEST);
        (, , address seats) = board.sealSeats();
        _expectAssayEvent();
        emit IAssay.RoundOpened(1, 1, keccak256("suite"), block.number + 2, seats, 1);
        _same(assay.openRound(), 1, "id");
        Round memory opened = assay.round(1);
        _same(opened.seed, 0, "no seed yet");
        _same(opened.policyPointer, board.policyPointer(1), "policy");
        _same(opened.policyId, 1, "policyId");
        _same(opened.seatsPointer, seats, "seats");
        _same(opened.entropyBlock, block.number + 2, "entropy block");
        _same(opened.openedAt, block.timestamp, "time");
        _same(opened.modelCount, 1, "models");
        _same(uint256(opened.participated) + opened.lotterySlots, 0, "nothing else yet");
    }

    /// @dev What the board's owner does after a round has opened does not reach it.
    function test_OpenRound_FixesPolicyAndSeats() public {
        Policy memory next = _policy();
        next.committeeSize = 3;
        next.quorum = 2;
        board.announcePolicy(next);
        vm.warp(block.timestamp + TIGHTENING_NOTICE - 1);
        uint256 roundId = _drawRound();
        uint256 committee = _committee(roundId);
        vm.warp(block.timestamp + 1);
        vault.bondSeat(_addSeat(SEATS), SEAT_BOND);
        _same(board.currentPolicyId(), 2, "another policy is in force");
        _same(_committee(roundId), committee, "committee");
        _same(assay.round(roundId).policyId, 1, "policy");
        _nextEpoch();
        roundId = _drawRound();
        _same(_count(_committee(roundId)), 3, "the next round takes both");
        _same(assay.round(roundId).seatsPointer.code.length, 1 + 20 * (SEATS + 1), "seats");
    }

    function test_RevertWhen_RoundAlreadyOpen() public {
        assay.openRound();
        _expect(abi.encodeWithSelector(IAssay.RoundAlreadyOpen.selector, 1));
        assay.openRound();
    }

    function test_RevertWhen_NoPolicyOrSeats() public {
        PolicyBoard empty = new PolicyBoard(address(this));
        Assay other = new Assay(address(empty), address(vault), address(court), EPOCH);
        _expect(abi.encodeWithSelector(IPolicyBoard.UnknownPolicy.selector, 0, 0));
        other.openRound();
        empty.announcePolicy(_policy());
        _expect(abi.encodeWithSelector(IAssay.NoSeats.selector));
        other.openRound();
    }

    // ---------------------------------------------------------------- entropy
    function test_CaptureEntropy() public {
        _register(DIGEST);
        assay.openRound();
        uint256 entropyBlock = assay.round(1).entropyBlock;
        vm.roll(entropyBlock + 1);
        bytes32 hash = keccak256("entropy");
        vm.setBlockhash(entropyBlock, hash);
        bytes32 seed = keccak256(abi.encode(hash, uint256(1)));
        uint256[] memory committees = CommitteeLib.committeesOf(seed, SEATS, _policy());
        _expectAssayEvent();
        emit IAssay.EntropyCaptured(1, seed, committees, 13);
        _same(assay.captureEntropy(1), seed, "seed");
        Round memory drawn = assay.round(1);
        _same(drawn.seed, seed, "stored");
        _same(drawn.lotterySlots, 13, "a fifth of 64 slots, rounded up");
        _same(drawn.modelCount, 1, "models");
        _same(_committee(1), committees[0], "committee");
        _same(_count(_committee(1)), 7, "members");
    }

    function test_RevertWhen_CaptureNotOpen() public {
        _expect(abi.encodeWithSelector(IAssay.RoundNotOpen.selector, 5));
        assay.captureEntropy(5);
    }

    function test_RevertWhen_EntropyNotReady() public {
        assay.openRound();
        uint256 ready = block.number + 2;
        for (uint256 early; early < 2; ++early) {
            vm.roll(ready - early);
            _expect(abi.encodeWithSelector(IAssay.EntropyNotReady.selector, ready, ready - early));
            assay.captureEntropy(1);
        }
    }

    /// @dev The last block that BLOCKHASH reaches.
    function test_CaptureEntropy_After256Blocks() public {
        uint256 entropyBlock = _openAndRoll(256);
        vm.setBlockhash(entropyBlock, keccak256("entropy"));
        _same(assay.captureEntropy(1), keccak256(abi.encode(keccak256("entropy"), uint256(1))), "seed");
    }

    /// @dev Further back the history contract answers (its code as in EIP-2935).
    function test_CaptureEntropy_FromBlockHistory() public {
        uint256 entropyBlock = _openAndRoll(8_191);
        vm.etch(BLOCK_HASHES, BLOCK_HASHES_CODE);
        vm.store(BLOCK_HASHES, bytes32(entropyBlock % 8_191), keccak256("entropy"));
        _same(assay.captureEntropy(1), keccak256(abi.encode(keccak256("entropy"), uint256(1))), "seed");
    }

    /// @dev BLOCKHASH answers 0 from there on.
    function test_CaptureEntropy_WhereBlockHistoryTakesOver() public {
        uint256 entropyBlock = _openAndRoll(257);
        vm.etch(BLOCK_HASHES, BLOCK_HASHES_CODE);
        vm.store(BLOCK_HASHES, bytes32(entropyBlock % 8_191), keccak256("entropy"));
        _same(assay.captureEntropy(1), keccak256(abi.encode(keccak256("entropy"), uint256(1))), "seed");
    }

    function test_RevertWhen_EntropyLost() public {
        uint256 entropyBlock = _openAndRoll(8_192);
        vm.etch(BLOCK_HASHES, BLOCK_HASHES_CODE);
        _expect(abi.encodeWithSelector(IAssay.EntropyLost.selector, entropyBlock, block.number));
        assay.captureEntropy(1);
        _nextEpoch();
        _drawRound();
    }

    /// @dev Without a history contract, and with one that fails and says why: its words are no hash.
    function test_RevertWhen_EntropyLostWithoutHistory() public {
        uint256 entropyBlock = _openAndRoll(257);
        _expect(abi.encodeWithSelector(IAssay.EntropyLost.selector, entropyBlock, block.number));
        assay.captureEntropy(1);
        vm.etch(BLOCK_HASHES, "");
        _expect(abi.encodeWithSelector(IAssay.EntropyLost.selector, entropyBlock, block.number));
        assay.captureEntropy(1);
    }

    function _openAndRoll(uint256 distance) private returns (uint256 entropyBlock) {
        assay.openRound();
        entropyBlock = assay.round(1).entropyBlock;
        vm.roll(entropyBlock + distance);
    }

    function test_RevertWhen_EntropyAlreadyCaptured() public {
        uint256 roundId = _drawRound();
        _expect(abi.encodeWithSelector(IAssay.EntropyAlreadyCaptured.selector, roundId));
        assay.captureEntropy(roundId);
    }

    function test_RevertWhen_CommitteeNotDrawn() public {
        _expect(abi.encodeWithSelector(IAssay.RoundNotOpen.selector, 1));
        assay.committeeOf(1, 0);
        assay.openRound();
        bytes memory reason = abi.encodeWithSelector(IAssay.EntropyNotCaptured.selector, 1);
        _expect(reason);
        assay.committeeOf(1, 0);
        _expect(reason);
        assay.shardsOf(1);
        _expect(reason);
        assay.shardOf(1, DIGEST);
        _expect(reason);
        assay.lotteryDraw(1, 0, 0);
    }

    function testFuzz_Committee_SizeAndRange(bytes32 hash) public {
        assay.openRound();
        vm.assume(hash != 0);
        _capture(1, hash);
        uint256 committee = _committee(1);
        _same(_count(committee), 7, "size");
        _same(committee >> SEATS, 0, "only seats");
    }
}
