// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { LogEntry, ResultLog } from "../interfaces/IAssay.sol";

/// @title LogLib: a version's log, kept as a hash
/// @notice Twin: `domain/resultLog.ts`. One slot a log; the events carry the entries, and whoever needs the log shows all of it.
///
/// | bits     | field   |
/// | -------- | ------- |
/// | 0..207   | hash    |
/// | 208..247 | until   | unix seconds: can be replayed up to then
/// | 248..255 | entries |
library LogLib {
    uint8 internal constant RESULT = 0;
    uint8 internal constant CARRIED = 1;
    uint8 internal constant INHERITED = 2;
    uint8 internal constant NOTHING = 3;
    uint8 internal constant DISCREDITED = 4;

    uint256 internal constant ENTRIES_MAX = type(uint8).max;

    uint256 private constant HASH_MASK = (1 << 208) - 1;
    uint256 private constant UNTIL_MASK = type(uint40).max;

    // ---------------------------------------------------------------- hash
    /// @notice Hash of a log without entries.
    function start(uint256 memoryBefore) internal pure returns (uint256 hash) {
        return uint256(keccak256(abi.encode(memoryBefore))) & HASH_MASK;
    }

    /// @notice Hash of a log with one more entry.
    function extend(uint256 hash, LogEntry memory entry) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(hash, entry))) & HASH_MASK;
    }

    /// @notice Hash of a whole log.
    function hashOf(ResultLog memory log) internal pure returns (uint256 hash) {
        hash = start(log.memoryBefore);
        for (uint256 i; i < log.entries.length; ++i) hash = extend(hash, log.entries[i]);
    }

    // ---------------------------------------------------------------- slot
    /// @param hash Below 2^208.
    /// @param until Seconds below 2^40: for 34,000 years.
    /// @param entries At most ENTRIES_MAX.
    function pack(uint256 hash, uint256 until, uint256 entries) internal pure returns (uint256 slot) {
        return hash | (until << 208) | (entries << 248);
    }

    function hashIn(uint256 slot) internal pure returns (uint256) {
        return slot & HASH_MASK;
    }

    function untilIn(uint256 slot) internal pure returns (uint256) {
        return (slot >> 208) & UNTIL_MASK;
    }

    function entriesIn(uint256 slot) internal pure returns (uint256) {
        return slot >> 248;
    }

    /// @notice Whether a log is kept and can still be replayed.
    function isOpen(uint256 slot, uint256 nowAt) internal pure returns (bool) {
        return slot != 0 && nowAt <= untilIn(slot);
    }
}
