// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Court } from "../../contracts/Court.sol";
import { IAssay } from "../../contracts/interfaces/IAssay.sol";
import { FreezeRecord, IAssayVault } from "../../contracts/interfaces/IAssayVault.sol";
import { Dispute, ICourt, Outcome, Stage } from "../../contracts/interfaces/ICourt.sol";
import { DataCode } from "../../contracts/libraries/DataCode.sol";
import { SeedLib } from "../../contracts/libraries/SeedLib.sol";
import { CourtFixture } from "./CourtFixture.sol";
import { vm, VmLog } from "./Vm.sol";

/// @notice Court.appeal, drawCommittee, postReevaluation.
contract AppealTest is CourtFixture {
    // ---------------------------------------------------------------- appeal
    function test_AnAppealTakesADepositAndHoldsTheFreeze() external {
        _fail();
        uint256 before = token.balanceOf(owner);
        uint256 disputeId = _appeal();
        _same(disputeId, 1, "first");
        _same(court.disputeOf(versionId, roundId), 1, "found by its result");
        _same(before - token.balanceOf(owner), DEPOSIT, "paid");
        _isTrue(frozen.contested, "contested");
        vm.warp(frozen.releasableAt);
        _expect(abi.encodeWithSelector(IAssayVault.FreezeContested.selector, versionId, roundId));
        vault.release(frozen);
    }

    function test_ADisputeSaysWhatItIsAbout() external {
        _fail();
        vm.recordLogs();
        Dispute memory opened = court.dispute(court.appeal(versionId, log, 0, frozen));
        _isTold(vm.getRecordedLogs(), opened);
        _same(opened.versionId, versionId, "version");
        _same(opened.roundId, roundId, "round");
        _same(opened.word, _bad(), "word");
        _same(opened.policyPointer, assay.round(roundId).policyPointer, "policy");
        _same(opened.seatsPointer, board.seatsPointer(), "seats");
        _same(opened.entropyBlock, block.number + 2, "entropy block");
        _same(opened.deadline, block.timestamp + 4 * EPOCH, "deadline");
        _same(opened.appellant, address(this), "appellant");
        _isTrue(opened.stage == Stage.Opened, "stage");
    }

    /// @dev That all seven families failed, that a freeze waits, and what was paid, first of all.
    function _isTold(VmLog[] memory logs, Dispute memory opened) private view {
        _same(logs[0].topics[0], ICourt.DisputeOpened.selector, "event");
        _same(logs[0].topics[1], bytes32(uint256(1)), "dispute");
        _same(logs[0].topics[2], versionId, "version");
        _same(logs[0].topics[3], bytes32(roundId), "round");
        _same(keccak256(logs[0].data), keccak256(abi.encode(opened, 0x7f, true, DEPOSIT)), "the rest");
    }

    function test_RevertWhen_TheResultIsDisputedAlready() external {
        _fail();
        _appeal();
        _expect(abi.encodeWithSelector(ICourt.AlreadyDisputed.selector, 1));
        court.appeal(versionId, log, 0, frozen);
    }

    function test_RevertWhen_TheLogIsAnother() external {
        _fail();
        log.memoryBefore ^= 1;
        _expect(abi.encodeWithSelector(ICourt.UnknownLog.selector, versionId));
        court.appeal(versionId, log, 0, frozen);
    }

    function test_RevertWhen_TheLogHasNoSuchEntry() external {
        _fail();
        for (uint256 index = 1; index < 3; ++index) {
            _expect(_reason(ICourt.NoSuchEntry.selector, index, 1));
            court.appeal(versionId, log, index, frozen);
        }
    }

    function test_RevertWhen_TheResultDidNotFail() external {
        _fail();
        _measure(_good(), _good());
        _expect(abi.encodeWithSelector(ICourt.NotFailing.selector, _good()));
        court.appeal(versionId, log, 1, frozen);
    }

    function test_RevertWhen_TheRecordNamesAnotherCourt() external {
        address another = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        _expect(abi.encodeWithSelector(ICourt.NotConnected.selector, another, address(court)));
        new Court(address(assay));
    }

    function test_TheCourtNamesTheVaultOfItsRecord() external view {
        _isTrue(court.vault() == address(vault), "vault");
        _same(court.assay(), address(assay), "record");
        _same(court.policyBoard(), address(board), "board");
        _same(inspector.court(), address(court), "the inspector's court");
    }

    function test_RevertWhen_TheFreezeIsNotShown() external {
        _fail();
        FreezeRecord memory none;
        _expect(abi.encodeWithSelector(ICourt.WrongFreeze.selector, versionId, roundId));
        court.appeal(versionId, log, 0, none);
    }

    function test_RevertWhen_TheFreezeCanBeReleased() external {
        _fail();
        for (uint256 late; late < 2; ++late) {
            vm.warp(frozen.releasableAt + late);
            _expect(_reason(ICourt.AppealTooLate.selector, frozen.releasableAt, frozen.releasableAt + late));
            court.appeal(versionId, log, 0, frozen);
        }
    }

    /// @dev A result that froze nothing (here: released already) can be disputed as long as one that did.
    function test_RevertWhen_TheWindowIsOverWithoutAFreeze() external {
        _fail();
        uint256 until = frozen.releasableAt;
        vm.warp(until);
        vault.release(frozen);
        _expect(_reason(ICourt.AppealTooLate.selector, until, until));
        court.appeal(versionId, log, 0, frozen);
    }

    /// @dev A new version inherits the log; the result in it stays the older version's.
    function test_RevertWhen_TheEntryIsAboutAnotherVersion() external {
        _fail();
        vm.prank(owner);
        bytes32 next = assay.addVersion(modelId, NEXT_DIGEST, "", 0);
        uint256 failed = roundId;
        roundId = assay.currentRoundId();
        _noteEntry(0, 2, next, 0);
        log.entries[1].policyPointer = address(0);
        _isTrue(assay.isLog(next, log), "inherited");
        _expect(abi.encodeWithSelector(ICourt.NotInLog.selector, next, failed));
        court.appeal(next, log, 0, frozen);
        // Nor is that it inherited the log a result of its own.
        _expect(abi.encodeWithSelector(ICourt.NotInLog.selector, next, roundId));
        court.appeal(next, log, 1, frozen);
    }

    // ---------------------------------------------------------------- draw
    function test_TheSecondCommitteeIsDisjoint() external {
        _fail();
        uint256 committee = _draw(_appeal());
        _same(_count(committee), 15, "members");
        _same(committee & _committee(roundId), 0, "in both");
        _same(committee >> SEATS, 0, "no other seats");
    }

    function testFuzz_TheSecondCommitteeIsDisjointWhateverTheSeed(bytes32 entropy) external {
        _fail();
        uint256 disputeId = _appeal();
        vm.roll(block.number + 3);
        vm.setBlockhash(block.number - 1, entropy == 0 ? bytes32(uint256(1)) : entropy);
        court.drawCommittee(disputeId);
        uint256 committee = court.dispute(disputeId).committee;
        _same(_count(committee), 15, "members");
        _same(committee & _committee(roundId), 0, "in both");
    }

    /// @dev The last seat of those not yet drawn is swapped with one of them; whoever measured before is passed over.
    function test_TheSecondCommitteeIsShuffledFromTheEnd() external {
        _fail();
        uint256 disputeId = _appeal();
        bytes32 entropy = keccak256(abi.encode("block", court.dispute(disputeId).entropyBlock));
        bytes32 seed = SeedLib.roundSeed(entropy, disputeId);
        uint256[] memory seats = new uint256[](SEATS);
        for (uint256 i; i < SEATS; ++i) seats[i] = i;
        uint256 expected;
        for (uint256 left = SEATS; _count(expected) < 15; --left) {
            uint256 place = uint256(keccak256(abi.encode(seed, left - 1))) % left;
            (seats[place], seats[left - 1]) = (seats[left - 1], seats[place]);
            expected |= (1 << seats[left - 1]) & ~_committee(roundId);
        }
        _mine(3);
        vm.expectEmit(true, true, true, true, address(court));
        emit ICourt.CommitteeDrawn(disputeId, seed, expected, court.dispute(disputeId).deadline);
        court.drawCommittee(disputeId);
        _same(court.dispute(disputeId).committee, expected, "committee");
    }

    /// @dev Under a new key it is still the same evaluator.
    function test_ASeatThatRotatedItsKeyIsStillLeftOut() external {
        _fail();
        uint256 first = _committee(roundId);
        for (uint256 i; i < 7; ++i) {
            uint256 seatId = _lowest(first);
            first &= first - 1;
            board.rotateSigner(seatId, vm.addr(KEY + 100 + i), _proof(KEY + 100 + i, seatId));
        }
        board.sealSeats();
        uint256 disputeId = _appeal();
        uint256 committee = _draw(disputeId);
        _same(_count(committee), 15, "members");
        bytes memory seats = DataCode.read(court.dispute(disputeId).seatsPointer);
        for (; committee != 0; committee &= committee - 1) {
            uint256 seatId = board.seatOfSigner(DataCode.addressAt(seats, _lowest(committee))) - 1;
            _same((_committee(roundId) >> seatId) & 1, 0, "measured before");
        }
    }

    /// @dev Seats are fixed before the seed can be known.
    function test_SeatsSealedAfterTheAppealDoNotCount() external {
        _fail();
        uint256 disputeId = _appeal();
        address pointer = board.seatsPointer();
        vault.bondSeat(_addSeat(SEATS), SEAT_BOND);
        board.sealSeats();
        _isTrue(board.seatsPointer() != pointer, "another list");
        _draw(disputeId);
        _same(court.dispute(disputeId).seatsPointer, pointer, "list");
    }

    function test_FewSeatsMakeASmallCommittee() external {
        for (uint256 i = 8; i < SEATS; ++i) board.leaveSeat(i);
        _fail();
        _same(_count(_draw(_appeal())), 1, "the one left");
    }

    function test_TheOneSeatLeftIsDrawnWhateverTheSeed() external {
        for (uint256 i = 8; i < SEATS; ++i) board.leaveSeat(i);
        _fail();
        uint256 disputeId = _appeal();
        vm.roll(block.number + 3);
        for (uint256 seed = 1; seed <= 40; ++seed) {
            uint256 before = vm.snapshotState();
            vm.setBlockhash(block.number - 1, keccak256(abi.encode(seed)));
            court.drawCommittee(disputeId);
            _same(_count(court.dispute(disputeId).committee), 1, "member");
            _isTrue(vm.revertToState(before), "the next seed");
        }
    }

    function test_WithoutSeatsTheDisputeEndsAtOnce() external {
        for (uint256 i = 7; i < SEATS; ++i) board.leaveSeat(i);
        _fail();
        uint256 bond = _modelBond();
        uint256 disputeId = _appeal();
        _same(_draw(disputeId), 0, "nobody");
        _isOutcome(disputeId, Outcome.Unresolved, 0, true);
        _execute(disputeId);
        _isTrue(_modelBond() > bond, "restored");
    }

    function test_WithoutASeatListTheDisputeEndsAtOnceToo() external {
        _fail();
        for (uint256 i; i < SEATS; ++i) board.leaveSeat(i);
        board.sealSeats();
        uint256 disputeId = _appeal();
        _same(court.dispute(disputeId).seatsPointer, address(0), "no list");
        _same(_draw(disputeId), 0, "nobody");
        _isOutcome(disputeId, Outcome.Unresolved, 0, true);
        _execute(disputeId);
    }

    function test_RevertWhen_TheEntropyIsNotKnown() external {
        _fail();
        uint256 disputeId = _appeal();
        uint256 ready = block.number + 2;
        for (uint256 early; early < 2; ++early) {
            vm.roll(ready - early);
            _expect(_reason(ICourt.EntropyNotReady.selector, ready, ready - early));
            court.drawCommittee(disputeId);
        }
    }

    /// @dev Whoever waits until the hash is gone gains nothing: another block's is taken, as unknown as the first.
    function test_EntropyThatIsOutOfReachMovesOn() external {
        _fail();
        uint256 disputeId = _appeal();
        vm.roll(block.number + 300);
        vm.expectEmit(true, true, true, true, address(court));
        emit ICourt.EntropyMoved(disputeId, block.number + 2);
        court.drawCommittee(disputeId);
        _isTrue(court.dispute(disputeId).stage == Stage.Opened, "not drawn");
        _same(court.dispute(disputeId).entropyBlock, block.number + 2, "entropy block");
        _same(_count(_draw(disputeId)), 15, "drawn then");
    }

    function test_RevertWhen_ItIsDrawnAlready() external {
        _fail();
        uint256 disputeId = _appeal();
        _draw(disputeId);
        _expect(abi.encodeWithSelector(ICourt.WrongStage.selector, disputeId, Stage.Drawn));
        court.drawCommittee(disputeId);
    }

    function test_RevertWhen_ThereIsNoSuchDispute() external {
        _expect(abi.encodeWithSelector(ICourt.WrongStage.selector, 7, Stage.None));
        court.drawCommittee(7);
    }

    function test_RevertWhen_ItIsDrawnTooLate() external {
        _fail();
        uint256 disputeId = _appeal();
        uint256 deadline = court.dispute(disputeId).deadline;
        _mine(3);
        for (uint256 late; late < 2; ++late) {
            vm.warp(deadline + late);
            _expect(_reason(ICourt.StageOver.selector, deadline, deadline + late));
            court.drawCommittee(disputeId);
        }
    }

    // ---------------------------------------------------------------- re-evaluate
    function _drawn() private returns (uint256 disputeId, uint256 committee) {
        _fail();
        disputeId = _appeal();
        committee = _draw(disputeId);
    }

    function _postAs(uint256 disputeId, uint256 word, uint256 signers) private {
        bytes memory signatures = _signatures(court.reevaluationDigest(disputeId, word, 0), signers);
        court.postReevaluation(disputeId, word, 0, signers, signatures);
    }

    function test_AGoodSecondResultOverturns() external {
        (uint256 disputeId, uint256 committee) = _drawn();
        vm.expectEmit(true, true, true, true, address(court));
        emit ICourt.ReevaluationPosted(
            disputeId,
            _good(),
            0,
            committee,
            Outcome.Overturned,
            block.timestamp + 2 * EPOCH
        );
        _postAs(disputeId, _good(), committee);
        _isTrue(court.dispute(disputeId).stage == Stage.Reevaluated, "stage");
        _same(court.dispute(disputeId).deadline, block.timestamp + 2 * EPOCH, "deadline");
    }

    function test_ABadSecondResultConfirms() external {
        (uint256 disputeId, uint256 committee) = _drawn();
        _postAs(disputeId, _word(1_200), committee);
        _isTrue(court.dispute(disputeId).verdict == Outcome.Confirmed, "verdict");
    }

    function test_TwoThirdsOfTheCommitteeAreEnough() external {
        (uint256 disputeId, uint256 committee) = _drawn();
        _postAs(disputeId, _good(), _first(committee, 10));
        _isTrue(court.dispute(disputeId).stage == Stage.Reevaluated, "stage");
    }

    function test_RevertWhen_FewerThanTwoThirdsSigned() external {
        (uint256 disputeId, uint256 committee) = _drawn();
        uint256 signers = _first(committee, 9);
        bytes memory signatures = _signatures(court.reevaluationDigest(disputeId, _good(), 0), signers);
        _expect(_reason(ICourt.TooFewSigners.selector, 9, 10));
        court.postReevaluation(disputeId, _good(), 0, signers, signatures);
    }

    /// @dev Of two members one and a third.
    function test_RevertWhen_OneOfTwoSigned() external {
        for (uint256 i = 9; i < SEATS; ++i) board.leaveSeat(i);
        (uint256 disputeId, uint256 committee) = _drawn();
        _same(_count(committee), 2, "members");
        uint256 signers = _first(committee, 1);
        bytes memory signatures = _signatures(court.reevaluationDigest(disputeId, _good(), 0), signers);
        _expect(_reason(ICourt.TooFewSigners.selector, 1, 2));
        court.postReevaluation(disputeId, _good(), 0, signers, signatures);
    }

    function test_RevertWhen_AMemberOfTheFirstCommitteeSigned() external {
        (uint256 disputeId, uint256 committee) = _drawn();
        uint256 stranger_ = _lowest(_committee(roundId));
        uint256 signers = committee | (1 << stranger_);
        bytes memory signatures = _signatures(court.reevaluationDigest(disputeId, _good(), 0), signers);
        _expect(abi.encodeWithSelector(IAssay.NotInCommittee.selector, stranger_));
        court.postReevaluation(disputeId, _good(), 0, signers, signatures);
    }

    function test_WhatTheySignIsTypedData() external {
        _fail();
        bytes32 typeHash = keccak256(
            "Reevaluation(uint256 disputeId,bytes32 versionId,uint256 word,bytes32 reportsRoot)"
        );
        bytes32 structHash = keccak256(abi.encode(typeHash, _appeal(), versionId, _good(), bytes32("root")));
        bytes32 digest = keccak256(bytes.concat(hex"1901", court.domainSeparator(), structHash));
        _same(court.reevaluationDigest(1, _good(), "root"), digest, "digest");
    }

    function test_RevertWhen_TheySignedAnotherWord() external {
        (uint256 disputeId, uint256 committee) = _drawn();
        bytes memory signatures = _signatures(court.reevaluationDigest(disputeId, _bad(), 0), committee);
        (bool answered, ) = address(court).call(
            abi.encodeCall(ICourt.postReevaluation, (disputeId, _good(), 0, committee, signatures))
        );
        _isTrue(!answered, "refused");
    }

    function test_RevertWhen_ASignatureIsMissingOrTooMany() external {
        (uint256 disputeId, uint256 committee) = _drawn();
        bytes32 digest = court.reevaluationDigest(disputeId, _good(), 0);
        bytes memory tooFew = _signatures(digest, _first(committee, 14));
        bytes memory tooMany = bytes.concat(_signatures(digest, committee), hex"00");
        _expect(_reason(IAssay.SignatureLengthMismatch.selector, 14 * 64, 15 * 64));
        court.postReevaluation(disputeId, _good(), 0, committee, tooFew);
        _expect(_reason(IAssay.SignatureLengthMismatch.selector, 15 * 64 + 1, 15 * 64));
        court.postReevaluation(disputeId, _good(), 0, committee, tooMany);
    }

    function test_RevertWhen_TheWordIsMalformed() external {
        (uint256 disputeId, uint256 committee) = _drawn();
        _expect(abi.encodeWithSelector(ICourt.MalformedResult.selector, 1));
        court.postReevaluation(disputeId, 1, 0, committee, "");
    }

    function test_RevertWhen_AFailedFamilyWasNotMeasuredAgain() external {
        (uint256 disputeId, uint256 committee) = _drawn();
        uint256 word = _good() & ~(uint256(2) << 200);
        bytes memory signatures = _signatures(court.reevaluationDigest(disputeId, word, 0), committee);
        _expect(abi.encodeWithSelector(ICourt.FamiliesNotMeasured.selector, 2));
        court.postReevaluation(disputeId, word, 0, committee, signatures);
    }

    function test_RevertWhen_ItIsPostedAgain() external {
        (uint256 disputeId, uint256 committee) = _drawn();
        _postAs(disputeId, _good(), committee);
        _expect(abi.encodeWithSelector(ICourt.WrongStage.selector, disputeId, Stage.Reevaluated));
        court.postReevaluation(disputeId, _bad(), 0, committee, "");
    }

    function test_RevertWhen_ItIsPostedTooLate() external {
        (uint256 disputeId, uint256 committee) = _drawn();
        uint256 deadline = court.dispute(disputeId).deadline;
        vm.warp(deadline);
        _expect(_reason(ICourt.StageOver.selector, deadline, deadline));
        court.postReevaluation(disputeId, _good(), 0, committee, "");
    }
}
