// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay } from "./interfaces/IAssay.sol";
import { IAssayVault } from "./interfaces/IAssayVault.sol";
import { IPolicyBoard, Policy } from "./interfaces/IPolicyBoard.sol";
import { DataCode } from "./libraries/DataCode.sol";

/// @title VaultConnections: whom the vault asks, and whom it obeys
/// @dev All fixed at deployment. Record, board and court are code of this system: they take no part in a token's callbacks.
abstract contract VaultConnections is IAssayVault {
    IAssay internal immutable ASSAY;
    IPolicyBoard internal immutable BOARD;
    address private immutable COURT;

    uint256 internal constant STANDARD_LANE = 1;

    constructor(address assay_) {
        address connected = IAssay(assay_).vault();
        require(connected == address(this), NotConnected(address(this), connected));
        ASSAY = IAssay(assay_);
        BOARD = IPolicyBoard(IAssay(assay_).policyBoard());
        COURT = IAssay(assay_).court();
    }

    function _requireAssay() internal view {
        require(msg.sender == address(ASSAY), NotAuthorized(msg.sender, address(ASSAY)));
    }

    function _requireCourt() internal view {
        require(msg.sender == COURT, NotAuthorized(msg.sender, COURT));
    }

    function _requireModel(uint256 modelId) internal view {
        (address owner, ) = ASSAY.ownerAndLane(modelId);
        require(owner != address(0), UnknownModel(modelId));
    }

    function _requireModelOwner(uint256 modelId) internal view returns (uint8 lane) {
        address owner;
        (owner, lane) = ASSAY.ownerAndLane(modelId);
        require(owner != address(0), UnknownModel(modelId));
        require(owner == msg.sender, NotModelOwner(modelId, msg.sender));
    }

    function _requireNotPaused() internal view {
        (, , bool paused) = BOARD.standing();
        require(!paused, FreezesPaused(BOARD.pausedUntil()));
    }

    function _policyInForce() internal view returns (Policy memory) {
        (, address pointer) = BOARD.policyInForce();
        return DataCode.readPolicy(pointer);
    }

    /// @inheritdoc IAssayVault
    function assay() external view returns (address) {
        return address(ASSAY);
    }

    /// @inheritdoc IAssayVault
    function policyBoard() external view returns (address) {
        return address(BOARD);
    }

    /// @inheritdoc IAssayVault
    function court() external view returns (address) {
        return COURT;
    }
}
