// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IAssayVault, ModelStake } from "../../contracts/interfaces/IAssayVault.sol";
import { VaultFixture } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

contract BondTest is VaultFixture {
    function test_Bond() public {
        uint256 modelId = _register();
        ModelStake memory expected;
        expected.bond = uint96(5 * UNIT);
        expected.lossEpochStart = uint40(block.timestamp);
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _words(expected);
        _expectVaultEvent();
        emit IAssayVault.Bonded(modelId, owner, 5 * UNIT, bondWord, poolWord, lossWord);
        _bond(modelId, 5 * UNIT);
        _sameStake(_stake(modelId), expected, "stake");
        _same(token.balanceOf(address(vault)), 5 * UNIT, "held");

        vm.warp(block.timestamp + 1);
        _bond(modelId, 1);
        expected.bond += 1;
        _sameStake(_stake(modelId), expected, "the loss epoch starts with the first bond");
    }

    function test_Bond_AnyoneMayPay() public {
        uint256 modelId = _register();
        vm.prank(delegator);
        vault.bond(modelId, UNIT);
        _same(_stake(modelId).bond, UNIT, "bond");
        _expect(_notModelOwner(modelId, delegator));
        vm.prank(delegator);
        vault.requestBondUnbond(modelId, UNIT);
    }

    function test_Bond_DuringAFreeze() public {
        uint256 modelId = _standardModel();
        _failingResult(modelId);
        uint256 before = _stake(modelId).bond;
        _bond(modelId, UNIT);
        _same(_stake(modelId).bond, before + UNIT, "bond");
    }

    function test_RevertWhen_BondZero() public {
        uint256 modelId = _register();
        _expect(abi.encodeWithSelector(IAssayVault.ZeroAmount.selector));
        vault.bond(modelId, 0);
    }

    function test_RevertWhen_BondUnknownModel() public {
        _expect(abi.encodeWithSelector(IAssayVault.UnknownModel.selector, 3));
        vault.bond(3, 1);
    }

    function test_RevertWhen_BondTooLarge() public {
        uint256 modelId = _register();
        uint256 most = type(uint96).max;
        _expect(abi.encodeWithSelector(IAssayVault.AmountTooLarge.selector, most + 1, most));
        vault.bond(modelId, most + 1);
        vault.bond(modelId, 1);
        _expect(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, most + 1));
        vault.bond(modelId, most);
    }

    // ---------------------------------------------------------------- views
    function test_StakeViews() public {
        uint256 modelId = _standardModel();
        _delegate(delegator, modelId, 10 * UNIT);
        _request(delegator, modelId, 3_000 * UNIT);
        _requestBond(modelId, 500 * UNIT);
        (uint256 activeBond, uint256 openFreezes) = vault.backingOf(modelId);
        _same(activeBond, 1_500 * UNIT, "active bond");
        _same(openFreezes, 0, "no freeze");
        _sameWords(modelId);
        _failingResult(modelId);
        (, openFreezes) = vault.backingOf(modelId);
        _same(openFreezes, 1, "one freeze");
        _sameWords(modelId);
    }

    function _sameWords(uint256 modelId) private view {
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _words(_stake(modelId));
        (uint256 bondSlot, uint256 poolSlot, uint256 lossSlot) = vault.stakeWordsOf(modelId);
        _same(bondSlot, bondWord, "bond word");
        _same(poolSlot, poolWord, "pool word");
        _same(lossSlot, lossWord, "loss word");
    }

    // ---------------------------------------------------------------- the way out
    function test_BondUnbond() public {
        uint256 modelId = _standardModel();
        ModelStake memory expected = _stake(modelId);
        expected.unbondingBond = uint96(500 * UNIT);
        expected.bondUnlocksAt = uint40(block.timestamp + UNBONDING);
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _words(expected);
        _expectVaultEvent();
        emit IAssayVault.BondUnbondRequested(modelId, 500 * UNIT, bondWord, poolWord, lossWord);
        _requestBond(modelId, 500 * UNIT);

        vm.warp(block.timestamp + UNBONDING);
        uint256 before = token.balanceOf(delegator);
        (expected.bond, expected.unbondingBond, expected.bondUnlocksAt) = (uint96(1_500 * UNIT), 0, 0);
        (bondWord, poolWord, lossWord) = _words(expected);
        _expectVaultEvent();
        emit IAssayVault.BondWithdrawn(modelId, delegator, 500 * UNIT, bondWord, poolWord, lossWord);
        vm.prank(owner);
        _same(vault.withdrawBond(modelId, delegator), 500 * UNIT, "assets");
        _sameStake(_stake(modelId), expected, "stake");
        _same(token.balanceOf(delegator) - before, 500 * UNIT, "received");
    }

    /// @dev Another request adds up and restarts the clock.
    function test_BondUnbond_AddsUp() public {
        uint256 modelId = _standardModel();
        _requestBond(modelId, 500 * UNIT);
        vm.warp(block.timestamp + UNBONDING - 1);
        _setLane(modelId, 0);
        _requestBond(modelId, 1_500 * UNIT);
        _same(_stake(modelId).unbondingBond, 2_000 * UNIT, "unbonding");
        _same(_stake(modelId).bondUnlocksAt, block.timestamp + UNBONDING, "unlocks");
    }

    /// @dev The standard lane keeps the smallest bond; out of it all of it may leave.
    function test_RevertWhen_BondNeededInLane() public {
        uint256 modelId = _standardModel();
        _requestBond(modelId, 1_000 * UNIT);
        _expect(abi.encodeWithSelector(IAssayVault.BondNeededInLane.selector, 1_000 * UNIT - 1, 1_000 * UNIT));
        _requestBond(modelId, 1);
        _setLane(modelId, 0);
        _requestBond(modelId, 1_000 * UNIT);
        _same(_stake(modelId).unbondingBond, 2_000 * UNIT, "all of it");
    }

    function test_RevertWhen_BondInsufficient() public {
        uint256 modelId = _standardModel();
        _setLane(modelId, 0);
        _requestBond(modelId, 500 * UNIT);
        _expect(abi.encodeWithSelector(IAssayVault.InsufficientBond.selector, 1_501 * UNIT, 1_500 * UNIT));
        _requestBond(modelId, 1_501 * UNIT);
    }

    function test_RevertWhen_RequestBondUnbondZero() public {
        uint256 modelId = _standardModel();
        _expect(abi.encodeWithSelector(IAssayVault.ZeroAmount.selector));
        _requestBond(modelId, 0);
    }

    function test_RevertWhen_RequestBondUnbondUnknownModel() public {
        _expect(abi.encodeWithSelector(IAssayVault.UnknownModel.selector, 3));
        _requestBond(3, 1);
    }

    function test_RevertWhen_BondStillUnbonding() public {
        uint256 modelId = _standardModel();
        _requestBond(modelId, UNIT);
        uint256 unlocksAt = block.timestamp + UNBONDING;
        vm.warp(unlocksAt - 1);
        _expect(abi.encodeWithSelector(IAssayVault.StillUnbonding.selector, unlocksAt, unlocksAt - 1));
        vm.prank(owner);
        vault.withdrawBond(modelId, owner);
    }

    function test_RevertWhen_NoBondUnbonding() public {
        uint256 modelId = _standardModel();
        _expect(abi.encodeWithSelector(IAssayVault.NothingUnbonding.selector));
        vm.prank(owner);
        vault.withdrawBond(modelId, owner);
    }

    function test_RevertWhen_WithdrawBondNotOwner() public {
        uint256 modelId = _standardModel();
        _expect(_notModelOwner(modelId, delegator));
        vm.prank(delegator);
        vault.withdrawBond(modelId, delegator);
    }

    function test_RevertWhen_BondReceiverInvalid() public {
        uint256 modelId = _standardModel();
        _expect(abi.encodeWithSelector(IAssayVault.InvalidReceiver.selector, address(0)));
        vm.prank(owner);
        vault.withdrawBond(modelId, address(0));
        _expect(abi.encodeWithSelector(IAssayVault.InvalidReceiver.selector, address(vault)));
        vm.prank(owner);
        vault.withdrawBond(modelId, address(vault));
    }

    function testFuzz_Bond_InAndOut(uint96 first, uint96 second, uint96 out) public {
        uint256 bonded = _within(first, 1, 4e6 * UNIT);
        uint256 modelId = _register();
        uint256 before = token.balanceOf(owner);
        _bond(modelId, bonded);
        uint256 more = _within(second, 1, 4e6 * UNIT);
        _bond(modelId, more);
        uint256 assets = _within(out, 1, bonded + more);
        _requestBond(modelId, assets);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(owner);
        vault.withdrawBond(modelId, owner);
        _same(token.balanceOf(owner), before - bonded - more + assets, "owner");
        _same(_stake(modelId).bond, token.balanceOf(address(vault)), "held = bond");
    }
}
