// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Epochs } from "./Epochs.sol";
import { LogReplayer } from "./LogReplayer.sol";
import { IAssay, LogEntry, ResultLog } from "./interfaces/IAssay.sol";
import { LogLib } from "./libraries/LogLib.sol";
import { Memory, MemoryLib } from "./libraries/MemoryLib.sol";

/// @title Logs: what a version's memory is made of, since a failing result that may yet be overturned
/// @dev A log starts with a failing (or carried) result and is kept until nobody can dispute one any more; meanwhile everything that happens to the memory is an
/// entry. Only its hash is stored. A memory says by a flag whether it has a log, so that versions without one cost no look.
abstract contract Logs is Epochs {
    /// @dev A dispute may begin while its freeze waits, and ends within 21 days; two weeks more for whoever carries it out.
    uint256 private constant LOG_TIME = 35 days;

    LogReplayer internal immutable REPLAYER;
    mapping(bytes32 versionId => uint256 slot) private _logs;

    constructor() {
        REPLAYER = new LogReplayer(GENESIS, EPOCH_LENGTH);
    }

    /// @dev Adds an entry that is about `self`, changes its LOGGED flag accordingly, and lets a log that is too old or too long end. Without an open log
    /// only a failure starts one.
    /// @param memoryBefore The memory word before the entry.
    function _log(
        bytes32 versionId,
        Memory memory self,
        uint256 memoryBefore,
        LogEntry memory entry,
        bool failing
    ) internal {
        uint256 slot = _openSlot(versionId, self);
        if (slot != 0) memoryBefore = 0;
        else if (failing) slot = LogLib.pack(LogLib.start(memoryBefore), 0, 0);
        else return _endLog(versionId, self);
        uint256 until = LogLib.untilIn(slot);
        // Seconds.
        unchecked {
            if (failing) until = block.timestamp + LOG_TIME;
        }
        _storeLog(versionId, slot, until, entry);
        self.flags |= MemoryLib.LOGGED;
        emit ResultLogged(versionId, memoryBefore, entry);
    }

    /// @dev Whether the version's log goes on in the next version's.
    function _hasOpenLog(bytes32 versionId, Memory memory self) internal view returns (bool) {
        return _openSlot(versionId, self) != 0;
    }

    /// @dev The new version's log is the previous one's, which is open, and one entry more.
    function _inheritLog(bytes32 previousId, bytes32 versionId) internal {
        uint256 slot = _logs[previousId];
        LogEntry memory entry = _entry(LogLib.INHERITED, currentRoundId(), address(0), versionId, 0);
        _storeLog(versionId, slot, LogLib.untilIn(slot), entry);
        emit ResultLogged(versionId, 0, entry);
    }

    /// @dev An entry of now, that came with no batch. A round id has 24 bits; 40 bits of seconds last for 34,000 years.
    function _entry(
        uint8 kind,
        uint256 roundId,
        address policyPointer,
        bytes32 versionId,
        uint256 word
    ) internal view returns (LogEntry memory) {
        return
            LogEntry({
                kind: kind,
                roundId: uint32(roundId),
                appliedAt: uint40(block.timestamp),
                policyPointer: policyPointer,
                versionId: versionId,
                word: word,
                batchDigest: 0
            });
    }

    function _storeLog(bytes32 versionId, uint256 slot, uint256 until, LogEntry memory entry) private {
        uint256 hash = LogLib.extend(LogLib.hashIn(slot), entry);
        // An open slot has room for another entry.
        unchecked {
            _logs[versionId] = LogLib.pack(hash, until, LogLib.entriesIn(slot) + 1);
        }
    }

    /// @dev The log's slot, if one is kept, can be replayed, and has room for another entry; else 0.
    function _openSlot(bytes32 versionId, Memory memory self) private view returns (uint256 slot) {
        if (!MemoryLib.has(self, MemoryLib.LOGGED)) return 0;
        slot = _logs[versionId];
        if (!LogLib.isOpen(slot, block.timestamp) || LogLib.entriesIn(slot) == LogLib.ENTRIES_MAX) return 0;
    }

    function _endLog(bytes32 versionId, Memory memory self) private {
        delete _logs[versionId];
        self.flags &= ~MemoryLib.LOGGED;
    }

    // ---------------------------------------------------------------- show
    /// @dev Puts another log of as many entries in the place of the one kept, which must be the one shown and still be open.
    function _replaceLog(bytes32 versionId, uint256 hashShown, uint256 hashAfter) internal {
        uint256 slot = _logs[versionId];
        require(_isKept(slot, hashShown), WrongLog(versionId, bytes32(hashShown), bytes32(LogLib.hashIn(slot))));
        _logs[versionId] = LogLib.pack(hashAfter, LogLib.untilIn(slot), LogLib.entriesIn(slot));
    }

    /// @inheritdoc IAssay
    function isLog(bytes32 versionId, ResultLog calldata log) external view returns (bool) {
        return _isKept(_logs[versionId], REPLAYER.hashOf(log));
    }

    function _isKept(uint256 slot, uint256 hash) private view returns (bool) {
        return LogLib.isOpen(slot, block.timestamp) && hash == LogLib.hashIn(slot);
    }

    /// @inheritdoc IAssay
    function logOf(bytes32 versionId) external view returns (bytes32 logHash, uint256 until, uint256 entries) {
        uint256 slot = _logs[versionId];
        return (bytes32(LogLib.hashIn(slot)), LogLib.untilIn(slot), LogLib.entriesIn(slot));
    }
}
