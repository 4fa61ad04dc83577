// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay, Retirement } from "../../../contracts/interfaces/IAssay.sol";
import { VmLog } from "../Vm.sol";

/// @notice A version that was registered.
struct Version {
    uint256 modelId;
    bytes32 digest;
    bytes32 versionId;
}

/// @title RecordFold: versions, memories and what was applied to them, from the record's events alone
abstract contract RecordFold {
    Version[] internal _versions;
    mapping(uint256 modelId => bytes32) internal _foldedCurrent;
    mapping(uint256 modelId => uint256) internal _versionCount;
    mapping(bytes32 versionId => uint256) internal _foldedMemory;
    mapping(uint256 modelId => Retirement) internal _foldedRetirement;
    /// @dev How often a round was applied to a version, and the most for any.
    mapping(bytes32 versionId => mapping(uint256 roundId => uint256)) private _applied;
    uint256 internal _mostApplied;

    function _foldRecord(VmLog memory log) internal {
        bytes32 topic = log.topics[0];
        if (topic == IAssay.VersionAdded.selector) return _versionAdded(log);
        bytes memory data = log.data;
        if (topic == IAssay.ResultPosted.selector) {
            (, uint256 memoryWord, ) = abi.decode(data, (uint256, uint256, uint256));
            _foldedMemory[log.topics[3]] = memoryWord;
            uint256 times = ++_applied[log.topics[3]][uint256(log.topics[1])];
            if (times > _mostApplied) _mostApplied = times;
        } else if (topic == IAssay.LaneChanged.selector) {
            _foldedMemory[log.topics[2]] = _lastWord(data);
        } else if (topic == IAssay.FailureCarried.selector) {
            _foldedMemory[log.topics[3]] = _lastWord(data);
        } else if (topic == IAssay.ResultOverturned.selector || topic == IAssay.EvidenceDiscredited.selector) {
            _foldedMemory[log.topics[1]] = _lastWord(data);
        } else if (topic == IAssay.ModelRetired.selector) {
            uint256 modelId = uint256(log.topics[1]);
            (_foldedRetirement[modelId], _foldedMemory[_foldedCurrent[modelId]]) = abi.decode(
                data,
                (Retirement, uint256)
            );
        }
    }

    function _versionAdded(VmLog memory log) private {
        (bytes32 digest, , uint256 memoryWord) = abi.decode(log.data, (bytes32, string, uint256));
        uint256 modelId = uint256(log.topics[1]);
        bytes32 versionId = log.topics[2];
        _versions.push(Version({ modelId: modelId, digest: digest, versionId: versionId }));
        ++_versionCount[modelId];
        _foldedCurrent[modelId] = versionId;
        _foldedMemory[versionId] = memoryWord;
    }

    function _lastWord(bytes memory data) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(data, mload(data)))
        }
    }
}
