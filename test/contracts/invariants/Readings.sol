// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ResultLog } from "../../../contracts/interfaces/IAssay.sol";
import { FreezeRecord, ModelStake, Position } from "../../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "../../../contracts/libraries/AdmissionLib.sol";
import { DecayLib } from "../../../contracts/libraries/DecayLib.sol";
import { Memory, MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { ReplayLib } from "../../../contracts/libraries/ReplayLib.sol";
import { Comparison } from "./Comparison.sol";

/// @title Readings: what the invariants ask
abstract contract Readings is Comparison {
    // ---------------------------------------------------------------- INV-01
    function held() external view returns (uint256) {
        return token.balanceOf(address(vault));
    }

    /// @notice Bonds, pools, frozen stake, funds, streams, seat bonds and deposits as the vault says, and donations.
    function accounted() external view returns (uint256 assets) {
        assets = vault.commonsFund() + vault.evaluationFund() + vault.depositsHeld() + _donated + _frozenInAll();
        for (uint256 modelId = 1; modelId <= assay.modelCount(); ++modelId) {
            ModelStake memory stake = vault.stakeOf(modelId);
            assets += uint256(stake.bond) + stake.delegated + stake.unbondingAssets;
            assets += vault.streamOf(modelId).amount;
        }
        for (uint256 seatId; seatId < board.seatCount(); ++seatId) assets += vault.seatBondOf(seatId).assets;
    }

    /// @notice Shares are those of the positions, parts are within their wholes, freezes are those that are open.
    function requireStakesAddUp() external view {
        for (uint256 modelId = 1; modelId <= assay.modelCount(); ++modelId) {
            ModelStake memory stake = vault.stakeOf(modelId);
            (uint256 shares, uint256 unbonding) = (0, 0);
            for (uint256 i; i < DELEGATORS; ++i) {
                Position memory position = vault.positionOf(modelId, _delegator(i));
                (shares, unbonding) = (shares + position.shares, unbonding + position.unbondingShares);
            }
            _same(stake.shares, shares, "shares");
            _same(stake.unbondingShares, unbonding, "unbonding shares");
            _isTrue(stake.unbondingBond <= stake.bond, "unbonding bond above the bond");
            _isTrue(stake.streaming == (vault.streamOf(modelId).amount != 0), "streaming");
            _same(stake.openFreezes, _openFreezes(modelId), "open freezes");
        }
    }

    function _openFreezes(uint256 modelId) private view returns (uint256 count) {
        for (uint256 i; i < _open.length; ++i) if (_open[i].modelId == modelId) ++count;
    }

    // ---------------------------------------------------------------- INV-05
    /// @notice Whoever is admitted is so by evidence alone: the stake is not even looked at here.
    function requireAdmittedAreProven() external view {
        Policy memory policy = _policyInForce();
        for (uint256 modelId = 1; modelId <= assay.modelCount(); ++modelId) {
            if (!assay.isAdmitted(modelId)) continue;
            Memory memory self = _foldedMemoryOf(_foldedCurrent[modelId]);
            DecayLib.decayTo(self, block.timestamp, policy.halfLife);
            uint256 lastEpochStart = AdmissionLib.epochStart(self.lastRound, assay.genesis(), EPOCH);
            _same(AdmissionLib.memoryReasons(self, policy, lastEpochStart, block.timestamp), 0, "reasons of evidence");
            _same(vault.stakeOf(modelId).openFreezes, 0, "admitted with an open freeze");
        }
    }

    // ---------------------------------------------------------------- INV-07
    /// @notice The most often any round was applied to any version.
    function mostApplied() external view returns (uint256) {
        return _mostApplied;
    }

    // ---------------------------------------------------------------- INV-09
    /// @notice A memory that can be replayed is what its log makes of it, overturned entries left out.
    function requireMemoriesFollowFromLogs() external view {
        for (uint256 i; i < _versions.length; ++i) {
            bytes32 versionId = _versions[i].versionId;
            (bytes32 kept, uint256 until, ) = assay.logOf(versionId);
            if (kept == 0 || block.timestamp > until) continue;
            Memory memory replayed = ReplayLib.replay(fold.told(versionId), assay.genesis(), EPOCH).self;
            Memory memory stored = MemoryLib.unpack(assay.memoryOf(versionId));
            // Flags are those of now: lane, retirement and admissions that were earned meanwhile.
            (replayed.flags, stored.flags) = (0, 0);
            _same(MemoryLib.pack(stored), MemoryLib.pack(replayed), "memory");
        }
    }

    // ---------------------------------------------------------------- INV-10
    /// @notice Nothing that can be asked reverts, paused or not.
    function requireEverythingCanBeRead() external view {
        uint256 count = assay.modelCount();
        uint256[] memory ids = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            ids[i] = i + 1;
            bool admitted = assay.isAdmitted(i + 1);
            _isTrue(lens.isAdmitted(i + 1) == admitted, "the lens says the same");
            _isTrue((lens.explain(i + 1).reasons == 0) == admitted, "and can say why");
            lens.exposure(i + 1);
        }
        lens.weights(ids);
        lens.models(1, count);
    }

    // ---------------------------------------------------------------- INV-11
    /// @notice What the events told is what is stored.
    function requireFoldIsStorage() external view {
        _compareFunds();
        for (uint256 modelId = 1; modelId <= assay.modelCount(); ++modelId) {
            _compareModel(modelId);
            for (uint256 i; i < DELEGATORS; ++i) _comparePosition(modelId, _delegator(i));
            _same(assay.currentVersion(modelId), _foldedCurrent[modelId], "current version");
            bytes32 retirement = keccak256(abi.encode(assay.retirementOf(modelId)));
            _same(retirement, keccak256(abi.encode(_foldedRetirement[modelId])), "retirement");
        }
        for (uint256 seatId; seatId < board.seatCount(); ++seatId) _compareSeat(seatId);
        for (uint256 i; i < _open.length; ++i) {
            FreezeRecord memory frozen = _open[i];
            bytes32 kept = vault.freezeHashOf(frozen.versionId, frozen.roundId);
            _same(kept, keccak256(abi.encode(frozen)), "freeze");
        }
        for (uint256 i; i < _versions.length; ++i) _compareVersion(_versions[i].versionId);
    }

    function _compareVersion(bytes32 versionId) private view {
        _same(assay.memoryOf(versionId), _foldedMemory[versionId], "memory");
        (bytes32 kept, uint256 until, ) = assay.logOf(versionId);
        if (kept == 0 || block.timestamp > until) return;
        ResultLog memory log = fold.told(versionId);
        _isTrue(assay.isLog(versionId, log), "log");
    }
}
