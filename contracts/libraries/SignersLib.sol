// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IAssay } from "../interfaces/IAssay.sol";
import { DataCode } from "./DataCode.sol";

/// @title SignersLib: who signed
/// @notice Signatures are 64 bytes each (r, then vs: EIP-2098), signers a bitmap over a seat list, so nobody counts twice.
library SignersLib {
    uint256 internal constant SIGNATURE_BYTES = 64;

    /// @notice The signer of one signature; 0 if there is none.
    /// @param signatures Long enough.
    /// @param index Which of them.
    function recover(bytes32 digest, bytes calldata signatures, uint256 index) internal pure returns (address signer) {
        uint256 start = index * SIGNATURE_BYTES;
        bytes32 r = bytes32(signatures[start:start + 32]);
        bytes32 vs = bytes32(signatures[start + 32:start + SIGNATURE_BYTES]);
        (signer, , ) = ECDSA.tryRecover(digest, r, vs);
    }

    /// @notice Checks that every bit of `signers` is one of `allowed` and has its signature, in the order of the bits from the lowest.
    /// @param allowed Only bits of the list, at most as many as a committee has members.
    /// @param seats The list, 20 bytes a seat, none of them 0.
    /// @return count Signatures.
    function verify(
        bytes32 digest,
        uint256 signers,
        uint256 allowed,
        bytes calldata signatures,
        bytes memory seats
    ) internal pure returns (uint256 count) {
        uint256 strangers = signers & ~allowed;
        require(strangers == 0, IAssay.NotInCommittee(lowest(strangers)));
        uint256 expectedLength = countOf(signers) * SIGNATURE_BYTES;
        require(signatures.length == expectedLength, IAssay.SignatureLengthMismatch(signatures.length, expectedLength));
        for (; signers != 0; signers &= signers - 1) {
            uint256 seat = lowest(signers);
            address expected = DataCode.addressAt(seats, seat);
            address recovered = recover(digest, signatures, count);
            require(recovered == expected, IAssay.WrongSignature(seat, recovered, expected));
            ++count;
        }
    }

    /// @notice Set bits; one step each.
    function countOf(uint256 bitmap) internal pure returns (uint256 count) {
        for (; bitmap != 0; bitmap &= bitmap - 1) ++count;
    }

    /// @notice Index of the lowest set bit; `bitmap` is not 0.
    function lowest(uint256 bitmap) internal pure returns (uint256) {
        unchecked {
            return Math.log2(bitmap & (~bitmap + 1));
        }
    }
}
