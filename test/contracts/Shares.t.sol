// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import { ERC6909 } from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import { IERC165 } from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import { IAssayVault, Position } from "../../contracts/interfaces/IAssayVault.sol";
import { VaultFixture } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Delegation shares as ERC-6909 balances; the id is the model.
contract SharesTest is VaultFixture {
    address private constant FRIEND = address(0xF1);

    uint256 private modelId;
    uint256 private shares;

    function setUp() public override {
        super.setUp();
        modelId = _standardModel();
        shares = _delegate(delegator, modelId, 100 * UNIT);
    }

    function test_Transfer() public {
        _expectVaultEvent();
        emit IERC6909.Transfer(delegator, delegator, FRIEND, modelId, shares / 4);
        vm.prank(delegator);
        _isTrue(vault.transfer(FRIEND, modelId, shares / 4), "done");
        _same(vault.balanceOf(FRIEND, modelId), shares / 4, "friend");
        _same(vault.balanceOf(delegator, modelId), (shares * 3) / 4, "delegator");
        _same(_stake(modelId).shares, shares, "the pool has as many as before");
        _same(_exit(FRIEND, modelId), 25 * UNIT, "worth what they were");
    }

    function test_Transfer_ToOneself() public {
        vm.prank(delegator);
        vault.transfer(delegator, modelId, shares);
        _same(vault.balanceOf(delegator, modelId), shares, "the same");
    }

    function test_MintAndBurnAreTransfers() public {
        _expectVaultEvent();
        emit IERC6909.Transfer(delegator, address(0), delegator, modelId, 1_000 * UNIT);
        _delegate(delegator, modelId, UNIT);
        _expectVaultEvent();
        emit IERC6909.Transfer(delegator, delegator, address(0), modelId, 1_000 * UNIT);
        _request(delegator, modelId, 1_000 * UNIT);
        _same(vault.balanceOf(address(0), modelId), 0, "nobody's");
    }

    function test_Approve() public {
        vm.prank(delegator);
        vault.approve(FRIEND, modelId, 10);
        vm.prank(FRIEND);
        vault.transferFrom(delegator, FRIEND, modelId, 7);
        _same(vault.allowance(delegator, FRIEND, modelId), 3, "left");
        _expect(abi.encodeWithSelector(ERC6909.ERC6909InsufficientAllowance.selector, FRIEND, 3, 4, modelId));
        vm.prank(FRIEND);
        vault.transferFrom(delegator, FRIEND, modelId, 4);
    }

    function test_Operator() public {
        vm.prank(delegator);
        vault.setOperator(FRIEND, true);
        vm.prank(FRIEND);
        vault.transferFrom(delegator, FRIEND, modelId, shares);
        _same(vault.balanceOf(FRIEND, modelId), shares, "all");
    }

    function test_SupportsInterface() public view {
        _isTrue(vault.supportsInterface(type(IERC6909).interfaceId), "ERC-6909");
        _isTrue(vault.supportsInterface(type(IERC165).interfaceId), "ERC-165");
        _isTrue(!vault.supportsInterface(0xffffffff), "not everything");
        _isTrue(!vault.supportsInterface(0x00000001), "nor a smaller number");
    }

    function test_RevertWhen_TransferTooMuch() public {
        _expect(
            abi.encodeWithSelector(ERC6909.ERC6909InsufficientBalance.selector, delegator, shares, shares + 1, modelId)
        );
        vm.prank(delegator);
        vault.transfer(FRIEND, modelId, shares + 1);
    }

    function test_RevertWhen_TransferToTheVault() public {
        _expect(abi.encodeWithSelector(IAssayVault.InvalidReceiver.selector, address(vault)));
        vm.prank(delegator);
        vault.transfer(address(vault), modelId, 1);
    }

    function test_RevertWhen_TransferToNobody() public {
        _expect(abi.encodeWithSelector(ERC6909.ERC6909InvalidReceiver.selector, address(0)));
        vm.prank(delegator);
        vault.transfer(address(0), modelId, 1);
    }

    /// @dev What is unbonding stays with whoever asked for it: shares that could be moved would be a way round the delay.
    function test_RevertWhen_TransferOfUnbondingShares() public {
        _request(delegator, modelId, shares / 2);
        _same(vault.balanceOf(delegator, modelId), shares / 2, "balance");
        _expect(
            abi.encodeWithSelector(
                ERC6909.ERC6909InsufficientBalance.selector,
                delegator,
                shares / 2,
                shares / 2 + 1,
                modelId
            )
        );
        vm.prank(delegator);
        vault.transfer(FRIEND, modelId, shares / 2 + 1);
    }

    /// @dev Moving active shares leaves the unbonding ones and both clocks alone.
    function test_Transfer_LeavesTheClocksAlone() public {
        _request(delegator, modelId, shares / 2);
        _delegate(owner, modelId, UNIT);
        _request(owner, modelId, 1_000);
        Position memory before = _position(modelId, owner);
        vm.warp(block.timestamp + 1 days);
        vm.prank(delegator);
        vault.transfer(owner, modelId, 500);
        Position memory now_ = _position(modelId, owner);
        _same(now_.shares, before.shares + 500, "shares");
        _same(now_.unbondingShares, before.unbondingShares, "unbonding");
        _same(now_.unlocksAt, before.unlocksAt, "clock");
        _same(_position(modelId, delegator).unbondingShares, shares / 2, "the sender's too");
    }

    /// @dev The claim to what is frozen moves along with the shares it was taken from.
    function test_Transfer_DuringAFreeze() public {
        _widenBucket();
        vm.recordLogs();
        _freeze(_orderFor(modelId, SEVERITY, 0));
        vm.prank(delegator);
        vault.transfer(FRIEND, modelId, shares);
        _resolve(_lastRecord(), true);
        _same(_worth(FRIEND, modelId), 100 * UNIT, "all of it");
    }

    function testFuzz_Transfer_ConservesShares(uint104 first, uint104 second) public {
        uint256 out = first % (shares + 1);
        vm.prank(delegator);
        vault.transfer(FRIEND, modelId, out);
        uint256 back = second % (out + 1);
        vm.prank(FRIEND);
        vault.transfer(delegator, modelId, back);
        _same(vault.balanceOf(FRIEND, modelId), out - back, "friend");
        _same(vault.balanceOf(delegator, modelId), shares - out + back, "delegator");
    }
}
