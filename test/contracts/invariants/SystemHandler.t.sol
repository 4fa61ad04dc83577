// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Delegators } from "./Delegators.sol";
import { Developers } from "./Developers.sol";
import { Evaluators } from "./Evaluators.sol";
import { Exits } from "./Exits.sol";
import { Governors } from "./Governors.sol";
import { Liars } from "./Liars.sol";
import { Payers } from "./Payers.sol";
import { Readings } from "./Readings.sol";
import { Releasers } from "./Releasers.sol";

/// @notice Everybody at once: what the fuzzer calls.
/// @dev Ends in .t.sol because the runner only knows the contracts of such files.
contract SystemHandler is Developers, Delegators, Payers, Evaluators, Liars, Releasers, Governors, Exits, Readings {
    /// @notice The steps, each a function with at most three words.
    function selectors() external pure returns (bytes4[] memory steps_) {
        bytes4[38] memory all = [
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
            // Whoever carries on.
            this.release.selector,
            this.freezeWaiting.selector,
            // Governors, time.
            this.announce.selector,
            this.withdrawPolicy.selector,
            this.pause.selector,
            this.wait.selector,
            this.rectify.selector
        ];
        bytes4[6] memory disputes = [
            this.appeal.selector,
            this.drawAgain.selector,
            this.reevaluate.selector,
            this.goOn.selector,
            this.rule.selector,
            this.execute.selector
        ];
        steps_ = new bytes4[](all.length + disputes.length);
        for (uint256 i; i < all.length; ++i) steps_[i] = all[i];
        for (uint256 i; i < disputes.length; ++i) steps_[all.length + i] = disputes[i];
    }
}
