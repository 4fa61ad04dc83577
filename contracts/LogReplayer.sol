// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAssay, LogEntry, ResultLog } from "./interfaces/IAssay.sol";
import { EpochLib } from "./libraries/EpochLib.sol";
import { LogLib } from "./libraries/LogLib.sol";
import { MemoryLib } from "./libraries/MemoryLib.sol";
import { Replay, ReplayLib } from "./libraries/ReplayLib.sol";
import { ResultLib } from "./libraries/ResultLib.sol";

/// @title LogReplayer: the part of the record that computes what might have been
/// @notice Stores nothing and changes nothing. The record creates its own; it stands apart only to keep the record below the limit of a contract's size.
contract LogReplayer {
    uint256 private immutable GENESIS;
    uint256 private immutable EPOCH_LENGTH;

    constructor(uint256 genesis, uint256 epochLength) {
        GENESIS = genesis;
        EPOCH_LENGTH = epochLength;
    }

    /// @notice Hash of a log (see LogLib).
    function hashOf(ResultLog calldata log) external pure returns (uint256 hash) {
        return LogLib.hashOf(log);
    }

    /// @notice The log with one entry replaced, and the memory it makes.
    /// @param flagsNow Flags of the memory that the new one takes the place of.
    /// @return hashShown Hash of the log as it was shown.
    /// @return hashAfter Hash of the log with the entry replaced.
    /// @return memoryWord The memory after it.
    /// @return versionId The version that the entry is about.
    /// @return roundId The entry's round.
    /// @dev Reverts with NoSuchEntry, MalformedResult or RoundNotClosed.
    function overturn(
        ResultLog calldata log,
        uint256 index,
        uint256 newWord,
        uint256 flagsNow
    )
        external
        view
        returns (uint256 hashShown, uint256 hashAfter, uint256 memoryWord, bytes32 versionId, uint256 roundId)
    {
        ResultLog memory changed = log;
        hashShown = LogLib.hashOf(changed);
        LogEntry memory entry = _entryAt(changed, index);
        (versionId, roundId) = (entry.versionId, entry.roundId);
        _replace(entry, newWord);
        hashAfter = LogLib.hashOf(changed);
        Replay memory state = ReplayLib.replay(changed, GENESIS, EPOCH_LENGTH);
        ReplayLib.settleFlags(state, flagsNow);
        memoryWord = MemoryLib.pack(state.self);
    }

    function _entryAt(ResultLog memory log, uint256 index) private pure returns (LogEntry memory entry) {
        require(index < log.entries.length, IAssay.NoSuchEntry(index, log.entries.length));
        entry = log.entries[index];
        require(entry.kind <= LogLib.CARRIED, IAssay.NoSuchEntry(index, log.entries.length));
    }

    /// @dev In place.
    function _replace(LogEntry memory entry, uint256 newWord) private view {
        if (entry.kind == LogLib.RESULT && newWord != 0) {
            require(ResultLib.isWellFormed(newWord), IAssay.MalformedResult(newWord));
            entry.word = newWord;
            return;
        }
        if (entry.kind == LogLib.RESULT) _requireClosed(entry.roundId);
        entry.kind = LogLib.NOTHING;
    }

    /// @dev Without its result a version's last round is an earlier one: while the round is open, the same batch would apply once more.
    function _requireClosed(uint256 roundId) private view {
        uint256 closedAt = EpochLib.closesAt(roundId, GENESIS, EPOCH_LENGTH);
        require(block.timestamp >= closedAt, IAssay.RoundNotClosed(closedAt, block.timestamp));
    }
}
