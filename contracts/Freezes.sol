// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Fees } from "./Fees.sol";
import { FreezeOrder, FreezeRecord, IAssayVault, ModelStake } from "./interfaces/IAssayVault.sol";
import { Policy } from "./interfaces/IPolicyBoard.sol";
import { BucketLib } from "./libraries/BucketLib.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { FreezeAmounts, FreezeLib } from "./libraries/FreezeLib.sol";

/// @title Freezes: stake set aside first, moved or given back later
/// @dev An order never reverts for anything a model's people can do: a batch carries other people's results too. Freezing lowers the share prices at once.
/// The hold it puts on the model's withdrawals ends by itself, is not extended by further freezes, and is followed by days without one: whatever a
/// committee does, whoever waited long enough can leave.
abstract contract Freezes is Fees {
    /// @dev Bound of what is unresolved at a time; far above what one freeze a round and a loss cap per loss epoch can add up to.
    uint256 private constant OPEN_FREEZES_MAX = 16;
    uint256 private constant HOLD_MAX = 21 days;
    /// @dev From the end of a hold to the earliest start of the next.
    uint256 private constant HOLD_PAUSE = 3 days;

    /// @dev One slot. The level is at most the bucket's capacity when it was filled, so part of what was held.
    struct Bucket {
        uint128 level;
        uint40 updatedAt;
    }

    Bucket private _bucket;
    mapping(bytes32 versionId => mapping(uint256 roundId => bytes32)) private _freezes;

    // ---------------------------------------------------------------- freeze
    /// @inheritdoc IAssayVault
    function freeze(FreezeOrder calldata order) external returns (bool) {
        _requireAssay();
        ModelStake storage stake = _stakes[order.modelId];
        // The record orders each freeze once; were it to err, the first one would still be worth what it says.
        if (stake.openFreezes >= OPEN_FREEZES_MAX || _freezes[order.versionId][order.roundId] != 0) return false;
        _settleFees(order.modelId, stake);
        Policy memory policy = DataCode.readPolicy(order.policyPointer);
        FreezeRecord memory frozen = _recordFor(order, stake.shares, policy.freezeWindow);
        ModelStake memory before = stake;
        frozen.waiting = FreezeLib.lossWantedDown(
            before,
            order.standardLane,
            order.severityBps,
            order.wholeStrikes,
            policy
        );
        frozen.waiting = _setAside(stake, before, frozen, policy);
        if (_sumOf(frozen) + frozen.waiting == 0) return false;
        _hold(stake);
        _freezes[order.versionId][order.roundId] = _hashOf(frozen);
        _emitFrozen(stake, frozen);
        return true;
    }

    function _recordFor(
        FreezeOrder calldata order,
        uint256 shares,
        uint256 freezeWindow
    ) private view returns (FreezeRecord memory frozen) {
        frozen.modelId = order.modelId;
        frozen.versionId = order.versionId;
        frozen.roundId = order.roundId;
        frozen.poolShares = shares;
        frozen.frozenAt = block.timestamp;
        frozen.releasableAt = block.timestamp + freezeWindow;
        frozen.standardLane = order.standardLane;
        frozen.policyPointer = order.policyPointer;
    }

    /// @dev Takes as much of `frozen.waiting` as the caps and the bucket allow, and adds it to the record's parts.
    /// @return leftWaiting What the cap of the loss epoch allows and the bucket has no room for.
    function _setAside(
        ModelStake storage stake,
        ModelStake memory before,
        FreezeRecord memory frozen,
        Policy memory policy
    ) private returns (uint256 leftWaiting) {
        (uint256 level, uint256 capacity) = _levelOf(policy);
        FreezeAmounts memory amounts = FreezeLib.freezeAmounts(
            before,
            frozen.waiting,
            frozen.standardLane,
            Math.saturatingSub(capacity, level),
            policy,
            block.timestamp
        );
        leftWaiting = amounts.waiting;
        uint256 taken = amounts.fromBond + amounts.fromDelegations + amounts.fromUnbonding;
        if (taken == 0) return leftWaiting;
        frozen.fromBond += amounts.fromBond;
        frozen.fromDelegations += amounts.fromDelegations;
        frozen.fromUnbonding += amounts.fromUnbonding;
        _takeLoss(stake, before, amounts);
        // At most the capacity.
        _bucket = Bucket({ level: uint128(level + taken), updatedAt: uint40(block.timestamp) });
        emit BucketFilled(level + taken, block.timestamp);
    }

    /// @dev Each side loses at most what it has (96 bits); the unbonding part of the bond is the last to be touched. Losses of an epoch are at most what
    /// was held in it.
    function _takeLoss(ModelStake storage stake, ModelStake memory before, FreezeAmounts memory amounts) private {
        uint256 bondLeft = before.bond - amounts.fromBond;
        stake.bond = uint96(bondLeft);
        if (before.unbondingBond > bondLeft) stake.unbondingBond = uint96(bondLeft);
        if (amounts.fromDelegations != 0) stake.delegated = uint96(before.delegated - amounts.fromDelegations);
        if (amounts.fromUnbonding != 0) {
            stake.unbondingAssets = uint96(before.unbondingAssets - amounts.fromUnbonding);
        }
        if (before.lossEpochStart != amounts.lossEpochStart) stake.lossEpochStart = uint40(amounts.lossEpochStart);
        stake.lossInEpoch = uint96(amounts.lossInEpoch);
    }

    /// @dev At most OPEN_FREEZES_MAX open ones. 40 bits of seconds last for 34,000 years.
    function _hold(ModelStake storage stake) private {
        ++stake.openFreezes;
        if (block.timestamp >= stake.heldUntil + HOLD_PAUSE) stake.heldUntil = uint40(block.timestamp + HOLD_MAX);
    }

    /// @return level What has not leaked out of the bucket.
    function _levelOf(Policy memory policy) private view returns (uint256 level, uint256 capacity) {
        capacity = BucketLib.capacityDown(_tokensHeld(), policy.bucketBps);
        level = BucketLib.levelAt(_bucket.level, _bucket.updatedAt, block.timestamp, capacity, policy.bucketPeriod);
    }

    // ---------------------------------------------------------------- freeze what waits
    /// @inheritdoc IAssayVault
    /// @dev The cap of the loss epoch that runs by then counts too: in no loss epoch is more taken than its cap.
    function freezeWaiting(FreezeRecord calldata shown) external {
        FreezeRecord memory frozen = _kept(shown);
        _requireNotPaused();
        bool isOver = block.timestamp >= frozen.releasableAt;
        require(frozen.waiting != 0 && !isOver, NothingWaiting(frozen.waiting, 0, 0));
        ModelStake storage stake = _stakes[frozen.modelId];
        _settleFees(frozen.modelId, stake);
        FreezeLib.follow(frozen, stake.shares);
        Policy memory policy = DataCode.readPolicy(frozen.policyPointer);
        (, uint256 capacity) = _levelOf(policy);
        uint256 sumBefore = _sumOf(frozen);
        _setAside(stake, stake, frozen, policy);
        uint256 taken = _sumOf(frozen) - sumBefore;
        uint256 least = Math.min(frozen.waiting, BucketLib.stepDown(capacity));
        require(taken != 0 && taken >= least, NothingWaiting(frozen.waiting, taken, least));
        frozen.waiting -= taken;
        _keep(stake, frozen);
    }

    // ---------------------------------------------------------------- release
    /// @inheritdoc IAssayVault
    function release(FreezeRecord calldata shown) external nonReentrant {
        FreezeRecord memory frozen = _kept(shown);
        require(!frozen.contested, FreezeContested(frozen.versionId, frozen.roundId));
        require(block.timestamp >= frozen.releasableAt, FreezeNotReleasable(frozen.releasableAt, block.timestamp));
        _requireNotPaused();
        // Fees that streamed while the freeze was open are divided as such.
        _settleFees(frozen.modelId, _stakes[frozen.modelId]);
        ModelStake storage stake = _close(frozen);
        (uint256 burnt, uint256 toCommons) = _burnHalf(_sumOf(frozen));
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _wordsOf(stake);
        emit FreezeReleased(
            frozen.modelId,
            frozen.versionId,
            frozen.roundId,
            burnt,
            toCommons,
            bondWord,
            poolWord,
            lossWord
        );
    }

    // ---------------------------------------------------------------- disputes
    /// @inheritdoc IAssayVault
    function contest(FreezeRecord calldata shown) external {
        _requireCourt();
        FreezeRecord memory frozen = _kept(shown);
        require(!frozen.contested, FreezeContested(frozen.versionId, frozen.roundId));
        frozen.contested = true;
        _keep(_stakes[frozen.modelId], frozen);
    }

    /// @inheritdoc IAssayVault
    function resolve(FreezeRecord calldata shown, bool restore) external {
        _requireCourt();
        FreezeRecord memory frozen = _kept(shown);
        if (restore) {
            _restore(frozen);
        } else {
            frozen.contested = false;
            _keep(_stakes[frozen.modelId], frozen);
        }
    }

    function _restore(FreezeRecord memory frozen) private {
        _settleFees(frozen.modelId, _stakes[frozen.modelId]);
        ModelStake storage stake = _close(frozen);
        (uint256 toBond, uint256 toDelegations, uint256 toUnbonding) = FreezeLib.restoreAmounts(stake, frozen);
        // Parts of what is held.
        if (toBond != 0) stake.bond += uint96(toBond);
        if (toDelegations != 0) stake.delegated += uint96(toDelegations);
        if (toUnbonding != 0) stake.unbondingAssets += uint96(toUnbonding);
        _forgetLoss(stake, frozen.frozenAt, toBond + toDelegations + toUnbonding);
        _emitRestored(stake, frozen, [toBond, toDelegations, toUnbonding]);
    }

    /// @dev In the loss epoch it was taken in, the loss has not happened.
    function _forgetLoss(ModelStake storage stake, uint256 frozenAt, uint256 restored) private {
        if (frozenAt < stake.lossEpochStart) return;
        stake.lossInEpoch = uint96(Math.saturatingSub(stake.lossInEpoch, restored));
    }

    // ---------------------------------------------------------------- records
    function _hashOf(FreezeRecord memory frozen) private pure returns (bytes32) {
        return keccak256(abi.encode(frozen));
    }

    /// @dev The record shown, if it is the one kept.
    function _kept(FreezeRecord calldata shown) private view returns (FreezeRecord memory frozen) {
        frozen = shown;
        bytes32 hash = _hashOf(frozen);
        require(
            _freezes[frozen.versionId][frozen.roundId] == hash,
            UnknownFreeze(frozen.versionId, frozen.roundId, hash)
        );
    }

    function _keep(ModelStake storage stake, FreezeRecord memory frozen) private {
        _freezes[frozen.versionId][frozen.roundId] = _hashOf(frozen);
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _wordsOf(stake);
        emit FreezeChanged(
            frozen.modelId,
            frozen.versionId,
            frozen.roundId,
            frozen,
            bondWord,
            poolWord,
            lossWord,
            stake.lossInEpoch
        );
    }

    /// @dev A kept record is one of the open freezes counted.
    function _close(FreezeRecord memory frozen) private returns (ModelStake storage stake) {
        delete _freezes[frozen.versionId][frozen.roundId];
        stake = _stakes[frozen.modelId];
        --stake.openFreezes;
    }

    function _sumOf(FreezeRecord memory frozen) private pure returns (uint256) {
        return frozen.fromBond + frozen.fromDelegations + frozen.fromUnbonding;
    }

    function _emitFrozen(ModelStake storage stake, FreezeRecord memory frozen) private {
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _wordsOf(stake);
        emit StakeFrozen(
            frozen.modelId,
            frozen.versionId,
            frozen.roundId,
            frozen,
            bondWord,
            poolWord,
            lossWord,
            stake.lossInEpoch
        );
    }

    /// @param parts To the bond, to the delegations, to what is unbonding.
    function _emitRestored(ModelStake storage stake, FreezeRecord memory frozen, uint256[3] memory parts) private {
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _wordsOf(stake);
        emit FreezeRestored(
            frozen.modelId,
            frozen.versionId,
            frozen.roundId,
            parts[0],
            parts[1],
            parts[2],
            bondWord,
            poolWord,
            lossWord,
            stake.lossInEpoch
        );
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssayVault
    function bucket() external view returns (uint256 level, uint256 updatedAt) {
        return (_bucket.level, _bucket.updatedAt);
    }

    /// @inheritdoc IAssayVault
    function freezeHashOf(bytes32 versionId, uint256 roundId) external view returns (bytes32) {
        return _freezes[versionId][roundId];
    }
}
