// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policies } from "./Policies.sol";
import { Seats } from "./Seats.sol";
import { IPolicyBoard } from "./interfaces/IPolicyBoard.sol";
import { ISeatBonds } from "./interfaces/ISeatBonds.sol";
import { ISystem } from "./interfaces/ISystem.sol";
import { DataCode } from "./libraries/DataCode.sol";

/// @title SeatList: the signing keys a round counts on
/// @dev Seats change at any time, a round's committee never: the keys are written to an account of their own when a round opens after a change, and the round
/// keeps that account. So a change costs its author two slots, and only the next round pays for a list.
abstract contract SeatList is Policies, Seats {
    /// @inheritdoc IPolicyBoard
    address public assay;
    /// @inheritdoc IPolicyBoard
    address public vault;

    /// @inheritdoc IPolicyBoard
    address public seatsPointer;
    /// @dev The policy whose smallest bond the list was built with; 0: something has changed since. Policy ids are 24 bits.
    uint96 private _sealedUnder;

    // ---------------------------------------------------------------- connect
    /// @inheritdoc IPolicyBoard
    /// @dev From here on a seat needs its bond.
    function connect(address assay_) external onlyOwner {
        require(assay == address(0), AlreadyConnected(assay));
        address vault_ = ISystem(assay_).vault();
        (assay, vault) = (assay_, vault_);
        _checkTimes(_epochLength());
        _noteSeatsChanged();
        emit Connected(assay_, vault_, ISystem(assay_).court());
    }

    /// @inheritdoc Policies
    function _epochLength() internal view override returns (uint256) {
        return assay == address(0) ? 0 : ISystem(assay).epochLength();
    }

    /// @inheritdoc IPolicyBoard
    function markSeatsDirty() external {
        require(msg.sender == vault, NotVault(msg.sender, vault));
        _noteSeatsChanged();
    }

    function _noteSeatsChanged() internal override {
        _sealedUnder = 0;
    }

    // ---------------------------------------------------------------- seal
    /// @inheritdoc IPolicyBoard
    function sealSeats() external returns (uint256 policyId, address policyPointer_, address seatsPointer_) {
        (policyId, policyPointer_) = policyInForce();
        if (_sealedUnder != policyId) _seal(policyId, DataCode.readPolicy(policyPointer_).evaluatorBondMin);
        seatsPointer_ = seatsPointer;
    }

    /// @dev A list with the same keys in the same places keeps its account.
    function _seal(uint256 policyId, uint256 bondMin) private {
        bytes memory signers = _signersWith(bondMin);
        _sealedUnder = uint96(policyId);
        if (_isSealed(signers)) return;
        address pointer = signers.length == 0 ? address(0) : DataCode.write(signers);
        seatsPointer = pointer;
        emit SeatListSealed(pointer, signers);
    }

    /// @dev Keys of the active seats with at least this bond. At most 255 seats to look at.
    function _signersWith(uint256 bondMin) private view returns (bytes memory) {
        uint256 active = _activeSeats.length;
        address[] memory signers = new address[](active);
        uint256 count;
        for (uint256 i; i < active; ++i) {
            uint256 seatId = _activeSeats[i];
            if (_isBonded(seatId, bondMin)) signers[count++] = _signerOf(seatId);
        }
        return DataCode.packAddresses(signers, count);
    }

    /// @dev Before there is a vault nothing can be bonded, and every seat counts.
    function _isBonded(uint256 seatId, uint256 bondMin) private view returns (bool) {
        return vault == address(0) || ISeatBonds(vault).seatBond(seatId) >= bondMin;
    }

    function _isSealed(bytes memory signers) private view returns (bool) {
        address pointer = seatsPointer;
        if (pointer == address(0)) return signers.length == 0;
        return pointer.codehash == keccak256(abi.encodePacked(bytes1(0), signers));
    }
}
