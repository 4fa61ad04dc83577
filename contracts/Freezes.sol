// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Rounds } from "./Rounds.sol";
import { Stakes } from "./Stakes.sol";
import { Freeze, IAssay, ModelStake } from "./interfaces/IAssay.sol";
import { Policy } from "./interfaces/IPolicyBoard.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { DecayLib } from "./libraries/DecayLib.sol";
import { FreezeAmounts, FreezeLib } from "./libraries/FreezeLib.sol";
import { Memory, MemoryLib } from "./libraries/MemoryLib.sol";

/// @notice A result that failed a slash test, as it was applied.
struct FailedResult {
    uint256 modelId;
    bytes32 versionId;
    uint256 roundId;
    uint256 word;
    /// Bitmap over families.
    uint256 failed;
    uint256 memoryWordBefore;
}

/// @title Freezes: stake set aside first, moved later
/// @dev A freeze never reverts: a batch carries other people's results too. Freezing lowers the share price at once. The hold it puts on the model's
/// withdrawals ends by itself, is not extended by further freezes, and is followed by days without one: whatever a committee does, whoever waited
/// long enough can leave.
abstract contract Freezes is Rounds, Stakes {
    /// @dev Bound of what is unresolved at a time; far above what one freeze a round and a loss cap per loss epoch can add up to.
    uint256 private constant OPEN_FREEZES_MAX = 16;
    uint256 private constant HOLD_MAX = 21 days;
    /// @dev From the end of a hold to the earliest start of the next.
    uint256 private constant HOLD_PAUSE = 3 days;

    mapping(bytes32 versionId => mapping(uint256 roundId => Freeze)) private _freezes;

    /// @dev Sets stake aside for a failing result, unless nothing is left to freeze or too many freezes are open.
    function _freeze(FailedResult memory result, Policy memory policy) internal {
        ModelStake memory stake = stakeOf(result.modelId);
        if (stake.openFreezes >= OPEN_FREEZES_MAX) return;
        uint256 severityBps = FreezeLib.severityBps(result.word, result.failed, policy);
        FreezeAmounts memory amounts = FreezeLib.freezeAmounts(
            stake,
            severityBps,
            _wholeStrikes(result.memoryWordBefore, policy),
            policy,
            block.timestamp
        );
        if (amounts.fromBond + amounts.fromDelegations == 0) return;

        _takeLoss(stake, amounts, policy.freezeWindow);
        _stakes[result.modelId] = stake;
        _freezes[result.versionId][result.roundId] = Freeze({
            fromBond: uint96(amounts.fromBond),
            fromDelegations: uint96(amounts.fromDelegations),
            frozenAt: uint32(block.timestamp),
            modelId: uint32(result.modelId)
        });
        emit StakeFrozen(
            result.modelId,
            result.versionId,
            result.roundId,
            amounts.fromBond,
            amounts.fromDelegations,
            block.timestamp + policy.freezeWindow,
            result.memoryWordBefore,
            stake
        );
    }

    /// @dev Whole strikes held before a result, faded to now.
    function _wholeStrikes(uint256 memoryWordBefore, Policy memory policy) private view returns (uint256) {
        Memory memory self = MemoryLib.unpack(memoryWordBefore);
        DecayLib.decayTo(self, block.timestamp, policy.halfLife);
        return self.strikes / MemoryLib.STRIKE;
    }

    /// @dev In place. Each side loses at most what it has (96 bits), and losses of an epoch are at most what was held in it. Unbonding shares stay
    /// in the pool, so they lose with it; the unbonding part of the bond is the last to be touched.
    function _takeLoss(ModelStake memory stake, FreezeAmounts memory amounts, uint256 freezeWindow) private view {
        unchecked {
            stake.bond -= uint96(amounts.fromBond);
            stake.delegated -= uint96(amounts.fromDelegations);
            stake.unbondingBond = uint96(Math.min(stake.unbondingBond, stake.bond));
            stake.lossInEpoch = uint96(amounts.lossInEpoch);
            stake.lossEpochStart = uint48(amounts.lossEpochStart);
            ++stake.openFreezes;
            if (block.timestamp >= stake.heldUntil + HOLD_PAUSE) {
                stake.heldUntil = uint48(block.timestamp + Math.min(freezeWindow, HOLD_MAX));
            }
        }
    }

    /// @inheritdoc IAssay
    function release(bytes32 versionId, uint256 roundId) external nonReentrant {
        Freeze memory frozen = _freezes[versionId][roundId];
        require(frozen.frozenAt != 0, UnknownFreeze(versionId, roundId));
        uint256 releasableAt = frozen.frozenAt + DataCode.readPolicy(_rounds[roundId].policyPointer).freezeWindow;
        require(block.timestamp >= releasableAt, FreezeNotReleasable(releasableAt, block.timestamp));
        delete _freezes[versionId][roundId];
        ModelStake memory stake = stakeOf(frozen.modelId);
        _stakes[frozen.modelId].openFreezes = --stake.openFreezes;
        (uint256 burnt, uint256 toCommons) = _burnHalf(uint256(frozen.fromBond) + frozen.fromDelegations);
        emit FreezeReleased(frozen.modelId, versionId, roundId, burnt, toCommons, stake);
    }

    /// @inheritdoc IAssay
    function freezeOf(bytes32 versionId, uint256 roundId) external view returns (Freeze memory) {
        return _freezes[versionId][roundId];
    }
}
