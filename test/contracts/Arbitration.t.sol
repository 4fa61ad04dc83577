// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { OwnerArbitrator } from "../../contracts/arbitrators/OwnerArbitrator.sol";
import { Batch } from "../../contracts/interfaces/IAssay.sol";
import { IArbitrable } from "../../contracts/interfaces/IArbitrable.sol";
import { IArbitrator } from "../../contracts/interfaces/IArbitrator.sol";
import { ICourt, Outcome, Stage } from "../../contracts/interfaces/ICourt.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { CourtFixture } from "./CourtFixture.sol";
import { MedianProofFixture } from "./MedianProofFixture.sol";
import { vm } from "./Vm.sol";
import { HostileArbitrator } from "./harness/HostileArbitrator.sol";

/// @notice Court.appealToArbitrator, rule, and execute after them; OwnerArbitrator.
contract ArbitrationTest is MedianProofFixture {
    uint256 private constant FEE = 1 ether;
    uint256 private constant BOND = 2_000 * UNIT;
    uint256 private constant REFUSED = 0;
    uint256 private constant STANDS = 1;
    uint256 private constant OVERTURNED = 2;

    OwnerArbitrator private arbitrator;

    function setUp() public override {
        arbitrator = new OwnerArbitrator(address(this), FEE);
        super.setUp();
        vm.deal(other, 100 ether);
    }

    function _standards() internal view override returns (Policy memory policy) {
        policy = _policy();
        policy.arbitrator = address(arbitrator);
    }

    function _appealed(uint256 newWord) private returns (uint256 disputeId) {
        disputeId = _reevaluated(newWord);
        vm.prank(other);
        court.appealToArbitrator{ value: FEE }(disputeId);
    }

    /// @dev What the appellants of both levels have paid in the end: forfeited deposits.
    function _paid(uint256 ownersBefore, uint256 othersBefore) private view returns (uint256 first, uint256 second) {
        return (ownersBefore - token.balanceOf(owner), othersBefore - token.balanceOf(other));
    }

    function _settled(uint256 newWord, uint256 ruling) private returns (uint256 first, uint256 second) {
        (uint256 owners, uint256 others) = (token.balanceOf(owner), token.balanceOf(other));
        uint256 disputeId = _appealed(newWord);
        arbitrator.giveRuling(0, ruling);
        vm.recordLogs();
        _execute(disputeId);
        _noteFreeze();
        _same(vault.depositsHeld(), 0, "held");
        return _paid(owners, others);
    }

    // ---------------------------------------------------------------- appeal
    function test_AnAppealTakesTwiceTheDepositAndTheArbitratorsCost() external {
        uint256 disputeId = _reevaluated(_bad());
        uint256 before = token.balanceOf(other);
        vm.expectEmit(true, true, true, true, address(court));
        emit ICourt.AppealedToArbitrator(
            disputeId,
            other,
            address(arbitrator),
            0,
            block.timestamp + 7 * EPOCH,
            2 * DEPOSIT
        );
        vm.prank(other);
        court.appealToArbitrator{ value: FEE }(disputeId);
        _same(before - token.balanceOf(other), 2 * DEPOSIT, "deposit");
        _same(address(arbitrator).balance, FEE, "cost");
        _isTrue(court.dispute(disputeId).stage == Stage.Appealed, "stage");
        _same(court.dispute(disputeId).deadline, block.timestamp + 7 * EPOCH, "deadline");
    }

    function test_RevertWhen_TheCostIsNotSentExactly() external {
        uint256 disputeId = _reevaluated(_bad());
        _expect(_reason(ICourt.WrongArbitrationFee.selector, FEE - 1, FEE));
        vm.prank(other);
        court.appealToArbitrator{ value: FEE - 1 }(disputeId);
        _expect(_reason(ICourt.WrongArbitrationFee.selector, FEE + 1, FEE));
        vm.prank(other);
        court.appealToArbitrator{ value: FEE + 1 }(disputeId);
    }

    function test_RevertWhen_TheWindowIsOver() external {
        uint256 disputeId = _reevaluated(_bad());
        uint256 deadline = court.dispute(disputeId).deadline;
        vm.warp(deadline);
        _expect(_reason(ICourt.StageOver.selector, deadline, deadline));
        vm.prank(other);
        court.appealToArbitrator{ value: FEE }(disputeId);
    }

    function test_RevertWhen_ThereIsNoVerdictYet() external {
        _fail();
        uint256 disputeId = _appeal();
        _expect(abi.encodeWithSelector(ICourt.WrongStage.selector, disputeId, Stage.Opened));
        vm.prank(other);
        court.appealToArbitrator{ value: FEE }(disputeId);
    }

    // ---------------------------------------------------------------- rulings
    function test_RulingAsTheCommitteeConfirmedForfeitsBothDeposits() external {
        (uint256 first, uint256 second) = _settled(_bad(), STANDS);
        _same(first, DEPOSIT, "first");
        _same(second, 2 * DEPOSIT, "second");
        _isTrue(_modelBond() < BOND && !frozen.contested, "released in time");
    }

    /// @dev Committee and arbitrator were both wrong: neither appellant disputed in vain.
    function test_AProofAfterTheRulingGivesBothDepositsBack() external {
        (uint256 owners, uint256 others) = (token.balanceOf(owner), token.balanceOf(other));
        Batch memory batch = _measure(_bad(), _good());
        uint256 disputeId = _appeal();
        _draw(disputeId);
        _reevaluate(disputeId, _bad());
        vm.prank(other);
        court.appealToArbitrator{ value: FEE }(disputeId);
        arbitrator.giveRuling(0, STANDS);
        inspector.proveWrongMedian(_proof(batch, _good()), log, frozen);
        court.execute(disputeId, frozen, _noLog());
        (uint256 first, uint256 second) = _paid(owners, others);
        _same(first + second, 0, "deposits");
    }

    function test_OverturningAConfirmedResultGivesEverythingBack() external {
        (uint256 first, uint256 second) = _settled(_bad(), OVERTURNED);
        _same(first + second, 0, "deposits");
        _same(_modelBond(), BOND, "bond");
        // The second committee measured as bad a result: nothing takes the place of the first.
        _same(court.correctionOf(versionId, roundId).newWord, 0, "no word");
        _same(court.correctionOf(versionId, roundId).word, _bad(), "corrected");
    }

    function test_ConfirmingAnOverturnedResultForfeitsTheFirstDeposit() external {
        (uint256 first, uint256 second) = _settled(_good(), STANDS);
        _same(first, DEPOSIT, "first");
        _same(second, 0, "second");
        _isTrue(_modelBond() < BOND, "not restored");
        _same(court.correctionOf(versionId, roundId).word, 0, "score stands");
    }

    function test_RulingAsTheCommitteeOverturnedForfeitsTheSecondDeposit() external {
        (uint256 first, uint256 second) = _settled(_good(), OVERTURNED);
        _same(first, 0, "first");
        _same(second, 2 * DEPOSIT, "second");
        _same(token.balanceOf(address(0xdEaD)), DEPOSIT, "of which half is burnt");
        _same(_modelBond(), BOND, "bond");
        _same(court.correctionOf(versionId, roundId).newWord, _good(), "the second measurement");
    }

    /// @dev What the second committee measured takes nobody's place then.
    function test_ConfirmingAnOverturnedResultTellsNoOtherWord() external {
        uint256 disputeId = _appealed(_good());
        arbitrator.giveRuling(0, STANDS);
        _isOutcome(disputeId, Outcome.Confirmed, 0, false);
        _execute(disputeId);
    }

    function test_RefusingToRuleGivesStakeAndDepositsBack() external {
        (uint256 first, uint256 second) = _settled(_bad(), REFUSED);
        _same(first + second, 0, "deposits");
        _same(_modelBond(), BOND, "bond");
        _same(court.correctionOf(versionId, roundId).word, 0, "score stands");
    }

    /// @dev Nobody undoes what a committee found by asking an arbitrator that does not answer.
    function test_RefusingToRuleLeavesAnOverturnedResultOverturned() external {
        (uint256 first, uint256 second) = _settled(_good(), REFUSED);
        _same(first + second, 0, "deposits");
        _same(_modelBond(), BOND, "bond");
        _same(court.correctionOf(versionId, roundId).newWord, _good(), "corrected");
    }

    function test_SilenceIsARefusal() external {
        (uint256 owners, uint256 others) = (token.balanceOf(owner), token.balanceOf(other));
        uint256 disputeId = _appealed(_bad());
        uint256 deadline = court.dispute(disputeId).deadline;
        vm.warp(deadline - 1);
        _expect(_reason(ICourt.StagePending.selector, deadline, deadline - 1));
        _execute(disputeId);
        vm.warp(deadline);
        _isOutcome(disputeId, Outcome.Unresolved, 0, true);
        _execute(disputeId);
        (uint256 first, uint256 second) = _paid(owners, others);
        _same(first + second, 0, "deposits");
        _same(_modelBond(), BOND, "bond");
    }

    function test_ARulingThatComesTooLateChangesNothing() external {
        uint256 disputeId = _appealed(_bad());
        vm.warp(court.dispute(disputeId).deadline);
        arbitrator.giveRuling(0, STANDS);
        _isTrue(court.dispute(disputeId).stage == Stage.Appealed, "not ruled");
        _execute(disputeId);
        _same(_modelBond(), BOND, "bond");
    }

    function test_ARulingLongAfterTheDeadlineChangesNothing() external {
        uint256 disputeId = _appealed(_bad());
        vm.warp(court.dispute(disputeId).deadline + 1);
        arbitrator.giveRuling(0, STANDS);
        _isTrue(court.dispute(disputeId).stage == Stage.Appealed, "not ruled");
        _execute(disputeId);
        _same(_modelBond(), BOND, "bond");
    }

    /// @dev ERC-792's event for the arbitrator's number, the court's own for what it means.
    function test_ARulingIsToldInBothLanguages() external {
        uint256 disputeId = _appealed(_bad());
        vm.expectEmit(true, true, true, true, address(court));
        emit IArbitrable.Ruling(arbitrator, 0, OVERTURNED);
        vm.expectEmit(true, true, true, true, address(court));
        emit ICourt.Ruled(disputeId, Outcome.Overturned);
        arbitrator.giveRuling(0, OVERTURNED);
    }

    /// @dev A result that is to vanish can vanish only when its round is closed; stake and deposits do not wait for that.
    function test_AResultOverturnedWhileItsRoundIsOpenIsRectifiedLater() external {
        uint256 disputeId = _appealed(_bad());
        arbitrator.giveRuling(0, OVERTURNED);
        uint256 memoryWord = assay.memoryOf(versionId);
        _isTrue(block.timestamp < assay.closesAt(roundId), "open");
        _execute(disputeId);
        _same(_modelBond(), BOND, "bond");
        _same(assay.memoryOf(versionId), memoryWord, "not yet");
        vm.warp(assay.closesAt(roundId));
        court.rectify(versionId, roundId, versionId, log);
        _isTrue(assay.memoryOf(versionId) != memoryWord, "rectified");
    }

    function test_RevertWhen_SomebodyElseRules() external {
        _appealed(_bad());
        _expect(abi.encodeWithSelector(ICourt.UnknownArbitration.selector, address(this), 0));
        court.rule(0, STANDS);
    }

    // ---------------------------------------------------------------- hostile arbitrators
    function _hostile() private returns (HostileArbitrator hostile, uint256 disputeId) {
        disputeId = _reevaluated(_bad());
        hostile = new HostileArbitrator(court);
        vm.etch(address(arbitrator), address(hostile).code);
        hostile = HostileArbitrator(address(arbitrator));
        // The storage is still the other's.
        hostile.setMode(HostileArbitrator.Mode.Accept);
    }

    function test_AnArbitratorThatRefusesTheDisputeLeavesTheVerdict() external {
        (HostileArbitrator hostile, uint256 disputeId) = _hostile();
        hostile.setMode(HostileArbitrator.Mode.Refuse);
        _expect(abi.encodeWithSelector(HostileArbitrator.Refused.selector));
        vm.prank(other);
        court.appealToArbitrator(disputeId);
        vm.warp(court.dispute(disputeId).deadline);
        _isOutcome(disputeId, Outcome.Confirmed, 0, false);
        _execute(disputeId);
    }

    function test_AnArbitratorThatComesBackInGetsNowhere() external {
        (HostileArbitrator hostile, uint256 disputeId) = _hostile();
        hostile.setMode(HostileArbitrator.Mode.Reenter);
        hostile.setCalldata(abi.encodeCall(ICourt.appealToArbitrator, (disputeId)));
        vm.prank(other);
        court.appealToArbitrator(disputeId);
        _isTrue(!hostile.answered(), "appeal refused");
    }

    function test_AnArbitratorThatExecutesMeanwhileGetsNowhere() external {
        (HostileArbitrator hostile, uint256 disputeId) = _hostile();
        hostile.setMode(HostileArbitrator.Mode.Reenter);
        hostile.setCalldata(abi.encodeCall(ICourt.execute, (disputeId, frozen, log)));
        vm.prank(other);
        court.appealToArbitrator(disputeId);
        _isTrue(!hostile.answered(), "execution refused");
    }

    function test_AnArbitratorThatRulesMeanwhileGetsNowhere() external {
        (HostileArbitrator hostile, uint256 disputeId) = _hostile();
        hostile.setMode(HostileArbitrator.Mode.Reenter);
        hostile.setCalldata(abi.encodeCall(IArbitrable.rule, (0, STANDS)));
        vm.prank(other);
        court.appealToArbitrator(disputeId);
        _isTrue(!hostile.answered(), "ruling refused");
        _isTrue(court.dispute(disputeId).stage == Stage.Appealed, "stage");
    }

    function test_AnyOtherNumberIsARefusal() external {
        (HostileArbitrator hostile, uint256 disputeId) = _hostile();
        vm.prank(other);
        court.appealToArbitrator(disputeId);
        hostile.rule(0, 77);
        _isOutcome(disputeId, Outcome.Unresolved, 0, true);
        _execute(disputeId);
    }

    function test_TheFirstRulingCounts() external {
        (HostileArbitrator hostile, uint256 disputeId) = _hostile();
        vm.prank(other);
        court.appealToArbitrator(disputeId);
        hostile.rule(0, STANDS);
        hostile.rule(0, OVERTURNED);
        _isOutcome(disputeId, Outcome.Confirmed, 0, false);
        _execute(disputeId);
    }

    function test_RevertWhen_AnArbitratorRepeatsItself() external {
        (, uint256 disputeId) = _hostile();
        vm.prank(other);
        court.appealToArbitrator(disputeId);
        delete log;
        (modelId, versionId) = _standardModel();
        uint256 second = _reevaluated(_bad());
        _expect(abi.encodeWithSelector(ICourt.ArbitratorRepeated.selector, address(arbitrator), 0));
        vm.prank(other);
        court.appealToArbitrator(second);
    }

    // ---------------------------------------------------------------- the owner as arbitrator
    function test_TheOwnerTakesTheFees() external {
        _appealed(_bad());
        vm.expectEmit(true, true, true, true, address(arbitrator));
        emit OwnerArbitrator.FeesWithdrawn(stranger, FEE);
        arbitrator.withdrawFees(payable(stranger));
        _same(stranger.balance, FEE, "fees");
    }

    function test_RevertWhen_TheDisputeIsDecided() external {
        _appealed(_bad());
        arbitrator.giveRuling(0, STANDS);
        _isTrue(arbitrator.disputeStatus(0) == IArbitrator.DisputeStatus.Solved, "solved");
        _same(arbitrator.currentRuling(0), STANDS, "ruling");
        _expect(abi.encodeWithSelector(OwnerArbitrator.NotWaiting.selector, 0));
        arbitrator.giveRuling(0, OVERTURNED);
    }

    function test_RevertWhen_TheDisputeDoesNotOfferTheChoice() external {
        _appealed(_bad());
        _expect(_reason(OwnerArbitrator.NoSuchChoice.selector, 3, 2));
        arbitrator.giveRuling(0, 3);
    }

    function test_RevertWhen_TheFeeIsTooLow() external {
        _expect(_reason(OwnerArbitrator.FeeTooLow.selector, FEE - 1, FEE));
        arbitrator.createDispute{ value: FEE - 1 }(2, "");
    }

    function test_RevertWhen_SomebodyElseActsAsTheOwner() external {
        arbitrator.createDispute{ value: FEE }(2, "");
        bytes memory reason = abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, stranger);
        _expect(reason);
        vm.prank(stranger);
        arbitrator.giveRuling(0, STANDS);
        _expect(reason);
        vm.prank(stranger);
        arbitrator.setFee(0);
        _expect(reason);
        vm.prank(stranger);
        arbitrator.withdrawFees(payable(stranger));
    }

    function test_TheOwnerSetsTheFee() external {
        vm.expectEmit(true, true, true, true, address(arbitrator));
        emit OwnerArbitrator.FeeChanged(2 * FEE);
        arbitrator.setFee(2 * FEE);
        _same(arbitrator.arbitrationCost(""), 2 * FEE, "fee");
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        vm.expectEmit(true, true, true, true, next);
        emit OwnerArbitrator.FeeChanged(FEE);
        new OwnerArbitrator(address(this), FEE);
    }

    function test_DisputesAreNumberedFromZero() external {
        _same(arbitrator.createDispute{ value: FEE }(2, ""), 0, "the first");
        _same(arbitrator.createDispute{ value: FEE }(2, ""), 1, "the second");
    }

    function test_WhoeverPaysMoreThanTheFeeIsHeardToo() external {
        _same(arbitrator.createDispute{ value: FEE + 1 }(2, ""), 0, "dispute");
        _same(address(arbitrator).balance, FEE + 1, "kept");
    }

    function test_ADisputeIsAnnounced() external {
        vm.expectEmit(true, true, true, true, address(arbitrator));
        emit IArbitrator.DisputeCreation(0, IArbitrable(address(this)));
        arbitrator.createDispute{ value: FEE }(2, "");
    }

    function test_AsManyChoicesAsANumberHolds() external {
        _same(arbitrator.createDispute{ value: FEE }(type(uint40).max, ""), 0, "dispute");
        _expect(_reason(OwnerArbitrator.ChoicesOutOfBounds.selector, 1 << 40, type(uint40).max));
        arbitrator.createDispute{ value: FEE }(1 << 40, "");
    }

    function test_RevertWhen_ThereIsNothingToChoose() external {
        _expect(_reason(OwnerArbitrator.ChoicesOutOfBounds.selector, 0, type(uint40).max));
        arbitrator.createDispute{ value: FEE }(0, "");
    }

    function test_RevertWhen_ThereIsNoSuchDispute() external {
        for (uint256 id; id < 2; ++id) {
            bytes memory reason = abi.encodeWithSelector(OwnerArbitrator.NotWaiting.selector, id);
            _expect(reason);
            arbitrator.disputeStatus(id);
            _expect(reason);
            arbitrator.currentRuling(id);
            _expect(reason);
            arbitrator.giveRuling(id, STANDS);
        }
    }

    function test_ADisputeWaitsWithoutARuling() external {
        arbitrator.createDispute{ value: FEE }(2, "");
        _isTrue(arbitrator.disputeStatus(0) == IArbitrator.DisputeStatus.Waiting, "waiting");
        _same(arbitrator.currentRuling(0), REFUSED, "none");
        (uint256 start, uint256 end) = arbitrator.appealPeriod(0);
        _same(start | end, 0, "nobody can appeal");
    }

    function test_RevertWhen_SomebodyAppealsToTheOwner() external {
        _expect(abi.encodeWithSelector(OwnerArbitrator.NotAppealable.selector, 0));
        arbitrator.appeal(0, "");
        _same(arbitrator.appealCost(0, ""), type(uint256).max, "out of reach");
    }
}

/// @notice A policy that names nobody.
contract NoArbitratorTest is CourtFixture {
    function test_RevertWhen_ThePolicyNamesNoArbitrator() external {
        uint256 disputeId = _reevaluated(_bad());
        _expect(abi.encodeWithSelector(ICourt.NoArbitrator.selector, disputeId));
        court.appealToArbitrator(disputeId);
    }
}
