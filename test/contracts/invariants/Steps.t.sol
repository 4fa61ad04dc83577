// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SystemHandler } from "./SystemHandler.t.sol";

/// @notice None of the steps is idle: invariants over steps that do nothing would say nothing.
contract StepsTest {
    /// @dev What a committee finds (see Committees): one version fails.
    uint256 private constant ONE_FAILS = 3;

    error Idle(bytes4 step);

    SystemHandler private _system;

    function setUp() public {
        _system = new SystemHandler();
        _system.setUp();
    }

    function _acted(bytes4 step) private view {
        require(_system.done(step) != 0, Idle(step));
    }

    function _allActed(bytes4[6] memory steps) private view {
        for (uint256 i; i < steps.length; ++i) if (steps[i] != 0) _acted(steps[i]);
    }

    function test_Developers() public {
        _system.register(0);
        _system.addVersion(0, 1);
        _system.transferModel(0);
        _system.addBond(0, 1e18);
        _system.changeLane(0);
        _system.requestBond(0, 1e18);
        _system.withdrawBond(0, 0);
        _system.retire(0, 4);
        _allActed(
            [
                _system.register.selector,
                _system.addVersion.selector,
                _system.transferModel.selector,
                _system.addBond.selector,
                _system.changeLane.selector,
                _system.requestBond.selector
            ]
        );
        _acted(_system.withdrawBond.selector);
        _acted(_system.retire.selector);
    }

    function test_Delegators() public {
        _system.delegate(0, 0, 1e18);
        _system.moveShares(0, 0, 1e18);
        _system.requestUnbond(0, 0, 1e18);
        _system.withdraw(0, 0, 0);
        _allActed(
            [
                _system.delegate.selector,
                _system.moveShares.selector,
                _system.requestUnbond.selector,
                _system.withdraw.selector,
                0,
                0
            ]
        );
    }

    function test_PayersAndGovernors() public {
        _system.pay(0, 1e18);
        _system.settle(0);
        _system.prepay(0, 3);
        _system.fundCommons(5);
        _system.donate(5);
        _system.announce(1);
        _system.withdrawPolicy(1);
        _system.pause();
        _system.wait(1 days);
        _allActed(
            [
                _system.pay.selector,
                _system.settle.selector,
                _system.prepay.selector,
                _system.fundCommons.selector,
                _system.donate.selector,
                _system.announce.selector
            ]
        );
        _allActed([_system.withdrawPolicy.selector, _system.pause.selector, _system.wait.selector, 0, 0, 0]);
    }

    function test_Evaluators() public {
        _system.takeSeat();
        _system.bondSeat(0, 1e18);
        _system.requestSeat(0, 1e18);
        _system.rotateKey(1);
        _system.leaveSeat(2, 0);
        _system.withdrawSeat(0, 0);
        _system.claimFees(0, 0);
        _allActed(
            [
                _system.takeSeat.selector,
                _system.bondSeat.selector,
                _system.requestSeat.selector,
                _system.rotateKey.selector,
                _system.leaveSeat.selector,
                _system.withdrawSeat.selector
            ]
        );
        _acted(_system.claimFees.selector);
    }

    function test_CommitteesAndReleasers() public {
        _system.measureWell(0);
        _system.holdBack(0, 0);
        _system.relay(4);
        _system.contradict(0, 1);
        _system.measure(ONE_FAILS, 0);
        _system.freezeWaiting(0, 0);
        _system.release(0, 0);
        _allActed(
            [
                _system.measureWell.selector,
                _system.holdBack.selector,
                _system.relay.selector,
                _system.contradict.selector,
                _system.measure.selector,
                _system.freezeWaiting.selector
            ]
        );
        _acted(_system.release.selector);
    }

    /// @dev A dispute with all of its stages: drawn, found good, taken further, ruled, carried out.
    function test_Disputes() public {
        _system.measure(ONE_FAILS, 0);
        _system.appeal(0, 0);
        _system.carryOn(0, 1);
        _system.carryOn(0, 5);
        _system.carryOn(0, 1);
        _system.carryOn(0, 9);
        _system.carryOn(0, 0);
        _allActed([bytes4("draw"), "reev", "goOn", "rule", "exec", _system.appeal.selector]);
    }

    /// @dev Evidence is shown once, and once it is not; what is not there is asked for too.
    function test_Challengers() public {
        _system.challenge(0, 0, 0);
        _system.settleChallenge(0, 0);
        _system.challenge(1, 0, 1);
        _system.settleChallenge(0, 0);
        _system.challenge(2, 1, 1 << 8);
        _system.settleChallenge(0, 1);
        _allActed([_system.challenge.selector, _system.settleChallenge.selector, "answ", "upho", 0, 0]);
    }

    /// @dev A wrong result of an older version stands in the current one's log too: proven in one, corrected in the other.
    function test_Liars() public {
        _system.addVersion(0, 1);
        _system.lie(0, 1);
        _system.prove(0);
        _system.rectify(0);
        _allActed([_system.lie.selector, _system.prove.selector, _system.rectify.selector, 0, 0, 0]);
    }
}
