// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay, LogEntry, ResultLog } from "../../../contracts/interfaces/IAssay.sol";
import { vm, VmLog } from "../Vm.sol";

/// @title LogFold: the logs of all versions, from events alone
/// @notice What an indexer does, so that a test shows the record no log that it has not told.
contract LogFold {
    address private immutable RECORD;
    mapping(bytes32 versionId => ResultLog) private _logs;
    mapping(uint256 modelId => bytes32) private _current;
    mapping(bytes32 versionId => bytes32) private _previous;

    constructor(address record) {
        RECORD = record;
    }

    /// @dev Takes the events since the last call; someone must have called `vm.recordLogs`.
    function fold() public {
        take(vm.getRecordedLogs());
    }

    /// @dev Events that somebody else has fetched.
    function take(VmLog[] memory events) public {
        for (uint256 i; i < events.length; ++i) {
            if (events[i].emitter != RECORD) continue;
            bytes32 topic = events[i].topics[0];
            if (topic == IAssay.VersionAdded.selector) _versionAdded(events[i]);
            if (topic == IAssay.ResultLogged.selector) _resultLogged(events[i]);
            if (topic == IAssay.ResultOverturned.selector) _resultOverturned(events[i]);
        }
    }

    function logOf(bytes32 versionId) external returns (ResultLog memory) {
        fold();
        return _logs[versionId];
    }

    /// @dev Of the events taken so far.
    function told(bytes32 versionId) external view returns (ResultLog memory) {
        return _logs[versionId];
    }

    function _versionAdded(VmLog memory added) private {
        uint256 modelId = uint256(added.topics[1]);
        _previous[added.topics[2]] = _current[modelId];
        _current[modelId] = added.topics[2];
    }

    function _resultLogged(VmLog memory logged) private {
        bytes32 versionId = logged.topics[1];
        (uint256 memoryBefore, LogEntry memory entry) = abi.decode(logged.data, (uint256, LogEntry));
        ResultLog storage log = _logs[versionId];
        if (memoryBefore != 0) {
            delete log.entries;
            log.memoryBefore = memoryBefore;
        } else if (entry.kind == 2) {
            ResultLog storage previous = _logs[_previous[versionId]];
            log.memoryBefore = previous.memoryBefore;
            for (uint256 i; i < previous.entries.length; ++i) log.entries.push(previous.entries[i]);
        }
        log.entries.push(entry);
    }

    function _resultOverturned(VmLog memory overturned) private {
        (uint256 newWord, ) = abi.decode(overturned.data, (uint256, uint256));
        LogEntry[] storage entries = _logs[overturned.topics[1]].entries;
        for (uint256 i; i < entries.length; ++i) {
            LogEntry storage entry = entries[i];
            if (entry.versionId != overturned.topics[2] || entry.roundId != uint256(overturned.topics[3])) continue;
            if (entry.kind == 0 && newWord != 0) entry.word = newWord;
            else if (entry.kind <= 1) entry.kind = 3;
        }
    }
}
