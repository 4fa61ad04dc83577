// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay } from "./interfaces/IAssay.sol";
import { IPolicyBoard } from "./interfaces/IPolicyBoard.sol";

/// @title CourtConnections: whom the court and its inspector ask
abstract contract CourtConnections {
    IAssay internal immutable ASSAY;
    IPolicyBoard internal immutable BOARD;
    uint256 internal immutable EPOCH_LENGTH;

    constructor(address assay_) {
        ASSAY = IAssay(assay_);
        BOARD = IPolicyBoard(ASSAY.policyBoard());
        EPOCH_LENGTH = ASSAY.epochLength();
    }

    /// @dev Every key of a seat list has a seat, now and for ever.
    function _seatOfKey(address signer) internal view returns (uint256 seatId) {
        return BOARD.seatOfSigner(signer) - 1;
    }

    /// @dev A result: what disputes, corrections and freezes are about.
    function _resultKey(bytes32 versionId, uint256 roundId) internal pure returns (bytes32) {
        return keccak256(abi.encode(versionId, roundId));
    }
}
