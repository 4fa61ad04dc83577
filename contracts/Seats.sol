// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IPolicyBoard, Seat } from "./interfaces/IPolicyBoard.sol";

/// @title Seats: who may measure, for ever under the same number
/// @dev A signing key belongs to the first seat that names it and to no other ever, so that a signature found later still says whose it is. Whoever names a new
/// key shows that it holds it: nobody can take a key that somebody else is about to use.
abstract contract Seats is IPolicyBoard, Ownable, EIP712 {
    using SafeCast for uint256;

    /// @dev Bits of a signers' bitmap, less one: a place in the list always fits a byte.
    uint256 private constant ACTIVE_SEATS_MAX = 255;
    bytes32 private constant KEY_PROOF_TYPEHASH = keccak256("KeyProof(uint256 seatId,address seatOwner)");

    Seat[] private _seats;
    /// @inheritdoc IPolicyBoard
    mapping(address signer => uint256) public seatOfSigner;
    /// @dev Ids of the seats whose owners have not left, in no order; at most ACTIVE_SEATS_MAX. Seats that were left cost nobody anything.
    uint32[] internal _activeSeats;

    constructor() EIP712("Assay PolicyBoard", "1") {}

    /// @dev Called after any change of who signs.
    function _noteSeatsChanged() internal virtual;

    // ---------------------------------------------------------------- take
    /// @inheritdoc IPolicyBoard
    function addSeat(address seatOwner, address signer, bytes32 linkHead) external onlyOwner returns (uint256 seatId) {
        uint256 active = _activeSeats.length;
        require(active < ACTIVE_SEATS_MAX, SeatLimitReached(active));
        require(seatOwner != address(0), ZeroSeatOwner());
        require(linkHead != 0, ZeroLinkHead());
        _requireUnusedKey(signer);
        seatId = _seats.length;
        seatOfSigner[signer] = seatId + 1;
        // 40 bits of seconds last for 34,000 years.
        _seats.push(
            Seat({ owner: seatOwner, seatedAt: uint40(block.timestamp), leftAt: 0, signer: signer, linkHead: linkHead })
        );
        _activeSeats.push(seatId.toUint32());
        _noteSeatsChanged();
        emit SeatAdded(seatId, seatOwner, signer, linkHead);
    }

    function _requireUnusedKey(address signer) private view {
        require(signer != address(0), ZeroSigner());
        require(seatOfSigner[signer] == 0, SignerAlreadySeated(signer));
    }

    // ---------------------------------------------------------------- change
    /// @inheritdoc IPolicyBoard
    function rotateSigner(uint256 seatId, address signer, bytes calldata proof) external {
        Seat storage stored = _ownActiveSeat(seatId);
        _requireUnusedKey(signer);
        // What does not recover gives the zero address, and that is no key.
        (address recovered, , ) = ECDSA.tryRecoverCalldata(keyProofDigest(seatId), proof);
        require(recovered == signer, WrongKeyProof(signer, recovered));
        stored.signer = signer;
        seatOfSigner[signer] = seatId + 1;
        _noteSeatsChanged();
        emit SignerRotated(seatId, signer);
    }

    /// @inheritdoc IPolicyBoard
    function rotateLink(uint256 seatId, bytes32 linkHead) external {
        Seat storage stored = _ownActiveSeat(seatId);
        require(linkHead != 0, ZeroLinkHead());
        stored.linkHead = linkHead;
        emit LinkRotated(seatId, linkHead);
    }

    /// @inheritdoc IPolicyBoard
    /// @dev Also after leaving: the bond may still be in the vault.
    function transferSeat(uint256 seatId, address newOwner) external {
        Seat storage stored = _ownSeat(seatId);
        require(newOwner != address(0), ZeroSeatOwner());
        stored.owner = newOwner;
        emit SeatOwnerChanged(seatId, newOwner);
    }

    // ---------------------------------------------------------------- leave
    /// @inheritdoc IPolicyBoard
    function leaveSeat(uint256 seatId) external {
        Seat storage stored = msg.sender == owner() ? _seatAt(seatId) : _ownSeat(seatId);
        _requireNotLeft(seatId, stored);
        // 40 bits of seconds last for 34,000 years.
        stored.leftAt = uint40(block.timestamp);
        _removeActive(seatId);
        _noteSeatsChanged();
        emit SeatLeft(seatId, block.timestamp);
    }

    /// @dev The last one takes the place. At most ACTIVE_SEATS_MAX places to look at, 8 a slot; `seatId` is in one of them.
    function _removeActive(uint256 seatId) private {
        uint256 last = _activeSeats.length - 1;
        uint256 place;
        while (_activeSeats[place] != seatId) ++place;
        _activeSeats[place] = _activeSeats[last];
        _activeSeats.pop();
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IPolicyBoard
    function seatCount() external view returns (uint256) {
        return _seats.length;
    }

    /// @inheritdoc IPolicyBoard
    function seat(uint256 seatId) external view returns (Seat memory) {
        return _seatAt(seatId);
    }

    /// @inheritdoc IPolicyBoard
    function keyProofDigest(uint256 seatId) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(KEY_PROOF_TYPEHASH, seatId, _seatAt(seatId).owner)));
    }

    function _signerOf(uint256 seatId) internal view returns (address) {
        return _seats[seatId].signer;
    }

    function _seatAt(uint256 seatId) private view returns (Seat storage) {
        require(seatId < _seats.length, UnknownSeat(seatId, _seats.length));
        return _seats[seatId];
    }

    function _ownSeat(uint256 seatId) private view returns (Seat storage stored) {
        stored = _seatAt(seatId);
        require(msg.sender == stored.owner, NotSeatOwner(seatId, msg.sender));
    }

    function _ownActiveSeat(uint256 seatId) private view returns (Seat storage stored) {
        stored = _ownSeat(seatId);
        _requireNotLeft(seatId, stored);
    }

    function _requireNotLeft(uint256 seatId, Seat storage stored) private view {
        require(stored.leftAt == 0, SeatHasLeft(seatId, stored.leftAt));
    }
}
