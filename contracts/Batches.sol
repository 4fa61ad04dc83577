// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Batch, IAssay, ResultEntry } from "./interfaces/IAssay.sol";
import { DataCode } from "./libraries/DataCode.sol";

/// @title Batches: what a committee signs, and who did
/// @dev The EIP-712 domain binds a signature to this contract on this chain, the batch to one round. Signers are a bitmap, so nobody counts twice.
/// Twin of the hashes: `domain/typedData.ts`.
abstract contract Batches is IAssay, EIP712 {
    bytes32 private constant ENTRY_TYPEHASH = keccak256("ResultEntry(uint256 modelId,bytes32 digest,uint256 word)");
    bytes32 private constant BATCH_TYPEHASH = keccak256(
        "Batch(uint256 roundId,bytes32 reportsRoot,ResultEntry[] results)ResultEntry(uint256 modelId,bytes32 digest,uint256 word)"
    );

    constructor() EIP712("Assay", "1") {}

    /// @inheritdoc IAssay
    function batchDigest(Batch calldata batch) public view returns (bytes32) {
        ResultEntry[] calldata results = batch.results;
        uint256 count = results.length;
        bytes32[] memory hashes = new bytes32[](count);
        for (uint256 i; i < count; ++i) hashes[i] = _entryHash(results[i]);
        bytes32 resultsHash;
        assembly ("memory-safe") {
            resultsHash := keccak256(add(hashes, 0x20), shl(5, count))
        }
        return _hashTypedDataV4(keccak256(abi.encode(BATCH_TYPEHASH, batch.roundId, batch.reportsRoot, resultsHash)));
    }

    /// @dev The type's hash and the three words of the entry as they stand in calldata, put together behind the free memory pointer.
    function _entryHash(ResultEntry calldata entry) private pure returns (bytes32 hash) {
        bytes32 typeHash = ENTRY_TYPEHASH;
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typeHash)
            calldatacopy(add(words, 0x20), entry, 0x60)
            hash := keccak256(words, 0x80)
        }
    }

    /// @dev Every set bit of `signers` must have its signature, in seat order.
    /// @param committee Only bits of seats.
    /// @param seats The signers of all seats, 20 bytes each, none of them 0.
    /// @return count Signatures, all of them good.
    function _verify(
        bytes32 digest,
        uint256 signers,
        uint256 committee,
        bytes[] calldata signatures,
        bytes memory seats
    ) internal pure returns (uint256 count) {
        uint256 strangers = signers & ~committee;
        require(strangers == 0, NotInCommittee(_lowestSeat(strangers)));
        // Clearing the lowest bit of what is not 0 does not underflow; a committee has at most 15 members.
        unchecked {
            for (uint256 rest = signers; rest != 0; rest &= rest - 1) ++count;
            require(signatures.length == count, SignatureCountMismatch(signatures.length, count));
            for (uint256 i; i < count; ++i) {
                uint256 seat = _lowestSeat(signers);
                signers &= signers - 1;
                address expected = DataCode.addressAt(seats, seat);
                (address recovered, , ) = ECDSA.tryRecoverCalldata(digest, signatures[i]);
                require(recovered == expected, WrongSignature(seat, recovered, expected));
            }
        }
    }

    /// @dev Index of the lowest set bit; `bitmap` is not 0.
    function _lowestSeat(uint256 bitmap) private pure returns (uint256) {
        unchecked {
            return Math.log2(bitmap & (~bitmap + 1));
        }
    }
}
