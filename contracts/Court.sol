// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Arbitrations } from "./Arbitrations.sol";
import { Inspector } from "./Inspector.sol";
import { CourtConnections } from "./CourtConnections.sol";
import { ResultLog } from "./interfaces/IAssay.sol";
import { FreezeRecord } from "./interfaces/IAssayVault.sol";
import { Correction, Dispute, ICourt, Outcome, Stage } from "./interfaces/ICourt.sol";
import { IInspector } from "./interfaces/IInspector.sol";
import { DataCode } from "./libraries/DataCode.sol";

/// @title Court: disputes
/// @notice See ICourt for what each function promises, and for its clocks, deposits and defaults.
///
/// One concern a file, each built on those before it: CourtConnections → Deposits → Corrections (results found wrong) → Reevaluations → Arbitrations → Court,
/// which carries out what was decided, here and by the inspector.
contract Court is Arbitrations {
    IInspector private immutable INSPECTOR;

    /// @param assay_ The record; it names this contract as its court.
    constructor(address assay_) CourtConnections(assay_) {
        address named = ASSAY.court();
        require(named == address(this), NotConnected(address(this), named));
        INSPECTOR = new Inspector(assay_);
    }

    // ---------------------------------------------------------------- end of a dispute
    /// @inheritdoc ICourt
    function execute(uint256 disputeId, FreezeRecord calldata frozen, ResultLog calldata log) external nonReentrant {
        Dispute memory ended = _disputes[disputeId];
        _requireOver(disputeId, ended);
        _disputes[disputeId].stage = Stage.Executed;
        (Outcome outcome, uint256 newWord) = _outcomeOf(ended);
        bool resolved = _resolveFreeze(ended.versionId, ended.roundId, frozen, outcome != Outcome.Confirmed);
        emit DisputeExecuted(disputeId, outcome, newWord, resolved && outcome != Outcome.Confirmed);
        if (outcome == Outcome.Overturned) {
            _correct(ended.versionId, ended.roundId, ended.word, newWord);
            if (log.entries.length != 0) _rectifyIfClosed(ended.versionId, ended.roundId, log);
        }
        _settleDeposits(ended, outcome);
    }

    function _requireOver(uint256 disputeId, Dispute memory ended) private view {
        require(ended.stage != Stage.None && ended.stage != Stage.Executed, WrongStage(disputeId, ended.stage));
        bool over = ended.stage == Stage.Ruled || block.timestamp >= ended.deadline;
        require(over, StagePending(ended.deadline, block.timestamp));
    }

    /// @dev A ruling stands above the second committee's word. Without one the stake goes back in any case, and the score is what the committee found:
    /// an appeal that nobody hears undoes no overturned result.
    function _outcomeOf(Dispute memory ended) private view returns (Outcome outcome, uint256 newWord) {
        outcome = ended.verdict;
        bool appealed = ended.arbitrationAppellant != address(0);
        if (appealed && ended.ruling != Outcome.Unresolved) outcome = ended.ruling;
        else if (appealed && outcome == Outcome.Confirmed) outcome = Outcome.Unresolved;
        // A committee that confirmed the result has measured nothing to put in its place.
        if (outcome == Outcome.Overturned && ended.verdict == Outcome.Overturned) newWord = ended.newWord;
        // Proven wrong meanwhile (see proveWrongMedian): nobody disputed in vain.
        if (_isCorrected(ended.versionId, ended.roundId)) {
            return (Outcome.Overturned, correctionOf(ended.versionId, ended.roundId).newWord);
        }
    }

    function _settleDeposits(Dispute memory ended, Outcome outcome) private {
        uint256 deposit = DataCode.readPolicy(ended.policyPointer).disputeDeposit;
        _settleDeposit(outcome == Outcome.Confirmed ? address(0) : ended.appellant, deposit);
        if (ended.arbitrationAppellant == address(0)) return;
        // Arbitrator and committee, who had spoken by then, said the same, and nothing has proven them wrong.
        bool inVain = ended.ruling == ended.verdict && ended.ruling == outcome;
        _settleDeposit(inVain ? address(0) : ended.arbitrationAppellant, ARBITRATION_DEPOSITS * deposit);
    }

    // ---------------------------------------------------------------- for the inspector
    /// @inheritdoc ICourt
    function slash(uint256 seatId, uint256 shareBps) external nonReentrant returns (uint256 assets) {
        _requireInspector();
        return VAULT.slashSeat(seatId, shareBps);
    }

    /// @inheritdoc ICourt
    function correct(
        bytes32 versionId,
        uint256 roundId,
        bytes32 batchDigest,
        Correction calldata correction,
        ResultLog calldata log,
        FreezeRecord calldata frozen
    ) external nonReentrant returns (bool known) {
        _requireInspector();
        if (!_hasLog(versionId)) return false;
        _requireLog(versionId, log);
        if (_holds(log, versionId, roundId, batchDigest, correction.word)) {
            _correctInLog(versionId, roundId, correction, log, frozen);
            return true;
        }
        return _tells(log, roundId);
    }

    /// @inheritdoc ICourt
    function discredit(bytes32 versionId) external {
        _requireInspector();
        ASSAY.discredit(versionId);
    }

    /// @inheritdoc ICourt
    function takeDeposit(address from, uint256 assets) external nonReentrant {
        _requireInspector();
        _takeDeposit(from, assets);
    }

    /// @inheritdoc ICourt
    function settleDeposit(address to, uint256 assets) external nonReentrant {
        _requireInspector();
        _settleDeposit(to, assets);
    }

    function _requireInspector() private view {
        require(msg.sender == address(INSPECTOR), NotAuthorized(msg.sender, address(INSPECTOR)));
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc ICourt
    function inspector() external view returns (address) {
        return address(INSPECTOR);
    }

    /// @inheritdoc ICourt
    function assay() external view returns (address) {
        return address(ASSAY);
    }

    /// @inheritdoc ICourt
    function vault() external view returns (address) {
        return address(VAULT);
    }

    /// @inheritdoc ICourt
    function policyBoard() external view returns (address) {
        return address(BOARD);
    }
}
