// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { Assay } from "../../contracts/Assay.sol";
import { IAssay, ModelStake } from "../../contracts/interfaces/IAssay.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { FeeToken, GenerousToken, ReentrantToken } from "./HostileTokens.sol";
import { vm } from "./Vm.sol";

contract BondTest is AssayFixture {
    function test_Bond() public {
        (uint256 modelId, ) = _register(DIGEST);
        ModelStake memory expected;
        expected.bond = uint96(5 * UNIT);
        expected.lossEpochStart = uint48(block.timestamp);
        _expectEvent();
        emit IAssay.Bonded(modelId, owner, 5 * UNIT, expected);
        _bond(modelId, 5 * UNIT);
        _sameStake(_stake(modelId), expected, "stake");
        _same(token.balanceOf(address(assay)), 5 * UNIT, "held");

        vm.warp(block.timestamp + 1);
        _bond(modelId, 1);
        expected.bond += 1;
        _sameStake(_stake(modelId), expected, "the loss epoch starts with the first bond");
    }

    function test_Bond_AnyoneMayPay() public {
        (uint256 modelId, ) = _register(DIGEST);
        vm.prank(delegator);
        assay.bond(modelId, UNIT);
        _same(_stake(modelId).bond, UNIT, "bond");
        _expect(_notOwner(modelId, delegator));
        vm.prank(delegator);
        assay.requestBondUnbond(modelId, UNIT);
    }

    function test_RevertWhen_BondZero() public {
        (uint256 modelId, ) = _register(DIGEST);
        _expect(abi.encodeWithSelector(IAssay.ZeroAmount.selector));
        assay.bond(modelId, 0);
    }

    function test_RevertWhen_BondUnknownModel() public {
        _expect(abi.encodeWithSelector(IAssay.UnknownModel.selector, 3));
        assay.bond(3, 1);
    }

    function test_RevertWhen_BondTooLarge() public {
        (uint256 modelId, ) = _register(DIGEST);
        uint256 tooMuch = 1 << 96;
        _expect(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, tooMuch));
        assay.bond(modelId, tooMuch);
    }

    // ---------------------------------------------------------------- hostile tokens
    function test_RevertWhen_TokenTakesAFee() public {
        Assay other = _deployWith(new FeeToken(address(this), 100 * UNIT));
        _expect(abi.encodeWithSelector(IAssay.TokenNotPlain.selector, UNIT, (UNIT * 99) / 100));
        other.bond(1, UNIT);
        _expect(abi.encodeWithSelector(IAssay.TokenNotPlain.selector, UNIT, (UNIT * 99) / 100));
        other.delegate(1, UNIT);
    }

    function test_RevertWhen_TokenDeliversTooMuch() public {
        Assay other = _deployWith(new GenerousToken(address(this), 100 * UNIT));
        _expect(abi.encodeWithSelector(IAssay.TokenNotPlain.selector, UNIT, 2 * UNIT));
        other.bond(1, UNIT);
    }

    function test_RevertWhen_TokenReenters() public {
        ReentrantToken hostile = new ReentrantToken(address(this), 100 * UNIT);
        Assay other = _deployWith(hostile);
        hostile.arm(other, abi.encodeCall(IAssay.delegate, (1, 1)));
        _expect(abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        other.bond(1, UNIT);
    }

    function _deployWith(ERC20 hostile) private returns (Assay other) {
        other = new Assay(address(hostile), address(board), EPOCH, UNBONDING);
        other.register("model", DIGEST, "");
        hostile.approve(address(other), type(uint256).max);
    }

    // ---------------------------------------------------------------- the way out
    function test_BondUnbond() public {
        (uint256 modelId, ) = _standardModel();
        ModelStake memory expected = _stake(modelId);
        expected.unbondingBond = uint96(500 * UNIT);
        expected.bondUnlocksAt = uint48(block.timestamp + UNBONDING);
        _expectEvent();
        emit IAssay.BondUnbondRequested(modelId, 500 * UNIT, expected);
        vm.prank(owner);
        assay.requestBondUnbond(modelId, 500 * UNIT);

        vm.warp(block.timestamp + UNBONDING);
        uint256 before = token.balanceOf(delegator);
        (expected.bond, expected.unbondingBond, expected.bondUnlocksAt) = (uint96(1_500 * UNIT), 0, 0);
        _expectEvent();
        emit IAssay.BondWithdrawn(modelId, delegator, 500 * UNIT, expected);
        vm.prank(owner);
        _same(assay.withdrawBond(modelId, delegator), 500 * UNIT, "assets");
        _sameStake(_stake(modelId), expected, "stake");
        _same(token.balanceOf(delegator) - before, 500 * UNIT, "received");
    }

    /// @dev Another request adds up and restarts the clock.
    function test_BondUnbond_AddsUp() public {
        (uint256 modelId, ) = _standardModel();
        vm.prank(owner);
        assay.requestBondUnbond(modelId, 500 * UNIT);
        vm.warp(block.timestamp + UNBONDING - 1);
        vm.prank(owner);
        assay.requestBondUnbond(modelId, 1_500 * UNIT);
        _same(_stake(modelId).unbondingBond, 2_000 * UNIT, "unbonding");
        _same(_stake(modelId).bondUnlocksAt, block.timestamp + UNBONDING, "unlocks");
    }

    function test_RevertWhen_BondInsufficient() public {
        (uint256 modelId, ) = _standardModel();
        vm.prank(owner);
        assay.requestBondUnbond(modelId, 500 * UNIT);
        _expect(abi.encodeWithSelector(IAssay.InsufficientBond.selector, 1_501 * UNIT, 1_500 * UNIT));
        vm.prank(owner);
        assay.requestBondUnbond(modelId, 1_501 * UNIT);
    }

    function test_RevertWhen_RequestBondUnbondZero() public {
        (uint256 modelId, ) = _standardModel();
        _expect(abi.encodeWithSelector(IAssay.ZeroAmount.selector));
        vm.prank(owner);
        assay.requestBondUnbond(modelId, 0);
    }

    function test_RevertWhen_BondStillUnbonding() public {
        (uint256 modelId, ) = _standardModel();
        vm.prank(owner);
        assay.requestBondUnbond(modelId, UNIT);
        uint256 unlocksAt = block.timestamp + UNBONDING;
        vm.warp(unlocksAt - 1);
        _expect(abi.encodeWithSelector(IAssay.StillUnbonding.selector, unlocksAt, unlocksAt - 1));
        vm.prank(owner);
        assay.withdrawBond(modelId, owner);
    }

    function test_RevertWhen_NoBondUnbonding() public {
        (uint256 modelId, ) = _standardModel();
        _expect(abi.encodeWithSelector(IAssay.NothingUnbonding.selector));
        vm.prank(owner);
        assay.withdrawBond(modelId, owner);
    }

    function test_RevertWhen_WithdrawBondNotOwner() public {
        (uint256 modelId, ) = _standardModel();
        _expect(_notOwner(modelId, delegator));
        vm.prank(delegator);
        assay.withdrawBond(modelId, delegator);
    }

    function test_RevertWhen_BondReceiverInvalid() public {
        (uint256 modelId, ) = _standardModel();
        _expect(abi.encodeWithSelector(IAssay.InvalidReceiver.selector, address(0)));
        vm.prank(owner);
        assay.withdrawBond(modelId, address(0));
        _expect(abi.encodeWithSelector(IAssay.InvalidReceiver.selector, address(assay)));
        vm.prank(owner);
        assay.withdrawBond(modelId, address(assay));
    }

    function testFuzz_Bond_InAndOut(uint96 first, uint96 second, uint96 out) public {
        uint256 bonded = _within(first, 1, 4e6 * UNIT);
        (uint256 modelId, ) = _register(DIGEST);
        uint256 before = token.balanceOf(owner);
        _bond(modelId, bonded);
        uint256 more = _within(second, 1, 4e6 * UNIT);
        _bond(modelId, more);
        uint256 assets = _within(out, 1, bonded + more);
        vm.prank(owner);
        assay.requestBondUnbond(modelId, assets);
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(owner);
        assay.withdrawBond(modelId, owner);
        _same(token.balanceOf(owner), before - bonded - more + assets, "owner");
        _same(_stake(modelId).bond, token.balanceOf(address(assay)), "held = bond");
    }
}
