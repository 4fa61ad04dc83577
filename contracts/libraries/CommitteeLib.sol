// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";

/// @title CommitteeLib: which seats measure what in a round, and how many of them must sign
/// @notice Twin: `domain/committee.ts`.
/// @dev Places in a round's seat list, 0 .. seatCount − 1; a committee is a bitmap over them. A round's seats are divided among shards: disjoint committees,
/// each of which measures its part of the versions.
library CommitteeLib {
    // ---------------------------------------------------------------- committees
    /// @notice Members of a committee out of `seatCount` seats.
    function memberCount(uint256 seatCount, Policy memory policy) internal pure returns (uint256) {
        return Math.min(policy.committeeSize, seatCount);
    }

    /// @notice Committees of a round: as many as the policy asks for and whole committees fit into the seats, at least one.
    function shardCount(uint256 seatCount, Policy memory policy) internal pure returns (uint256) {
        return Math.max(1, Math.min(policy.shards, seatCount / policy.committeeSize));
    }

    /// @notice The committee of one shard: a run of k places of a Fisher–Yates shuffle from the end, behind those of the shards before it.
    /// @param seed The round's seed.
    /// @param seatCount At most 256.
    /// @param shard Below shardCount.
    function committeeOf(
        bytes32 seed,
        uint256 seatCount,
        Policy memory policy,
        uint256 shard
    ) internal pure returns (uint256 committee) {
        uint256 members = memberCount(seatCount, policy);
        // (shard + 1)·members ≤ seatCount.
        unchecked {
            return _drawn(seed, seatCount, seatCount - shard * members, members);
        }
    }

    /// @notice The committees of all shards.
    /// @dev Draws anew for each: at most 48 places in all (PolicyBounds), once a round.
    function committeesOf(
        bytes32 seed,
        uint256 seatCount,
        Policy memory policy
    ) internal pure returns (uint256[] memory committees) {
        committees = new uint256[](shardCount(seatCount, policy));
        for (uint256 shard; shard < committees.length; ++shard) {
            committees[shard] = committeeOf(seed, seatCount, policy, shard);
        }
    }

    /// @dev The seats drawn for places `end − 1` down to `end − count` of the shuffle.
    /// A byte at place p holds `p xor seat`, so that fresh (zeroed) memory already is the identity.
    function _drawn(
        bytes32 seed,
        uint256 seatCount,
        uint256 end,
        uint256 count
    ) private pure returns (uint256 committee) {
        bytes memory seats = new bytes(seatCount);
        // count ≤ end ≤ seatCount. i runs from seatCount − 1 down to end − count ≥ 0 and stands one above; draws are below i.
        unchecked {
            uint256 last = end - count;
            for (uint256 i = seatCount; i > last;) {
                uint256 drawn = uint256(Hashes.efficientKeccak256(seed, bytes32(i - 1))) % i;
                --i;
                uint256 seat = _at(seats, drawn);
                _put(seats, drawn, _at(seats, i));
                if (i < end) committee |= 1 << seat;
            }
        }
    }

    /// @dev The seat at a place, which is below the list's length.
    function _at(bytes memory seats, uint256 place) private pure returns (uint256 seat) {
        assembly ("memory-safe") {
            seat := xor(byte(0, mload(add(add(seats, 0x20), place))), place)
        }
    }

    /// @dev `place` is below the list's length, and `seat` below 256.
    function _put(bytes memory seats, uint256 place, uint256 seat) private pure {
        assembly ("memory-safe") {
            mstore8(add(add(seats, 0x20), place), xor(seat, place))
        }
    }

    // ---------------------------------------------------------------- shards
    /// @notice The shard whose committee measures a version: nobody chooses it.
    /// @param seed The round's seed.
    function shardOf(bytes32 versionId, bytes32 seed, uint256 shards) internal pure returns (uint256) {
        return shards == 1 ? 0 : uint256(Hashes.efficientKeccak256(versionId, seed)) % shards;
    }

    /// @notice First bit of a shard in a round's `participated`: `committeeSize` bits a shard, at most 48 in all (PolicyBounds).
    function firstPlaceOf(uint256 shard, Policy memory policy) internal pure returns (uint256) {
        unchecked {
            return shard * policy.committeeSize;
        }
    }

    /// @notice The signers of a shard's batch as bits of `participated`: a committee's seats have one each, lowest first.
    /// @param signers A subset of `committee`.
    function placesOf(
        uint256 signers,
        uint256 committee,
        uint256 shard,
        Policy memory policy
    ) internal pure returns (uint256 places) {
        uint256 place = 1 << firstPlaceOf(shard, policy);
        // Clears the lowest bit of what is not 0.
        unchecked {
            for (; committee != 0; committee &= committee - 1) {
                if (committee & (~committee + 1) & signers != 0) places |= place;
                place <<= 1;
            }
        }
    }

    /// @notice The seat at a place of a committee, lowest seat first.
    /// @param index Below the number of members.
    function seatAt(uint256 committee, uint256 index) internal pure returns (uint256) {
        unchecked {
            for (; index != 0; --index) committee &= committee - 1;
        }
        return lowestSeat(committee);
    }

    /// @notice Index of the lowest set bit.
    /// @param bitmap Not 0.
    function lowestSeat(uint256 bitmap) internal pure returns (uint256) {
        unchecked {
            return Math.log2(bitmap & (~bitmap + 1));
        }
    }

    // ---------------------------------------------------------------- signatures
    /// @notice Signatures a result needs: ⌈k·quorum/committeeSize⌉ of k members.
    function signersNeeded(uint256 members, Policy memory policy) internal pure returns (uint256) {
        // At most 15 members.
        unchecked {
            return Math.ceilDiv(members * policy.quorum, policy.committeeSize);
        }
    }

    /// @notice Signatures a failing result needs: at least two thirds of the members.
    function signersNeededToFail(uint256 members, Policy memory policy) internal pure returns (uint256) {
        // At most 15 members.
        unchecked {
            return Math.max(signersNeeded(members, policy), Math.ceilDiv(2 * members, 3));
        }
    }
}
