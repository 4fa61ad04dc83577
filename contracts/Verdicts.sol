// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { RecordConnections } from "./RecordConnections.sol";
import { Models } from "./Models.sol";
import { IAssay, LogEntry, ResultLog } from "./interfaces/IAssay.sol";
import { LogLib } from "./libraries/LogLib.sol";
import { Memory, MemoryLib } from "./libraries/MemoryLib.sol";

/// @title Verdicts: what the court changes in the record
/// @dev A memory never goes back in time: it is made anew from what happened, with the disputed entry replaced.
abstract contract Verdicts is Models, RecordConnections {
    /// @inheritdoc IAssay
    function overturn(bytes32 versionId, ResultLog calldata log, uint256 index, uint256 newWord) external {
        _requireCaller(COURT);
        uint256 flagsNow = _memories[versionId] >> 248;
        (uint256 hashShown, uint256 hashAfter, uint256 memoryWord, bytes32 disputedId, uint256 roundId) = REPLAYER
            .overturn(log, index, newWord, flagsNow);
        _replaceLog(versionId, hashShown, hashAfter);
        _memories[versionId] = memoryWord;
        emit ResultOverturned(versionId, disputedId, roundId, newWord, memoryWord);
    }

    /// @inheritdoc IAssay
    function discredit(bytes32 versionId) external {
        _requireCaller(COURT);
        uint256 memoryBefore = _memories[versionId];
        Memory memory self = MemoryLib.unpack(memoryBefore);
        MemoryLib.discredit(self);
        LogEntry memory entry = _entry(LogLib.DISCREDITED, self.lastRound, address(0), versionId, 0);
        // Not logged if there is no log.
        _log(versionId, self, memoryBefore, entry, false);
        emit EvidenceDiscredited(versionId, _storeMemory(versionId, self));
    }
}
