// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { PolicyBounds } from "./PolicyBounds.sol";
import { IPolicyBoard, Policy, Seat } from "./interfaces/IPolicyBoard.sol";
import { DataCode } from "./libraries/DataCode.sol";

/// @title PolicyBoard
/// @dev Policies and the signers' list are contract code: whoever needs them pays one cold account, and a round that has opened keeps the
/// accounts it opened with, whatever the owner does later.
contract PolicyBoard is IPolicyBoard, Ownable {
    /// @dev Bits of a signers' bitmap, less one: a seat's index always fits a byte.
    uint256 private constant SEATS_MAX = 255;

    /// @dev The policy in force, in one slot; its id is also the number of policies.
    address private _policyInForce;
    uint96 private _policyCount;
    mapping(uint256 policyId => address) private _policyPointers;

    /// @inheritdoc IPolicyBoard
    address public seatsPointer;
    Seat[] private _seats;
    mapping(address signer => bool) private _isSeated;

    constructor(address initialOwner) Ownable(initialOwner) {}

    // ---------------------------------------------------------------- policies
    /// @inheritdoc IPolicyBoard
    function setPolicy(Policy calldata next) external onlyOwner returns (uint256 policyId) {
        PolicyBounds.check(next);
        policyId = ++_policyCount;
        address pointer = DataCode.write(abi.encode(next));
        _policyInForce = pointer;
        _policyPointers[policyId] = pointer;
        emit PolicySet(policyId, pointer, next);
    }

    /// @inheritdoc IPolicyBoard
    function policyCount() external view returns (uint256) {
        return _policyCount;
    }

    /// @inheritdoc IPolicyBoard
    function currentPolicyId() external view returns (uint256 policyId) {
        (policyId, ) = policyInForce();
    }

    /// @inheritdoc IPolicyBoard
    function policyInForce() public view returns (uint256 policyId, address pointer) {
        (policyId, pointer) = (_policyCount, _policyInForce);
        require(policyId != 0, UnknownPolicy(0, 0));
    }

    /// @inheritdoc IPolicyBoard
    function inForce() external view returns (uint256 policyId, address policyPointer_, address seatsPointer_) {
        (policyId, policyPointer_) = policyInForce();
        seatsPointer_ = seatsPointer;
    }

    /// @inheritdoc IPolicyBoard
    function policy(uint256 policyId) external view returns (Policy memory) {
        return DataCode.readPolicy(policyPointer(policyId));
    }

    /// @inheritdoc IPolicyBoard
    function policyPointer(uint256 policyId) public view returns (address pointer) {
        pointer = _policyPointers[policyId];
        require(pointer != address(0), UnknownPolicy(policyId, _policyCount));
    }

    // ---------------------------------------------------------------- seats
    /// @inheritdoc IPolicyBoard
    function addSeat(address seatOwner, address signer, bytes32 linkHead) external onlyOwner returns (uint256 index) {
        index = _seats.length;
        require(index < SEATS_MAX, SeatLimitReached(index));
        require(seatOwner != address(0), ZeroSeatOwner());
        require(signer != address(0), ZeroSigner());
        require(!_isSeated[signer], SignerAlreadySeated(signer));

        bytes memory before = index == 0 ? new bytes(0) : DataCode.read(seatsPointer);
        address pointer = DataCode.write(abi.encodePacked(before, signer));
        seatsPointer = pointer;
        _isSeated[signer] = true;
        _seats.push(Seat({ owner: seatOwner, signer: signer, linkHead: linkHead }));
        emit SeatAdded(index, seatOwner, signer, linkHead, pointer);
    }

    /// @inheritdoc IPolicyBoard
    function seatCount() external view returns (uint256) {
        return _seats.length;
    }

    /// @inheritdoc IPolicyBoard
    function seat(uint256 index) external view returns (Seat memory) {
        require(index < _seats.length, UnknownSeat(index, _seats.length));
        return _seats[index];
    }
}
