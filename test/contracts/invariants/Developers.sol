// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Retirement } from "../../../contracts/interfaces/IAssay.sol";
import { ModelStake } from "../../../contracts/interfaces/IAssayVault.sol";
import { MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { vm } from "../Vm.sol";
import { System } from "./System.sol";

/// @title Developers: who own models
abstract contract Developers is System {
    function register(uint256 who) external step(NOBODY) {
        if (assay.modelCount() == MODELS_MAX) return;
        vm.prank(_developer(who));
        assay.register("model", keccak256(abi.encode("digest", who)), URI, 0);
        _done();
    }

    function addVersion(uint256 which, uint256 digest) external step(NOBODY) {
        uint256 modelId = _model(which);
        bytes32 fresh = keccak256(abi.encode("digest", digest, _versionCount[modelId]));
        if (_isRetired(modelId) || _versionCount[modelId] == VERSIONS_MAX) return;
        vm.prank(_holder(modelId));
        assay.addVersion(modelId, fresh, URI, 0);
        _done();
    }

    function changeLane(uint256 which) external step(NOBODY) {
        uint256 modelId = _model(which);
        (, uint8 lane) = assay.ownerAndLane(modelId);
        vm.prank(_holder(modelId));
        assay.setLane(modelId, 1 - lane);
        _done();
    }

    /// @dev Rarely: a retired model is no longer of much use to the others.
    function retire(uint256 which, uint256 time) external step(NOBODY) {
        uint256 modelId = _model(which);
        if (_isRetired(modelId) || time % 4 != 0) return;
        uint64 served = uint64(block.timestamp + (time % 30 days));
        uint64 evaluated = served + uint64(time % 7 days);
        uint64 liable = evaluated + uint64(UNBONDING);
        vm.prank(_holder(modelId));
        assay.retire(
            modelId,
            Retirement({
                servedUntil: served,
                evaluatedUntil: evaluated,
                liableUntil: liable,
                recordUntil: liable + 1 days
            })
        );
        _done();
    }

    function transferModel(uint256 which) external step(NOBODY) {
        uint256 modelId = _model(which);
        address holder = _holder(modelId);
        vm.prank(holder);
        assay.transferFrom(holder, _developer(0) == holder ? _developer(1) : _developer(0), modelId);
        _done();
    }

    // ---------------------------------------------------------------- bond
    function addBond(uint256 which, uint256 assets) external step(NOBODY) {
        uint256 modelId = _model(which);
        vm.prank(_holder(modelId));
        vault.bond(modelId, _within(assets, 1, 1e4 * UNIT));
        _done();
    }

    function requestBond(uint256 which, uint256 assets) external step(NOBODY) {
        uint256 modelId = _model(which);
        ModelStake memory stake = vault.stakeOf(modelId);
        (, uint8 lane) = assay.ownerAndLane(modelId);
        uint256 keep = lane == 1 ? _policyInForce().bondMin : 0;
        uint256 available = stake.bond - stake.unbondingBond;
        if (available <= keep) return;
        _requestBond(modelId, _within(assets, 1, available - keep));
        _done();
    }

    function withdrawBond(uint256 which, uint256 chance) external step(NOBODY) {
        ModelStake memory stake = vault.stakeOf(_model(which));
        if (stake.unbondingBond == 0) return;
        _mayWaitUntil(_leavesAt(stake, stake.bondUnlocksAt), chance);
        if (_withdrawBond(_model(which))) _done();
    }

    function _requestBond(uint256 modelId, uint256 assets) internal {
        vm.prank(_holder(modelId));
        vault.requestBondUnbond(modelId, assets);
    }

    function _withdrawBond(uint256 modelId) internal returns (bool) {
        ModelStake memory stake = vault.stakeOf(modelId);
        if (stake.unbondingBond == 0 || block.timestamp < stake.bondUnlocksAt || _isHeld(stake)) return false;
        address holder = _holder(modelId);
        vm.prank(holder);
        vault.withdrawBond(modelId, holder);
        return true;
    }

    function _isRetired(uint256 modelId) private view returns (bool) {
        return MemoryLib.has(_foldedMemoryOf(_foldedCurrent[modelId]), MemoryLib.RETIRED);
    }
}
