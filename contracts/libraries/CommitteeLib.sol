// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";

/// @title CommitteeLib: which seats measure in a round, and how many of them must sign
/// @notice Twin: `domain/committee.ts`.
library CommitteeLib {
    /// @notice Members of a committee out of `seatCount` seats.
    function memberCount(uint256 seatCount, Policy memory policy) internal pure returns (uint256) {
        return Math.min(policy.committeeSize, seatCount);
    }

    /// @notice The committee as a bitmap over seats: the last k places of a Fisher–Yates shuffle from the end.
    /// @dev A byte at place p holds `p xor seat`, so that fresh (zeroed) memory already is the identity.
    /// @param seed The round's seed.
    /// @param seatCount At most 256.
    function committeeOf(
        bytes32 seed,
        uint256 seatCount,
        Policy memory policy
    ) internal pure returns (uint256 committee) {
        bytes memory seats = new bytes(seatCount);
        uint256 last = seatCount - memberCount(seatCount, policy);
        // i runs from seatCount − 1 down to last ≥ 0 and stands one above; draws are below i.
        unchecked {
            for (uint256 i = seatCount; i > last;) {
                uint256 drawn = uint256(Hashes.efficientKeccak256(seed, bytes32(i - 1))) % i;
                --i;
                uint256 seat = uint8(seats[drawn]) ^ drawn;
                seats[drawn] = bytes1(uint8((uint8(seats[i]) ^ i) ^ drawn));
                committee |= 1 << seat;
            }
        }
    }

    /// @notice Signatures a result needs: ⌈k·quorum/committeeSize⌉ of k members.
    function signersNeeded(uint256 members, Policy memory policy) internal pure returns (uint256) {
        return Math.ceilDiv(members * policy.quorum, policy.committeeSize);
    }

    /// @notice Signatures a failing result needs: at least two thirds of the members.
    function signersNeededToFail(uint256 members, Policy memory policy) internal pure returns (uint256) {
        return Math.max(signersNeeded(members, policy), Math.ceilDiv(2 * members, 3));
    }
}
