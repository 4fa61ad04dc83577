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
        bytes32[] memory hashes = new bytes32[](results.length);
        for (uint256 i; i < results.length; ++i) {
            ResultEntry calldata entry = results[i];
            hashes[i] = keccak256(abi.encode(ENTRY_TYPEHASH, entry.modelId, entry.digest, entry.word));
        }
        bytes32 resultsHash = keccak256(abi.encodePacked(hashes));
        return _hashTypedDataV4(keccak256(abi.encode(BATCH_TYPEHASH, batch.roundId, batch.reportsRoot, resultsHash)));
    }

    /// @dev Every set bit of `signers` must have its signature, in seat order.
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
        for (uint256 rest = signers; rest != 0; ++count) {
            // Not 0, so the lowest bit can be cleared.
            unchecked {
                rest &= rest - 1;
            }
        }
        require(signatures.length == count, SignatureCountMismatch(signatures.length, count));
        for (uint256 i; i < count; ++i) {
            uint256 seat = _lowestSeat(signers);
            signers &= signers - 1;
            address expected = DataCode.addressAt(seats, seat);
            (address recovered, , ) = ECDSA.tryRecoverCalldata(digest, signatures[i]);
            require(recovered == expected, WrongSignature(seat, recovered, expected));
        }
    }

    /// @dev Index of the lowest set bit; `bitmap` is not 0.
    function _lowestSeat(uint256 bitmap) private pure returns (uint256) {
        unchecked {
            return Math.log2(bitmap & (~bitmap + 1));
        }
    }
}
