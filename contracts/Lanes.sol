// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { RecordConnections } from "./RecordConnections.sol";
import { Models } from "./Models.sol";
import { IAssay, Retirement } from "./interfaces/IAssay.sol";
import { AdmissionLib } from "./libraries/AdmissionLib.sol";
import { Memory, MemoryLib } from "./libraries/MemoryLib.sol";

/// @title Lanes: what an owner says a model is for: experiments, use, or neither any more
/// @dev All three stand as flags in the current version's memory, which results and admissions read anyway. None of them touches evidence, and none is a way
/// out of what was measured: terms, scar and strikes stay.
abstract contract Lanes is Models, RecordConnections {
    mapping(uint256 modelId => Retirement) private _retirements;
    /// @dev The epoch in which a model left the standard lane last: what was measured by then was measured while it was in use.
    mapping(uint256 modelId => uint256 roundId) private _leftIn;

    // ---------------------------------------------------------------- lane
    /// @inheritdoc IAssay
    function setLane(uint256 modelId, uint8 lane) external {
        _requireModelOwner(modelId);
        require(lane <= AdmissionLib.STANDARD_LANE, UnknownLane(lane));
        (bytes32 versionId, Memory memory self) = _current(modelId);
        if (lane != AdmissionLib.STANDARD_LANE && MemoryLib.has(self, MemoryLib.STANDARD)) {
            _leftIn[modelId] = currentRoundId();
        }
        MemoryLib.setLane(self, lane == AdmissionLib.STANDARD_LANE);
        emit LaneChanged(modelId, versionId, lane, _storeMemory(versionId, self));
    }

    // ---------------------------------------------------------------- retire
    /// @inheritdoc IAssay
    function retire(uint256 modelId, Retirement calldata retirement) external {
        _requireModelOwner(modelId);
        Retirement memory ends = retirement;
        (bytes32 versionId, Memory memory self) = _current(modelId);
        require(!MemoryLib.has(self, MemoryLib.RETIRED), ModelIsRetired(modelId));
        _requireInOrder(ends);
        _retirements[modelId] = ends;
        self.flags |= MemoryLib.RETIRED;
        emit ModelRetired(modelId, ends, _storeMemory(versionId, self));
    }

    /// @dev Whoever was staked when it was announced stays staked for as long as the model is liable, or is gone by the rules for all.
    function _requireInOrder(Retirement memory retirement) private view {
        uint256 leastLiable = Math.max(retirement.evaluatedUntil, block.timestamp + VAULT.unbondingDelay());
        _requireNotBefore(0, retirement.servedUntil, block.timestamp);
        _requireNotBefore(1, retirement.evaluatedUntil, retirement.servedUntil);
        _requireNotBefore(2, retirement.liableUntil, leastLiable);
        _requireNotBefore(3, retirement.recordUntil, retirement.liableUntil);
    }

    function _requireNotBefore(uint256 place, uint256 value, uint256 atLeast) private pure {
        require(value >= atLeast, RetirementOutOfOrder(place, value, atLeast));
    }

    // ---------------------------------------------------------------- memory
    function _current(uint256 modelId) private view returns (bytes32 versionId, Memory memory self) {
        versionId = currentVersion[modelId];
        self = MemoryLib.unpack(_memories[versionId]);
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssay
    function retirementOf(uint256 modelId) external view returns (Retirement memory) {
        return _retirements[modelId];
    }

    /// @inheritdoc IAssay
    function ownerAndLane(uint256 modelId) external view returns (address owner, uint8 lane) {
        owner = _ownerOf(modelId);
        (, Memory memory self) = _current(modelId);
        if (MemoryLib.has(self, MemoryLib.STANDARD)) lane = AdmissionLib.STANDARD_LANE;
    }

    /// @dev Whether a result that is due after leaving the standard lane is one of this round: it began after that.
    function _isAfterLeaving(uint256 modelId, uint256 roundId) internal view returns (bool) {
        return roundId > _leftIn[modelId];
    }

    /// @dev Of the current version's memory.
    function _isServed(uint256 modelId, Memory memory self) internal view returns (bool) {
        return !MemoryLib.has(self, MemoryLib.RETIRED) || block.timestamp < _retirements[modelId].servedUntil;
    }

    /// @dev Whether a failing result of a round costs stake.
    /// @param flags Of the current version's memory.
    /// @param startedAt Start of the round's epoch (seconds).
    function _isLiable(uint256 modelId, uint256 flags, uint256 startedAt) internal view returns (bool) {
        return flags & MemoryLib.RETIRED == 0 || startedAt < _retirements[modelId].liableUntil;
    }
}
