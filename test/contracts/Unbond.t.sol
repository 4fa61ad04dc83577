// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay, ModelStake, Position } from "../../contracts/interfaces/IAssay.sol";
import { StakeLib } from "../../contracts/libraries/StakeLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

contract UnbondTest is AssayFixture {
    uint256 private modelId;
    uint256 private shares;

    function setUp() public override {
        super.setUp();
        (modelId, ) = _standardModel();
        shares = _delegate(delegator, modelId, 100 * UNIT);
    }

    function test_RequestUnbond() public {
        ModelStake memory expected = _stake(modelId);
        expected.unbondingShares = uint104(shares / 4);
        uint256 unlocksAt = block.timestamp + UNBONDING;
        _expectEvent();
        emit IAssay.UnbondRequested(modelId, delegator, shares / 4, unlocksAt, expected);
        _request(shares / 4);
        _sameStake(_stake(modelId), expected, "stake");
        Position memory position = assay.positionOf(modelId, delegator);
        _same(position.shares, shares, "shares");
        _same(position.unbondingShares, shares / 4, "unbonding");
        _same(position.unlocksAt, unlocksAt, "unlocks");
    }

    function test_RequestUnbond_AddsUpAndRestartsTheClock() public {
        _request(1);
        vm.warp(block.timestamp + UNBONDING - 1);
        _request(shares - 1);
        Position memory position = assay.positionOf(modelId, delegator);
        _same(position.unbondingShares, shares, "unbonding");
        _same(position.unlocksAt, block.timestamp + UNBONDING, "unlocks");
    }

    function test_RevertWhen_SharesInsufficient() public {
        _request(1);
        _expect(abi.encodeWithSelector(IAssay.InsufficientShares.selector, shares, shares - 1));
        _request(shares);
    }

    function test_RevertWhen_RequestUnbondZero() public {
        _expect(abi.encodeWithSelector(IAssay.ZeroAmount.selector));
        _request(0);
    }

    // ---------------------------------------------------------------- withdraw
    function test_Withdraw() public {
        _request(shares / 2);
        vm.warp(block.timestamp + UNBONDING);
        ModelStake memory expected = _stake(modelId);
        (expected.delegated, expected.shares, expected.unbondingShares) = (uint96(50 * UNIT), uint104(shares / 2), 0);
        uint256 before = token.balanceOf(owner);
        _expectEvent();
        emit IAssay.Withdrawn(modelId, delegator, owner, 50 * UNIT, shares / 2, expected);
        vm.prank(delegator);
        _same(assay.withdraw(modelId, owner), 50 * UNIT, "assets");
        _sameStake(_stake(modelId), expected, "stake");
        _same(token.balanceOf(owner) - before, 50 * UNIT, "received");
        Position memory position = assay.positionOf(modelId, delegator);
        _same(position.shares, shares / 2, "shares left");
        _same(position.unbondingShares + position.unlocksAt, 0, "nothing unbonding");
    }

    function test_Withdraw_LastStakerLeavesNothingBehind() public {
        _request(shares);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(delegator);
        _same(assay.withdraw(modelId, delegator), 100 * UNIT, "assets");
        _same(_stake(modelId).shares, 0, "shares");
        _same(_stake(modelId).delegated, 0, "delegated");
        _same(token.balanceOf(address(assay)), _stake(modelId).bond, "held = bond");
        // And the pool can be used again.
        _same(_delegate(delegator, modelId, UNIT), UNIT * StakeLib.VIRTUAL_SHARES, "price");
    }

    function test_RevertWhen_NothingUnbonding() public {
        _expect(abi.encodeWithSelector(IAssay.NothingUnbonding.selector));
        vm.prank(delegator);
        assay.withdraw(modelId, delegator);
    }

    function test_RevertWhen_StillUnbonding() public {
        _request(shares);
        uint256 unlocksAt = block.timestamp + UNBONDING;
        vm.warp(unlocksAt - 1);
        _expect(abi.encodeWithSelector(IAssay.StillUnbonding.selector, unlocksAt, unlocksAt - 1));
        vm.prank(delegator);
        assay.withdraw(modelId, delegator);
    }

    function test_RevertWhen_ReceiverInvalid() public {
        _expect(abi.encodeWithSelector(IAssay.InvalidReceiver.selector, address(0)));
        vm.prank(delegator);
        assay.withdraw(modelId, address(0));
        _expect(abi.encodeWithSelector(IAssay.InvalidReceiver.selector, address(assay)));
        vm.prank(delegator);
        assay.withdraw(modelId, address(assay));
    }

    // ---------------------------------------------------------------- freezes and the way out
    /// @dev Whoever knows of a fault first and requests at once is still there when the freeze comes, and pays.
    function test_Attack_WithdrawBeforeSlash() public {
        _request(shares);
        vm.warp(block.timestamp + UNBONDING - EPOCH);
        _measure(modelId, DIGEST, _bad());
        uint256 heldUntil = _stake(modelId).heldUntil;
        _same(heldUntil, block.timestamp + 7 days, "held for the freeze's window");

        vm.warp(heldUntil - 1);
        _expect(abi.encodeWithSelector(IAssay.HeldByFreeze.selector, heldUntil, heldUntil - 1));
        vm.prank(delegator);
        assay.withdraw(modelId, delegator);

        vm.warp(heldUntil);
        uint256 left = _stake(modelId).delegated;
        vm.prank(delegator);
        uint256 assets = assay.withdraw(modelId, delegator);
        _isTrue(assets < 100 * UNIT, "took part in the loss");
        _same(assets, left, "and gets the rest");
    }

    function test_RevertWhen_BondHeldByFreeze() public {
        vm.prank(owner);
        assay.requestBondUnbond(modelId, 2_000 * UNIT);
        vm.warp(block.timestamp + UNBONDING);
        _measure(modelId, DIGEST, _bad());
        _same(_stake(modelId).unbondingBond, _stake(modelId).bond, "the unbonding part shrinks to what is left");
        uint256 heldUntil = _stake(modelId).heldUntil;
        _expect(abi.encodeWithSelector(IAssay.HeldByFreeze.selector, heldUntil, block.timestamp));
        vm.prank(owner);
        assay.withdrawBond(modelId, owner);
        vm.warp(heldUntil);
        uint256 left = _stake(modelId).bond;
        vm.prank(owner);
        _same(assay.withdrawBond(modelId, owner), left, "what is left leaves");
    }

    /// @dev However often a committee fails the model: a hold ends by itself, and days without one follow.
    function test_Withdraw_HoldsCannotBeChained() public {
        _measure(modelId, DIGEST, _bad());
        uint256 heldUntil = _stake(modelId).heldUntil;
        _request(shares);
        uint256 unlocksAt = block.timestamp + UNBONDING;
        for (uint256 day; block.timestamp < unlocksAt + EPOCH; ++day) {
            _measure(modelId, DIGEST, _bad());
            uint256 held = _stake(modelId).heldUntil;
            _isTrue(held == heldUntil || block.timestamp >= heldUntil + 3 days, "not extended");
            heldUntil = held;
        }
        if (block.timestamp < heldUntil) vm.warp(heldUntil);
        _isTrue(block.timestamp <= unlocksAt + 21 days, "within unbonding + 21 days");
        vm.prank(delegator);
        assay.withdraw(modelId, delegator);
    }

    /// @dev A freeze in the days after a hold starts no new one; one after them does.
    function test_Withdraw_PauseBetweenHolds() public {
        _measure(modelId, DIGEST, _bad());
        uint256 heldUntil = _stake(modelId).heldUntil;
        vm.warp(heldUntil + 1 days);
        _measure(modelId, DIGEST, _bad());
        _same(_stake(modelId).openFreezes, 2, "frozen again");
        _same(_stake(modelId).heldUntil, heldUntil, "but not held");
        vm.warp(heldUntil + 9 days);
        _measure(modelId, DIGEST, _bad());
        _same(_stake(modelId).openFreezes, 3, "and again");
        _same(_stake(modelId).heldUntil, block.timestamp + 7 days, "and held");
    }

    function testFuzz_Withdraw_InAndOut(uint96 assets, uint104 out) public {
        address account = address(0xF0);
        _fund(account);
        uint256 paid = _within(assets, 1, 9e6 * UNIT);
        uint256 bought = _delegate(account, modelId, paid);
        uint256 unbonding = _within(out, 1, bought);
        vm.prank(account);
        assay.requestUnbond(modelId, unbonding);
        vm.warp(block.timestamp + UNBONDING);
        uint256 before = _stake(modelId).delegated;
        vm.prank(account);
        uint256 received = assay.withdraw(modelId, account);
        _isTrue(received <= (paid * unbonding) / bought, "rounded in favour of the pool");
        _same(_stake(modelId).delegated, before - received, "pool");
        _same(token.balanceOf(address(assay)), _stake(modelId).bond + _stake(modelId).delegated, "held");
    }

    function _request(uint256 amount) private {
        vm.prank(delegator);
        assay.requestUnbond(modelId, amount);
    }
}
