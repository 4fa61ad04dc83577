// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, IAssay, LogEntry } from "../../contracts/interfaces/IAssay.sol";
import { FreezeRecord } from "../../contracts/interfaces/IAssayVault.sol";
import { ICourt, Outcome, Stage } from "../../contracts/interfaces/ICourt.sol";
import { Report, Request } from "../../contracts/interfaces/IInspector.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { CombineLib } from "../../contracts/libraries/CombineLib.sol";
import { DataCode } from "../../contracts/libraries/DataCode.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { PermitToken } from "../../contracts/tokens/PermitToken.sol";
import { CourtFixture } from "./CourtFixture.sol";
import { vm, VmLog } from "./Vm.sol";

/// @notice A token that refuses to pay accounts somebody has blocked.
contract BlockingToken is PermitToken {
    mapping(address => bool) public blocked;

    constructor(address holder, uint256 supply) PermitToken("Local", "LOC", holder, supply) {}

    function setBlocked(address account, bool isBlocked) external {
        blocked[account] = isBlocked;
    }

    function _update(address from, address to, uint256 value) internal override {
        require(!blocked[to], "blocked");
        super._update(from, to, value);
    }
}

/// @notice Court.execute, rectify, claimDeposit.
contract ExecuteTest is CourtFixture {
    uint256 private constant BOND = 2_000 * UNIT;

    function _token() internal override returns (PermitToken) {
        return new BlockingToken(address(this), 1e9 * UNIT);
    }

    function _block(address account, bool isBlocked) private {
        BlockingToken(address(token)).setBlocked(account, isBlocked);
    }

    function _end(uint256 disputeId) private {
        vm.warp(court.dispute(disputeId).deadline);
    }

    function _mem() private view returns (Memory memory) {
        return MemoryLib.unpack(assay.memoryOf(versionId));
    }

    /// @dev Memory as if the log's first result had been `word`, flags aside.
    function _sameAsMeasured(uint256 word) private view {
        Memory memory expected = MemoryLib.unpack(log.memoryBefore);
        LogEntry memory entry = log.entries[0];
        CombineLib.applyResult(
            expected,
            word,
            entry.roundId,
            entry.appliedAt,
            DataCode.readPolicy(entry.policyPointer)
        );
        Memory memory self = _mem();
        (expected.flags, self.flags) = (0, 0);
        _same(MemoryLib.pack(self), MemoryLib.pack(expected), "memory");
    }

    // ---------------------------------------------------------------- the three outcomes
    function test_AnOverturnedResultGivesStakeMemoryAndDepositBack() external {
        uint256 before = token.balanceOf(owner);
        uint256 disputeId = _reevaluated(_good());
        _isTrue(_modelBond() < BOND, "frozen");
        _end(disputeId);
        _isOutcome(disputeId, Outcome.Overturned, _good(), true);
        _execute(disputeId);
        _same(_modelBond(), BOND, "bond");
        _same(token.balanceOf(owner), before, "deposit");
        _same(vault.stakeOf(modelId).openFreezes, 0, "no freeze");
        _sameAsMeasured(_good());
    }

    function test_AConfirmedResultLosesTheDepositAndLetsTheFreezeGo() external {
        uint256 before = token.balanceOf(owner);
        uint256 disputeId = _reevaluated(_bad());
        uint256 memoryWord = assay.memoryOf(versionId);
        _end(disputeId);
        _isOutcome(disputeId, Outcome.Confirmed, 0, false);
        vm.recordLogs();
        _execute(disputeId);
        _noteFreeze();
        _same(before - token.balanceOf(owner), DEPOSIT, "deposit");
        _same(vault.depositsHeld(), 0, "held");
        _same(assay.memoryOf(versionId), memoryWord, "memory");
        vm.warp(frozen.releasableAt);
        vault.release(frozen);
        _isTrue(_modelBond() < BOND, "lost");
    }

    function test_WithoutAnAnswerStakeAndDepositGoBackAndTheScoreStands() external {
        uint256 before = token.balanceOf(owner);
        _fail();
        uint256 disputeId = _appeal();
        _draw(disputeId);
        uint256 memoryWord = assay.memoryOf(versionId);
        _end(disputeId);
        _isOutcome(disputeId, Outcome.Unresolved, 0, true);
        _execute(disputeId);
        _same(_modelBond(), BOND, "bond");
        _same(token.balanceOf(owner), before, "deposit");
        _same(assay.memoryOf(versionId), memoryWord, "memory");
    }

    function test_WithoutADrawTheSame() external {
        _fail();
        uint256 disputeId = _appeal();
        _end(disputeId);
        _isOutcome(disputeId, Outcome.Unresolved, 0, true);
        _execute(disputeId);
        _same(_modelBond(), BOND, "bond");
    }

    /// @dev All of it before the hold on withdrawals ends.
    function test_TheLongestDisputeEndsBeforeTheHold() external {
        _fail();
        vm.warp(frozen.releasableAt - 1);
        uint256 disputeId = _appeal();
        _draw(disputeId);
        vm.warp(court.dispute(disputeId).deadline - 1);
        _reevaluate(disputeId, _bad());
        // With the arbitrator's seven epochs on top of the two in which it can be asked.
        uint256 latest = court.dispute(disputeId).deadline + 7 * EPOCH;
        _isTrue(latest <= vault.stakeOf(modelId).heldUntil, "in time");
    }

    // ---------------------------------------------------------------- when
    function test_RevertWhen_TheCommitteeHasTime() external {
        _fail();
        uint256 disputeId = _appeal();
        uint256 deadline = court.dispute(disputeId).deadline;
        vm.warp(deadline - 1);
        _expect(_reason(ICourt.StagePending.selector, deadline, deadline - 1));
        _execute(disputeId);
    }

    function test_RevertWhen_TheVerdictCanBeAppealed() external {
        uint256 disputeId = _reevaluated(_good());
        uint256 deadline = court.dispute(disputeId).deadline;
        vm.warp(deadline - 1);
        _expect(_reason(ICourt.StagePending.selector, deadline, deadline - 1));
        _execute(disputeId);
    }

    function test_RevertWhen_ItIsExecutedAgain() external {
        uint256 disputeId = _reevaluated(_good());
        _end(disputeId);
        _execute(disputeId);
        _expect(abi.encodeWithSelector(ICourt.WrongStage.selector, disputeId, Stage.Executed));
        _execute(disputeId);
    }

    function test_RevertWhen_ThereIsNoSuchDispute() external {
        _expect(abi.encodeWithSelector(ICourt.WrongStage.selector, 7, Stage.None));
        _execute(7);
    }

    function test_RevertWhen_AnotherFreezeIsShown() external {
        uint256 disputeId = _reevaluated(_good());
        _end(disputeId);
        FreezeRecord memory none;
        _expect(abi.encodeWithSelector(ICourt.WrongFreeze.selector, versionId, roundId));
        court.execute(disputeId, none, log);
        FreezeRecord memory another = frozen;
        another.roundId += 1;
        _expect(abi.encodeWithSelector(ICourt.WrongFreeze.selector, versionId, roundId));
        court.execute(disputeId, another, log);
    }

    // ---------------------------------------------------------------- nothing blocks
    function test_WithoutTheLogTheCorrectionWaitsForWhoeverShowsIt() external {
        uint256 disputeId = _reevaluated(_good());
        _end(disputeId);
        court.execute(disputeId, frozen, _noLog());
        _same(_modelBond(), BOND, "bond");
        _isTrue(_mem().strikes != 0, "not yet");
        _expect(abi.encodeWithSelector(ICourt.UnknownLog.selector, versionId));
        court.rectify(versionId, roundId, versionId, _noLog());
        vm.prank(stranger);
        court.rectify(versionId, roundId, versionId, log);
        _sameAsMeasured(_good());
    }

    function test_AFreezeThatIsGoneKeepsNothingOpen() external {
        uint256 before = token.balanceOf(owner);
        // The experimental lane without a bond: nothing to freeze.
        vm.prank(owner);
        (modelId, versionId) = assay.register("poor", DIGEST, "", 0);
        uint256 disputeId = _reevaluated(_good());
        _same(frozen.frozenAt, 0, "nothing frozen");
        _end(disputeId);
        _isOutcome(disputeId, Outcome.Overturned, _good(), false);
        _execute(disputeId);
        _same(token.balanceOf(owner), before, "deposit");
        _sameAsMeasured(_good());
    }

    function test_ADepositTheTokenRefusesToPayIsOwed() external {
        uint256 disputeId = _reevaluated(_good());
        _end(disputeId);
        _block(owner, true);
        vm.expectEmit(true, true, true, true, address(court));
        emit ICourt.DepositOwed(owner, DEPOSIT, DEPOSIT);
        _execute(disputeId);
        _same(_modelBond(), BOND, "restored all the same");
        _same(court.depositOwed(owner), DEPOSIT, "owed");
        _block(owner, false);
        uint256 before = token.balanceOf(owner);
        vm.expectEmit(true, true, true, true, address(court));
        emit ICourt.DepositClaimed(owner, DEPOSIT);
        _same(court.claimDeposit(owner), DEPOSIT, "claimed");
        _same(token.balanceOf(owner) - before, DEPOSIT, "paid");
        _expect(abi.encodeWithSelector(ICourt.NothingOwed.selector, owner));
        court.claimDeposit(owner);
    }

    function test_DepositsOwedAddUp() external {
        _block(owner, true);
        for (uint256 i; i < 2; ++i) {
            uint256 disputeId = _reevaluated(_good());
            _end(disputeId);
            _execute(disputeId);
            delete log;
            (modelId, versionId) = _standardModel();
        }
        _same(court.depositOwed(owner), 2 * DEPOSIT, "both");
    }

    function test_ADepositTheTokenRefusesToBurnIsForfeitedLater() external {
        uint256 disputeId = _reevaluated(_bad());
        _end(disputeId);
        _block(0x000000000000000000000000000000000000dEaD, true);
        _execute(disputeId);
        _same(court.depositOwed(address(0)), DEPOSIT, "to be forfeited");
        _block(0x000000000000000000000000000000000000dEaD, false);
        court.claimDeposit(address(0));
        _same(vault.depositsHeld(), 0, "held");
    }

    /// @dev The guardian can pause freezes and releases, not the end of a dispute.
    function test_APauseDoesNotHoldADisputeUp() external {
        board.setGuardian(address(this));
        uint256 disputeId = _reevaluated(_good());
        _end(disputeId);
        board.pause();
        _execute(disputeId);
        _same(_modelBond(), BOND, "bond");
    }

    // ---------------------------------------------------------------- rectify
    function test_RevertWhen_NothingWasOverturned() external {
        _fail();
        _expect(abi.encodeWithSelector(ICourt.NotOverturned.selector, versionId, roundId));
        court.rectify(versionId, roundId, versionId, log);
    }

    /// @dev Whether the new word is the larger number of the two or the smaller, by its attempts.
    function test_RevertWhen_ItIsRectifiedAgain() external {
        uint256[2] memory words = [_bad(), _bad() + (uint256(100) << 128)];
        for (uint256 i; i < words.length; ++i) {
            delete log;
            _measure(words[i], words[i]);
            uint256 disputeId = _appeal();
            _draw(disputeId);
            _reevaluate(disputeId, _good());
            _end(disputeId);
            _execute(disputeId);
            log.entries[0].word = _good();
            _expect(abi.encodeWithSelector(ICourt.NotInLog.selector, versionId, roundId));
            court.rectify(versionId, roundId, versionId, log);
            (modelId, versionId) = _standardModel();
        }
    }

    /// @dev A version made after the failure inherits strikes and scar, and the log they come from.
    function test_AVersionThatInheritedTheFailureIsRectified() external {
        _fail();
        uint256 disputed = roundId;
        vm.prank(owner);
        bytes32 next = assay.addVersion(modelId, NEXT_DIGEST, "", 0);
        _isTrue(MemoryLib.unpack(assay.memoryOf(next)).strikes != 0, "inherited");
        uint256 disputeId = _appeal();
        _draw(disputeId);
        _reevaluate(disputeId, _good());
        _end(disputeId);
        _execute(disputeId);
        roundId = assay.currentRoundId();
        _noteInherited(next);
        court.rectify(versionId, disputed, next, log);
        _same(MemoryLib.unpack(assay.memoryOf(next)).strikes, 0, "strikes");
        _same(MemoryLib.unpack(assay.memoryOf(next)).cleanOwed, 0, "clean rounds");
    }

    /// @dev The entry as the record logged it: it was made in the round of the failure.
    function _noteInherited(bytes32 next) private {
        _noteEntry(0, 2, next, 0);
        LogEntry storage entry = log.entries[1];
        (entry.policyPointer, entry.roundId) = (address(0), log.entries[0].roundId);
        entry.appliedAt = log.entries[0].appliedAt;
    }

    /// @dev A version that was current when an older one failed carries strike and scar.
    function test_AVersionThatCarriesTheFailureIsRectified() external {
        vm.prank(owner);
        bytes32 next = assay.addVersion(modelId, NEXT_DIGEST, "", 0);
        uint256 nextBefore = assay.memoryOf(next);
        _fail();
        _isTrue(MemoryLib.unpack(assay.memoryOf(next)).strikes != 0, "carried");
        uint256 disputed = roundId;
        uint256 appliedAt = block.timestamp;
        uint256 scar = MemoryLib.unpack(assay.memoryOf(versionId)).scar;
        uint256 disputeId = _appeal();
        _draw(disputeId);
        _reevaluate(disputeId, _good());
        _end(disputeId);
        _execute(disputeId);
        delete log;
        _noteEntry(nextBefore, 1, versionId, scar);
        log.entries[0].appliedAt = uint40(appliedAt);
        court.rectify(versionId, disputed, next, log);
        _same(MemoryLib.unpack(assay.memoryOf(next)).strikes, 0, "strikes");
        _same(MemoryLib.unpack(assay.memoryOf(next)).scar, MemoryLib.unpack(nextBefore).scar, "scar");
    }

    /// @dev A version that carries an older one's failure fails itself in the same round, with the same scores: its own result is rectified.
    function test_AVersionThatCarriesAFailureIsRectifiedForItsOwn() external {
        vm.prank(owner);
        bytes32 next = assay.addVersion(modelId, NEXT_DIGEST, "", 0);
        uint256 nextBefore = assay.memoryOf(next);
        _fail();
        delete log;
        _noteEntry(nextBefore, 1, versionId, MemoryLib.unpack(assay.memoryOf(versionId)).scar);
        Batch memory batch = _batch(roundId, _bad(), _reports(roundId, _bad()));
        batch.results[0].digest = NEXT_DIGEST;
        vm.recordLogs();
        _post(batch);
        _noteFreeze();
        _noteEntry(0, 0, next, _bad());
        uint256 disputeId = court.appeal(next, log, 1, frozen);
        _noteFreeze();
        _draw(disputeId);
        _reevaluate(disputeId, _good());
        _end(disputeId);
        court.execute(disputeId, frozen, log);
        log.entries[1].word = _good();
        _isTrue(assay.isLog(next, log), "the log with its own result corrected");
    }
}

/// @notice The smallest deposit there is, and none at all.
contract SmallestDepositTest is CourtFixture {
    function _standards() internal pure override returns (Policy memory policy) {
        policy = _policy();
        (policy.evaluationFee, policy.disputeDeposit) = (0, 1);
    }

    function test_ASingleUnitIsHeldAndGivenBack() external {
        uint256 before = token.balanceOf(owner);
        uint256 disputeId = _reevaluated(_good());
        _same(vault.depositsHeld(), 1, "held");
        _same(token.balanceOf(owner), before - 1, "paid");
        vm.warp(court.dispute(disputeId).deadline);
        _execute(disputeId);
        _same(vault.depositsHeld(), 0, "not held any more");
        _same(token.balanceOf(owner), before, "given back");
    }

    /// @dev Of which half would be burnt, rounded down.
    function test_ASingleUnitThatIsForfeitedFillsTheCommonsFund() external {
        uint256 disputeId = _reevaluated(_bad());
        uint256 commons = vault.commonsFund();
        vm.warp(court.dispute(disputeId).deadline);
        vm.recordLogs();
        _execute(disputeId);
        VmLog[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; ++i) _isTrue(logs[i].emitter != address(token), "nothing is burnt");
        _same(vault.depositsHeld(), 0, "not held any more");
        _same(vault.commonsFund(), commons + 1, "commons fund");
    }

    /// @dev A tenth of one unit.
    function test_ADepositOfNothingMovesNothing() external {
        roundId = _drawRound();
        Report memory report = _reports(roundId, _good())[0];
        bytes memory signature = _signed(report);
        vm.recordLogs();
        inspector.challenge(report, signature, Request({ leafIndex: 0, recordIndex: 0 }));
        _same(vm.getRecordedLogs().length, 1, "the challenge alone");
        vm.prank(address(court));
        vault.takeDeposit(other, 0);
        vm.prank(address(court));
        vault.settleDeposit(other, 0);
        _same(vm.getRecordedLogs().length, 0, "nothing is told of nothing");
    }
}
