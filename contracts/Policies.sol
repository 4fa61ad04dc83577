// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { Checkpoints } from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import { IPolicyBoard, Policy } from "./interfaces/IPolicyBoard.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { PolicyBounds } from "./libraries/PolicyBounds.sol";
import { PolicyDirectionLib } from "./libraries/PolicyDirectionLib.sol";

/// @dev What every reader needs, in one slot.
struct InForce {
    /// Code account and id of the policy in force, or of the one before it if `nextFrom` has come. 0 before the first.
    address pointer;
    uint24 policyId;
    /// When the last announced policy comes, or came, into force; 0: there is none that is not in this slot already. Seconds.
    uint40 nextFrom;
    /// End of the guardian's last pause. Seconds.
    uint32 pausedUntil;
}

/// @dev The last announced policy, withdrawn or not. Its id is the number of policies announced so far.
struct Announced {
    address pointer;
    uint24 policyId;
}

/// @title Policies: the standards, announced before they are in force
/// @dev A policy is contract code: immutable, and one cold account for whoever reads it. A policy comes into force by time alone; nobody has to call. The
/// slot of the policy in force is brought up to date by the next announcement, and until then readers look into a second slot.
abstract contract Policies is IPolicyBoard, Ownable {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev Longer than the default unbonding delay (14 days): whoever dislikes what is coming can leave first.
    uint256 private constant TIGHTENING_NOTICE = 21 days;
    uint256 private constant LOOSENING_NOTICE = 3 days;

    InForce internal _inForce;
    Announced private _announced;
    mapping(uint256 policyId => address) private _policyPointers;
    /// @dev Id by the time from which it was in force; without a policy that is still to be written to `_inForce`.
    Checkpoints.Trace208 private _history;

    // ---------------------------------------------------------------- announce
    /// @inheritdoc IPolicyBoard
    function announcePolicy(Policy calldata next) external onlyOwner returns (uint256 policyId) {
        PolicyBounds.check(next);
        PolicyBounds.checkTimes(next, _epochLength());
        _requireNonePending();
        _settle();
        (uint256 tightening, uint256 loosening, uint256 inForceFrom) = _noticeOf(next);

        address pointer = DataCode.write(abi.encode(next));
        uint24 id = _announced.policyId + 1;
        _announced = Announced({ pointer: pointer, policyId: id });
        _policyPointers[id] = pointer;
        // 40 bits of seconds last for 34,000 years.
        _inForce.nextFrom = uint40(inForceFrom);
        // The first is in force as soon as it is announced.
        _settle();
        emit PolicyAnnounced(id, pointer, inForceFrom, tightening, loosening, next);
        return id;
    }

    function _requireNonePending() private view {
        (uint256 pendingId, uint256 from) = pendingPolicy();
        require(pendingId == 0, PolicyPending(pendingId, from));
    }

    /// @dev Seconds; 0 while the board has no record.
    function _epochLength() internal view virtual returns (uint256);

    /// @dev Of the policies that matter when the board gets its record: the one in force, and the one that is pending. What was replaced or withdrawn holds
    /// nobody up.
    function _checkTimes(uint256 epochLength) internal view {
        if (policyCount() == 0) return;
        (, address pointer) = policyInForce();
        PolicyBounds.checkTimes(DataCode.readPolicy(pointer), epochLength);
        (uint256 pendingId, ) = pendingPolicy();
        if (pendingId != 0) PolicyBounds.checkTimes(DataCode.readPolicy(policyPointer(pendingId)), epochLength);
    }

    /// @dev Writes an announced policy whose time has come to the slot of the policy in force, and to the history.
    function _settle() private {
        InForce memory self = _inForce;
        if (!_hasComeIntoForce(self)) return;
        Announced memory came = _announced;
        _history.push(self.nextFrom, came.policyId);
        (self.pointer, self.policyId, self.nextFrom) = (came.pointer, came.policyId, 0);
        _inForce = self;
    }

    /// @dev Called with `_inForce` up to date. Nothing lives under standards before there are any, so that the first needs no notice.
    function _noticeOf(
        Policy memory next
    ) private view returns (uint256 tightening, uint256 loosening, uint256 inForceFrom) {
        InForce memory self = _inForce;
        if (self.policyId == 0) return (0, 0, block.timestamp);
        (tightening, loosening) = PolicyDirectionLib.directionOf(DataCode.readPolicy(self.pointer), next);
        require(tightening | loosening != 0, PolicyUnchanged(self.policyId));
        inForceFrom = block.timestamp + (tightening == 0 ? LOOSENING_NOTICE : TIGHTENING_NOTICE);
    }

    /// @inheritdoc IPolicyBoard
    function withdrawPolicy() external onlyOwner {
        (uint256 policyId, ) = pendingPolicy();
        require(policyId != 0, NoPolicyPending());
        _inForce.nextFrom = 0;
        emit PolicyWithdrawn(policyId);
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IPolicyBoard
    function directionOf(
        Policy calldata from,
        Policy calldata to
    ) external pure returns (uint256 tightening, uint256 loosening) {
        return PolicyDirectionLib.directionOf(from, to);
    }

    /// @inheritdoc IPolicyBoard
    function policyCount() public view returns (uint256) {
        return _announced.policyId;
    }

    /// @inheritdoc IPolicyBoard
    function currentPolicyId() external view returns (uint256 policyId) {
        (policyId, ) = policyInForce();
    }

    /// @inheritdoc IPolicyBoard
    function policyInForce() public view returns (uint256 policyId, address pointer) {
        return _policyOf(_inForce);
    }

    /// @dev Reads the second slot only between a policy's coming into force and the next announcement.
    function _policyOf(InForce memory self) internal view returns (uint256 policyId, address pointer) {
        if (_hasComeIntoForce(self)) return (_announced.policyId, _announced.pointer);
        require(self.policyId != 0, UnknownPolicy(0, 0));
        return (self.policyId, self.pointer);
    }

    function _hasComeIntoForce(InForce memory self) private view returns (bool) {
        return self.nextFrom != 0 && block.timestamp >= self.nextFrom;
    }

    /// @inheritdoc IPolicyBoard
    function pendingPolicy() public view returns (uint256 policyId, uint256 inForceFrom) {
        inForceFrom = _inForce.nextFrom;
        if (block.timestamp >= inForceFrom) return (0, 0);
        policyId = policyCount();
    }

    /// @inheritdoc IPolicyBoard
    function policyAt(uint256 timestamp) external view returns (uint256 policyId) {
        uint256 nextFrom = _inForce.nextFrom;
        if (nextFrom != 0 && timestamp >= nextFrom) return policyCount();
        // Before `nextFrom`, or else in the past or the future of what the history ends with: times beyond 48 bits are the last one's.
        policyId = _history.upperLookupRecent(timestamp > type(uint48).max ? type(uint48).max : uint48(timestamp));
        require(policyId != 0, NoPolicyAt(timestamp));
    }

    /// @inheritdoc IPolicyBoard
    function policy(uint256 policyId) external view returns (Policy memory) {
        return DataCode.readPolicy(policyPointer(policyId));
    }

    /// @inheritdoc IPolicyBoard
    function policyPointer(uint256 policyId) public view returns (address pointer) {
        pointer = _policyPointers[policyId];
        require(pointer != address(0), UnknownPolicy(policyId, policyCount()));
    }
}
