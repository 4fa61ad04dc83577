// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Deposits } from "./Deposits.sol";
import { LogEntry, ResultLog } from "./interfaces/IAssay.sol";
import { FreezeRecord } from "./interfaces/IAssayVault.sol";
import { Correction, ICourt } from "./interfaces/ICourt.sol";
import { MemoryLib } from "./libraries/MemoryLib.sol";

/// @title Corrections: results found wrong, and what follows for memory and stake
/// @dev That a result is wrong is noted once; every log it stands in (the version's, those that inherited it, those that carry it) is then corrected
/// by whoever shows the log. So a log that nobody shows, or that is gone, keeps neither stake nor deposits waiting.
abstract contract Corrections is Deposits {
    /// @dev Kinds of log entries (see LogEntry).
    uint8 private constant APPLIED = 0;
    uint8 private constant CARRIED = 1;

    mapping(bytes32 resultKey => Correction) private _corrections;

    // ---------------------------------------------------------------- find wrong
    /// @dev For the inspector, who has shown that the result does not follow from its reports.
    /// @param log The one kept, with the result in it.
    function _correctInLog(
        bytes32 versionId,
        uint256 roundId,
        Correction calldata correction,
        ResultLog calldata log,
        FreezeRecord calldata frozen
    ) internal {
        _correct(versionId, roundId, correction.word, correction.newWord);
        _rectifyIfClosed(versionId, roundId, log);
        _resolveFreeze(versionId, roundId, frozen, true);
    }

    function _hasLog(bytes32 versionId) internal view returns (bool) {
        (bytes32 logHash, uint256 until, ) = ASSAY.logOf(versionId);
        return logHash != 0 && block.timestamp < until;
    }

    /// @dev Whether the log holds the result as it came with a batch, not yet corrected.
    function _holds(
        ResultLog calldata log,
        bytes32 versionId,
        uint256 roundId,
        bytes32 batchDigest,
        uint256 word
    ) internal pure returns (bool) {
        uint256 index = _find(log, versionId, roundId, word);
        return index < log.entries.length && log.entries[index].batchDigest == batchDigest;
    }

    /// @dev Whether all that happened to the version in a round stands in the log: it begins before the round.
    function _tells(ResultLog calldata log, uint256 roundId) internal pure returns (bool) {
        return MemoryLib.unpack(log.memoryBefore).lastRound < roundId;
    }

    /// @param newWord 0: as if the result had not been posted. The first finding stays.
    function _correct(bytes32 versionId, uint256 roundId, uint256 word, uint256 newWord) internal {
        if (_isCorrected(versionId, roundId)) return;
        _corrections[_resultKey(versionId, roundId)] = Correction({ word: word, newWord: newWord });
        emit ResultCorrected(versionId, roundId, word, newWord);
    }

    function _isCorrected(bytes32 versionId, uint256 roundId) internal view returns (bool) {
        return _corrections[_resultKey(versionId, roundId)].word != 0;
    }

    // ---------------------------------------------------------------- correct
    /// @inheritdoc ICourt
    function rectify(bytes32 versionId, uint256 roundId, bytes32 ofVersionId, ResultLog calldata log) external {
        _rectify(versionId, roundId, ofVersionId, log);
    }

    function _rectify(bytes32 versionId, uint256 roundId, bytes32 ofVersionId, ResultLog calldata log) internal {
        Correction memory correction = correctionOf(versionId, roundId);
        require(correction.word != 0, NotOverturned(versionId, roundId));
        _requireLog(ofVersionId, log);
        uint256 index = _find(log, versionId, roundId, correction.word);
        require(index < log.entries.length, NotInLog(ofVersionId, roundId));
        ASSAY.overturn(ofVersionId, log, index, correction.newWord);
    }

    /// @dev The record takes no result out of a memory while its batch could be posted once more: then it is for `rectify`, later.
    function _rectifyIfClosed(bytes32 versionId, uint256 roundId, ResultLog calldata log) internal {
        if (correctionOf(versionId, roundId).newWord == 0 && block.timestamp < ASSAY.closesAt(roundId)) return;
        _rectify(versionId, roundId, versionId, log);
    }

    function _requireLog(bytes32 versionId, ResultLog calldata log) internal view {
        require(ASSAY.isLog(versionId, log), UnknownLog(versionId));
    }

    /// @dev A log holds a result once at most: as applied, or as carried over from an older version. At most 255 steps, as many as a log has entries.
    /// @return index The number of entries if there is none.
    function _find(
        ResultLog calldata log,
        bytes32 versionId,
        uint256 roundId,
        uint256 word
    ) internal pure returns (uint256 index) {
        for (uint256 count = log.entries.length; index < count; ++index) {
            LogEntry calldata entry = log.entries[index];
            if (entry.versionId != versionId || entry.roundId != roundId) continue;
            // A carried entry's word is the scar it added.
            if (entry.kind == CARRIED || (entry.kind == APPLIED && entry.word == word)) return index;
        }
    }

    // ---------------------------------------------------------------- stake
    /// @dev A freeze that is resolved already needs nothing more.
    /// @return resolved Whether there was one.
    function _resolveFreeze(
        bytes32 versionId,
        uint256 roundId,
        FreezeRecord calldata frozen,
        bool restore
    ) internal returns (bool resolved) {
        if (!_isFrozen(versionId, roundId)) return false;
        _requireFreezeOf(versionId, roundId, frozen);
        VAULT.resolve(frozen, restore);
        return true;
    }

    function _isFrozen(bytes32 versionId, uint256 roundId) internal view returns (bool) {
        return VAULT.freezeHashOf(versionId, roundId) != 0;
    }

    /// @dev That it is the record kept, the vault checks.
    function _requireFreezeOf(bytes32 versionId, uint256 roundId, FreezeRecord calldata frozen) internal pure {
        require(frozen.versionId == versionId && frozen.roundId == roundId, WrongFreeze(versionId, roundId));
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc ICourt
    function correctionOf(bytes32 versionId, uint256 roundId) public view returns (Correction memory) {
        return _corrections[_resultKey(versionId, roundId)];
    }
}
