// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Challengers } from "./Challengers.sol";
import { Delegators } from "./Delegators.sol";
import { Developers } from "./Developers.sol";
import { Evaluators } from "./Evaluators.sol";
import { Exits } from "./Exits.sol";
import { Governors } from "./Governors.sol";
import { Payers } from "./Payers.sol";
import { Readings } from "./Readings.sol";
import { Releasers } from "./Releasers.sol";

/// @notice Everybody at once: what the fuzzer calls.
/// @dev Ends in .t.sol because the runner only knows the contracts of such files.
contract SystemHandler is
    Developers,
    Delegators,
    Payers,
    Evaluators,
    Challengers,
    Releasers,
    Governors,
    Exits,
    Readings
{
    /// @dev Three good rounds: those in the standard lane are admitted when the fuzzer begins.
    function setUp() public override {
        super.setUp();
        for (uint256 i; i < 3; ++i) {
            _measureRound(0, 0, true);
            _foldEvents();
        }
        for (uint256 modelId = 1; modelId <= 3; ++modelId) {
            _isTrue(assay.isAdmitted(modelId) == (modelId < 3), "admitted when it begins");
        }
    }

    /// @notice All steps, each a function with at most three words.
    function selectors() external pure returns (bytes4[] memory steps_) {
        bytes4[42] memory all = [
            // Developers.
            this.register.selector,
            this.addVersion.selector,
            this.changeLane.selector,
            this.retire.selector,
            this.transferModel.selector,
            this.addBond.selector,
            this.requestBond.selector,
            this.withdrawBond.selector,
            // Delegators.
            this.delegate.selector,
            this.moveShares.selector,
            this.requestUnbond.selector,
            this.withdraw.selector,
            // Payers, donors.
            this.pay.selector,
            this.settle.selector,
            this.prepay.selector,
            this.fundCommons.selector,
            this.donate.selector,
            // Evaluators.
            this.bondSeat.selector,
            this.requestSeat.selector,
            this.withdrawSeat.selector,
            this.takeSeat.selector,
            this.rotateKey.selector,
            this.leaveSeat.selector,
            this.claimFees.selector,
            // Committees, relayers, liars.
            this.measure.selector,
            this.measureWell.selector,
            this.holdBack.selector,
            this.relay.selector,
            this.contradict.selector,
            this.lie.selector,
            this.prove.selector,
            // Challengers.
            this.challenge.selector,
            this.settleChallenge.selector,
            // Whoever carries on.
            this.release.selector,
            this.freezeWaiting.selector,
            // Governors, time.
            this.announce.selector,
            this.withdrawPolicy.selector,
            this.pause.selector,
            this.wait.selector,
            // Disputes.
            this.appeal.selector,
            this.carryOn.selector,
            this.rectify.selector
        ];
        steps_ = new bytes4[](all.length);
        for (uint256 i; i < all.length; ++i) steps_[i] = all[i];
    }

    /// @notice Those that move stake and time: fewer, so that disputes end and people leave within a run.
    function stakeSelectors() external pure returns (bytes4[] memory steps_) {
        bytes4[17] memory all = [
            this.addVersion.selector,
            this.addBond.selector,
            this.requestBond.selector,
            this.withdrawBond.selector,
            this.delegate.selector,
            this.moveShares.selector,
            this.requestUnbond.selector,
            this.withdraw.selector,
            this.pay.selector,
            this.measure.selector,
            this.lie.selector,
            this.prove.selector,
            this.release.selector,
            this.freezeWaiting.selector,
            this.appeal.selector,
            this.carryOn.selector,
            this.rectify.selector
        ];
        steps_ = new bytes4[](all.length);
        for (uint256 i; i < all.length; ++i) steps_[i] = all[i];
    }

    /// @notice Those about results that are wrong, and what comes of them.
    function disputeSelectors() external pure returns (bytes4[] memory steps_) {
        bytes4[15] memory all = [
            this.addVersion.selector,
            this.changeLane.selector,
            this.measure.selector,
            this.holdBack.selector,
            this.relay.selector,
            this.lie.selector,
            this.prove.selector,
            this.contradict.selector,
            this.challenge.selector,
            this.settleChallenge.selector,
            this.requestUnbond.selector,
            this.release.selector,
            this.appeal.selector,
            this.carryOn.selector,
            this.rectify.selector
        ];
        steps_ = new bytes4[](all.length);
        for (uint256 i; i < all.length; ++i) steps_[i] = all[i];
    }
}
