// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IAssayVault, ModelStake, Position } from "../../contracts/interfaces/IAssayVault.sol";
import { StakeLib } from "../../contracts/libraries/StakeLib.sol";
import { PermitToken } from "../../contracts/tokens/PermitToken.sol";
import { VaultFixture, VaultSystem } from "./VaultFixture.sol";
import { vm, VmLog } from "./Vm.sol";

contract UnbondTest is VaultFixture {
    uint256 private modelId;
    uint256 private shares;

    function setUp() public override {
        super.setUp();
        modelId = _standardModel();
        shares = _delegate(delegator, modelId, 100 * UNIT);
    }

    function test_RequestUnbond() public {
        ModelStake memory expected = _stake(modelId);
        (expected.delegated, expected.shares) = (uint96(75 * UNIT), uint104((shares * 3) / 4));
        (expected.unbondingAssets, expected.unbondingShares) = (uint96(25 * UNIT), uint104(shares / 4));
        uint256 unlocksAt = block.timestamp + UNBONDING;
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _words(expected);
        _expectVaultEvent();
        emit IAssayVault.UnbondRequested(
            modelId,
            delegator,
            25 * UNIT,
            shares / 4,
            shares / 4,
            unlocksAt,
            bondWord,
            poolWord,
            lossWord
        );
        _request(delegator, modelId, shares / 4);
        _sameStake(_stake(modelId), expected, "stake");
        Position memory position = _position(modelId, delegator);
        _same(position.shares, (shares * 3) / 4, "shares");
        _same(position.unbondingShares, shares / 4, "unbonding");
        _same(position.unlocksAt, unlocksAt, "unlocks");
    }

    function test_RequestUnbond_AddsUpAndRestartsTheClock() public {
        _request(delegator, modelId, 1_000);
        vm.warp(block.timestamp + UNBONDING - 1);
        _request(delegator, modelId, shares - 1_000);
        Position memory position = _position(modelId, delegator);
        _same(position.unbondingShares, shares, "unbonding");
        _same(position.unlocksAt, block.timestamp + UNBONDING, "unlocks");
    }

    /// @dev Each pool has its own price: what fees added to the active one is bought into the other at that one's.
    function test_RequestUnbond_AtBothPrices() public {
        _request(delegator, modelId, shares / 2);
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 7 days);
        vault.settleFees(modelId);
        uint256 worth = _worth(delegator, modelId);
        _request(delegator, modelId, shares / 2);
        ModelStake memory stake = _stake(modelId);
        _same(stake.shares, 0, "the active pool is empty");
        _isTrue(stake.unbondingShares > shares, "dearer shares buy more of the cheap ones");
        uint256 worthThen = _worth(delegator, modelId);
        _isTrue(worthThen <= worth && worth - worthThen <= 2, "worth the same");
    }

    /// @dev The event tells what was given up and what was bought with it apart.
    function test_RequestUnbond_TellsBothKindsOfShares() public {
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 7 days);
        vault.settleFees(modelId);
        vm.recordLogs();
        _request(delegator, modelId, shares / 2);
        VmLog[] memory logs = vm.getRecordedLogs();
        VmLog memory requested = logs[logs.length - 1];
        _same(requested.topics[0], IAssayVault.UnbondRequested.selector, "event");
        (uint256 assets, uint256 given, uint256 bought, , , , ) = abi.decode(
            requested.data,
            (uint256, uint256, uint256, uint256, uint256, uint256, uint256)
        );
        ModelStake memory stake = _stake(modelId);
        _same(assets, stake.unbondingAssets, "assets");
        _same(given, shares / 2, "shares");
        _same(bought, stake.unbondingShares, "unbonding shares");
        _isTrue(bought > given, "of another price");
    }

    /// @dev Where fees have made shares of the active pool dear, they buy more of the other's than a pool can have.
    function test_RevertWhen_TheUnbondingPoolHasTooManyShares() public {
        uint256 most = uint256(type(uint104).max) / 1_000;
        token = new PermitToken("Local", "LOC", address(this), 3 * most);
        VaultSystem system = new VaultSystem(address(token), address(board), EPOCH, UNBONDING);
        (record, vault) = (system.record(), system.vault());
        modelId = _register();
        _setLane(modelId, 1);
        token.transfer(delegator, most);
        vm.prank(delegator);
        token.approve(address(vault), most);
        shares = _delegate(delegator, modelId, most);
        _request(delegator, modelId, shares / 2);
        token.approve(address(vault), most);
        vault.pay(modelId, most);
        vm.warp(block.timestamp + 7 days);
        (bool done, bytes memory reason) = address(this).call(abi.encodeCall(this.requestRest, ()));
        _isTrue(!done && bytes4(reason) == SafeCast.SafeCastOverflowedUintDowncast.selector, "too many shares");
    }

    function requestRest() external {
        _request(delegator, modelId, vault.balanceOf(delegator, modelId));
    }

    function test_RevertWhen_SharesInsufficient() public {
        _request(delegator, modelId, 1);
        _expect(abi.encodeWithSelector(IAssayVault.InsufficientShares.selector, shares, shares - 1));
        _request(delegator, modelId, shares);
    }

    function test_RevertWhen_RequestUnbondZero() public {
        _expect(abi.encodeWithSelector(IAssayVault.ZeroAmount.selector));
        _request(delegator, modelId, 0);
    }

    // ---------------------------------------------------------------- withdraw
    function test_Withdraw() public {
        _request(delegator, modelId, shares / 2);
        vm.warp(block.timestamp + UNBONDING);
        ModelStake memory expected = _stake(modelId);
        (expected.unbondingAssets, expected.unbondingShares) = (0, 0);
        uint256 before = token.balanceOf(owner);
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _words(expected);
        _expectVaultEvent();
        emit IAssayVault.Withdrawn(modelId, delegator, owner, 50 * UNIT, shares / 2, bondWord, poolWord, lossWord);
        vm.prank(delegator);
        _same(vault.withdraw(modelId, owner), 50 * UNIT, "assets");
        _sameStake(_stake(modelId), expected, "stake");
        _same(token.balanceOf(owner) - before, 50 * UNIT, "received");
        Position memory position = _position(modelId, delegator);
        _same(position.shares, shares / 2, "shares left");
        _same(position.unbondingShares + position.unlocksAt, 0, "nothing unbonding");
    }

    function test_Withdraw_LastStakerLeavesNothingBehind() public {
        _same(_exit(delegator, modelId), 100 * UNIT, "assets");
        ModelStake memory stake = _stake(modelId);
        _same(stake.shares + stake.unbondingShares, 0, "shares");
        _same(stake.delegated + stake.unbondingAssets, 0, "assets in the pools");
        _same(token.balanceOf(address(vault)), stake.bond, "held = bond");
        // And the pool can be used again.
        _same(_delegate(delegator, modelId, UNIT), UNIT * StakeLib.VIRTUAL_SHARES, "price");
    }

    function test_RevertWhen_NothingUnbonding() public {
        _expect(abi.encodeWithSelector(IAssayVault.NothingUnbonding.selector));
        _withdraw(delegator, modelId);
    }

    function test_RevertWhen_StillUnbonding() public {
        _request(delegator, modelId, shares);
        uint256 unlocksAt = block.timestamp + UNBONDING;
        vm.warp(unlocksAt - 1);
        _expect(abi.encodeWithSelector(IAssayVault.StillUnbonding.selector, unlocksAt, unlocksAt - 1));
        _withdraw(delegator, modelId);
    }

    function test_RevertWhen_ReceiverInvalid() public {
        _expect(abi.encodeWithSelector(IAssayVault.InvalidReceiver.selector, address(0)));
        vm.prank(delegator);
        vault.withdraw(modelId, address(0));
        _expect(abi.encodeWithSelector(IAssayVault.InvalidReceiver.selector, address(vault)));
        vm.prank(delegator);
        vault.withdraw(modelId, address(vault));
    }

    // ---------------------------------------------------------------- freezes and the way out
    /// @dev Whoever knows of a fault first and requests at once is still there when the freeze comes, and pays.
    function test_Attack_WithdrawBeforeSlash() public {
        _widenBucket();
        _request(delegator, modelId, shares);
        vm.warp(block.timestamp + UNBONDING - 1);
        uint256 frozen = _failingResult(modelId).fromUnbonding;
        _isTrue(frozen > 0, "the unbonding pool pays");
        uint256 heldUntil = _stake(modelId).heldUntil;
        vm.warp(block.timestamp + 1);
        _expect(abi.encodeWithSelector(IAssayVault.HeldByFreeze.selector, heldUntil, block.timestamp));
        _withdraw(delegator, modelId);
        vm.warp(heldUntil);
        uint256 received = _withdraw(delegator, modelId);
        _isTrue(received <= 100 * UNIT - frozen && received + 1 >= 100 * UNIT - frozen, "paid for it");
    }

    /// @dev Both pools lose the same share of what they hold.
    function test_Freeze_TakesFromBothPoolsAlike() public {
        _widenBucket();
        _request(delegator, modelId, shares / 4);
        ModelStake memory before = _stake(modelId);
        _failingResult(modelId);
        ModelStake memory left = _stake(modelId);
        uint256 active = (uint256(left.delegated) * UNIT) / before.delegated;
        uint256 unbonding = (uint256(left.unbondingAssets) * UNIT) / before.unbondingAssets;
        _isTrue(active < UNIT, "the active pool lost");
        _isTrue(active >= unbonding && active - unbonding <= 1, "and the unbonding one as much");
    }

    function test_Withdraw_AtOnceAfterTheRelease() public {
        _widenBucket();
        _request(delegator, modelId, shares);
        vm.warp(block.timestamp + UNBONDING - 7 days);
        _release(_failingResult(modelId));
        _isTrue(block.timestamp < _stake(modelId).heldUntil, "the hold would go on");
        _isTrue(_withdraw(delegator, modelId) > 0, "but nothing is unresolved");
    }

    /// @dev However often a committee fails the model: a hold ends by itself, and days without one follow.
    function test_Withdraw_HoldsCannotBeChained() public {
        _widenBucket();
        _failingResult(modelId);
        uint256 heldUntil = _stake(modelId).heldUntil;
        _request(delegator, modelId, shares);
        uint256 unlocksAt = block.timestamp + UNBONDING;
        while (block.timestamp < unlocksAt + EPOCH) {
            _nextEpoch();
            _failingResult(modelId);
            uint256 held = _stake(modelId).heldUntil;
            _isTrue(held == heldUntil || block.timestamp >= heldUntil + 3 days, "not extended");
            heldUntil = held;
        }
        if (block.timestamp < heldUntil) vm.warp(heldUntil);
        _isTrue(block.timestamp <= unlocksAt + HOLD, "within unbonding + 21 days");
        _withdraw(delegator, modelId);
    }

    /// @dev A freeze in the days after a hold starts no new one; one after them does.
    function test_Withdraw_PauseBetweenHolds() public {
        _widenBucket();
        _failingResult(modelId);
        uint256 heldUntil = _stake(modelId).heldUntil;
        vm.warp(heldUntil + 1 days);
        _failingResult(modelId);
        _same(_stake(modelId).openFreezes, 2, "frozen again");
        _same(_stake(modelId).heldUntil, heldUntil, "but not held");
        vm.warp(heldUntil + 9 days);
        _failingResult(modelId);
        _same(_stake(modelId).openFreezes, 3, "and again");
        _same(_stake(modelId).heldUntil, block.timestamp + HOLD, "and held");
    }

    function testFuzz_Withdraw_InAndOut(uint96 assets, uint104 out) public {
        address account = address(0xF0);
        _fund(account);
        uint256 paid = _within(assets, 1, 9e6 * UNIT);
        uint256 bought = _delegate(account, modelId, paid);
        uint256 unbonding = _within(out, 1, bought);
        uint256 held = _heldBy(modelId);
        _request(account, modelId, unbonding);
        _same(_heldBy(modelId), held, "moving between pools moves no tokens");
        vm.warp(block.timestamp + UNBONDING);
        uint256 received = _position(modelId, account).unbondingShares == 0 ? 0 : _withdraw(account, modelId);
        _isTrue(received <= (paid * unbonding) / bought, "rounded in favour of the pool");
        _same(_heldBy(modelId), held - received, "stake");
        _same(token.balanceOf(address(vault)), _heldBy(modelId), "held");
    }
}
