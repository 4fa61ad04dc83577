// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { Batch, IAssay, ResultEntry } from "./interfaces/IAssay.sol";
import { CommitteeLib } from "./libraries/CommitteeLib.sol";
import { DataCode } from "./libraries/DataCode.sol";

/// @title Batches: what a committee signs, and who did
/// @dev The EIP-712 domain binds a signature to this contract on this chain, the batch to one shard of one round. Signers are a bitmap, so nobody counts
/// twice. Twin of the hashes: `domain/typedData.ts`.
abstract contract Batches is IAssay, EIP712 {
    bytes32 private constant ENTRY_TYPEHASH = keccak256("ResultEntry(uint256 modelId,bytes32 digest,uint256 word)");
    bytes32 private constant BATCH_TYPEHASH = keccak256(
        "Batch(uint256 roundId,uint256 shard,bytes32 reportsRoot,ResultEntry[] results)ResultEntry(uint256 modelId,bytes32 digest,uint256 word)"
    );
    /// @dev EIP-2098: r, then vs.
    uint256 private constant SIGNATURE_BYTES = 64;

    string private constant DOMAIN_NAME = "Assay";
    string private constant DOMAIN_VERSION = "1";

    constructor() EIP712(DOMAIN_NAME, DOMAIN_VERSION) {}

    // ---------------------------------------------------------------- digest
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
        return
            _hashTypedDataV4(
                keccak256(abi.encode(BATCH_TYPEHASH, batch.roundId, batch.shard, batch.reportsRoot, resultsHash))
            );
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

    // ---------------------------------------------------------------- signatures
    /// @dev Every set bit of `signers` must have its signature, in seat order.
    /// @param committee Only bits of seats.
    /// @param seats The signing keys of all seats, 20 bytes each, none of them 0.
    /// @return count Signatures, all of them good.
    function _verify(
        bytes32 digest,
        uint256 signers,
        uint256 committee,
        bytes calldata signatures,
        bytes memory seats
    ) internal pure returns (uint256 count) {
        uint256 strangers = signers & ~committee;
        if (strangers != 0) revert NotInCommittee(CommitteeLib.lowestSeat(strangers));
        // Clearing the lowest bit of what is not 0 does not underflow; a committee has at most 15 members.
        unchecked {
            for (uint256 rest = signers; rest != 0; rest &= rest - 1) ++count;
            uint256 length = SIGNATURE_BYTES * count;
            require(signatures.length == length, SignatureLengthMismatch(signatures.length, length));
            for (uint256 offset; signers != 0; offset += SIGNATURE_BYTES) {
                uint256 seat = CommitteeLib.lowestSeat(signers);
                signers &= signers - 1;
                address expected = DataCode.addressAt(seats, seat);
                address recovered = _recover(digest, signatures, offset);
                require(recovered == expected, WrongSignature(seat, recovered, expected));
            }
        }
    }

    /// @dev 0 if nothing can be recovered, which is nobody's key; s only in its lower half, so a signature has one form.
    /// @param offset At most the signatures' length less 64.
    function _recover(bytes32 digest, bytes calldata signatures, uint256 offset) private pure returns (address signer) {
        bytes32 r;
        bytes32 vs;
        assembly ("memory-safe") {
            r := calldataload(add(signatures.offset, offset))
            vs := calldataload(add(add(signatures.offset, offset), 0x20))
        }
        (signer, , ) = ECDSA.tryRecover(digest, r, vs);
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssay
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc EIP712
    /// @dev The same answer from constants; the base also carries strings of any length.
    function eip712Domain()
        public
        view
        override
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        // Bits of the fields there are: all but the salt.
        return (hex"0f", DOMAIN_NAME, DOMAIN_VERSION, block.chainid, address(this), 0, extensions);
    }
}
