// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay } from "./interfaces/IAssay.sol";
import { IAssayVault } from "./interfaces/IAssayVault.sol";
import { IPolicyBoard } from "./interfaces/IPolicyBoard.sol";

/// @title RecordConnections: whom the record asks, and whom it obeys, for good
/// @dev Vault and court are named by the addresses they are going to have; each of them checks in its constructor that it is the one.
abstract contract RecordConnections is IAssay {
    IPolicyBoard internal immutable BOARD;
    IAssayVault internal immutable VAULT;
    address internal immutable COURT;

    constructor(address policyBoard_, address vault_, address court_) {
        BOARD = IPolicyBoard(policyBoard_);
        VAULT = IAssayVault(vault_);
        COURT = court_;
    }

    function _requireCaller(address expected) internal view {
        require(msg.sender == expected, NotAuthorized(msg.sender, expected));
    }

    /// @inheritdoc IAssay
    function policyBoard() external view returns (address) {
        return address(BOARD);
    }

    /// @inheritdoc IAssay
    function vault() external view returns (address) {
        return address(VAULT);
    }

    /// @inheritdoc IAssay
    function court() external view returns (address) {
        return COURT;
    }
}
