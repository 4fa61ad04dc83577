// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Deployment } from "./Deployment.sol";
import { Overturned } from "./LogReplayer.sol";
import { Models } from "./Models.sol";
import { IAssay, LogEntry, ResultLog } from "./interfaces/IAssay.sol";
import { LogLib } from "./libraries/LogLib.sol";
import { Memory, MemoryLib } from "./libraries/MemoryLib.sol";

/// @title Verdicts: what the court changes in the record
/// @dev A memory never goes back in time: it is made anew from what happened, with the disputed entry replaced.
abstract contract Verdicts is Models, Deployment {
    /// @inheritdoc IAssay
    function overturn(bytes32 versionId, ResultLog calldata log, uint256 index, uint256 newWord) external {
        _requireCaller(COURT);
        Overturned memory changed = REPLAYER.overturn(log, index, newWord, _memories[versionId] >> 248);
        _replaceLog(versionId, changed.hashShown, changed.hashAfter);
        _memories[versionId] = changed.memoryWord;
        emit ResultOverturned(versionId, changed.versionId, changed.roundId, newWord, changed.memoryWord);
    }

    /// @inheritdoc IAssay
    function discredit(bytes32 versionId) external {
        _requireCaller(COURT);
        uint256 memoryBefore = _memories[versionId];
        Memory memory self = MemoryLib.unpack(memoryBefore);
        MemoryLib.discredit(self);
        if (MemoryLib.has(self, MemoryLib.LOGGED)) {
            LogEntry memory entry = _entry(LogLib.DISCREDITED, self.lastRound, address(0), versionId, 0);
            _log(versionId, self, memoryBefore, entry, false);
        }
        uint256 memoryWord = MemoryLib.pack(self);
        _memories[versionId] = memoryWord;
        emit EvidenceDiscredited(versionId, memoryWord);
    }
}
