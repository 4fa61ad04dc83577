// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ModelStake, Position } from "../../../contracts/interfaces/IAssayVault.sol";
import { StakeLib } from "../../../contracts/libraries/StakeLib.sol";
import { vm } from "../Vm.sol";
import { System } from "./System.sol";

/// @title Delegators: who stake on others' models
abstract contract Delegators is System {
    function delegate(uint256 who, uint256 which, uint256 assets) external step(_delegator(who)) {
        uint256 modelId = _model(which);
        uint256 amount = _within(assets, 1, 1e4 * UNIT);
        // Fees on a pool of a few shares make them dear; those that are due come first.
        vault.settleFees(modelId);
        ModelStake memory stake = vault.stakeOf(modelId);
        bool buysNone = StakeLib.sharesForDown(amount, stake.shares, stake.delegated) == 0;
        if (stake.openFreezes != 0 || buysNone) return;
        _delegate(_delegator(who), modelId, amount);
        _done();
    }

    function moveShares(uint256 who, uint256 which, uint256 shares) external step(_delegator(who)) {
        uint256 modelId = _model(which);
        uint256 balance = vault.balanceOf(_delegator(who), modelId);
        address receiver = _delegator((who % DELEGATORS) + 1);
        _sentTo(receiver);
        vm.prank(_delegator(who));
        vault.transfer(receiver, modelId, shares % (balance + 1));
        if (balance != 0) _done();
    }

    /// @dev The first model from `which` on where there is something to request.
    function requestUnbond(uint256 who, uint256 which, uint256 shares) external step(_delegator(who)) {
        for (uint256 i; i < assay.modelCount(); ++i) {
            uint256 modelId = _model((which % 64) + i);
            uint256 available = vault.balanceOf(_delegator(who), modelId);
            if (available == 0) continue;
            _requestShares(_delegator(who), modelId, _within(shares, 1, available));
            _done();
            return;
        }
    }

    /// @dev The first model from `which` on where there is something to wait for. Whether the guardian has paused or not.
    function withdraw(uint256 who, uint256 which, uint256 chance) external step(_delegator(who)) {
        for (uint256 i; i < assay.modelCount(); ++i) {
            uint256 modelId = _model((which % 64) + i);
            Position memory position = vault.positionOf(modelId, _delegator(who));
            if (position.unbondingShares == 0) continue;
            _mayWaitUntil(_leavesAt(vault.stakeOf(modelId), position.unlocksAt), chance);
            if (_withdrawShares(_delegator(who), modelId)) _done();
            return;
        }
    }

    function _requestShares(address account, uint256 modelId, uint256 shares) internal {
        vm.prank(account);
        vault.requestUnbond(modelId, shares);
    }

    function _withdrawShares(address account, uint256 modelId) internal returns (bool) {
        Position memory position = vault.positionOf(modelId, account);
        if (position.unbondingShares == 0 || block.timestamp < position.unlocksAt) return false;
        if (_isHeld(vault.stakeOf(modelId))) return false;
        vm.prank(account);
        vault.withdraw(modelId, account);
        return true;
    }
}
