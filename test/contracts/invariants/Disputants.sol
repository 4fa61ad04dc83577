// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { LogEntry, ResultLog } from "../../../contracts/interfaces/IAssay.sol";
import { FreezeRecord } from "../../../contracts/interfaces/IAssayVault.sol";
import { Correction, Dispute, Stage } from "../../../contracts/interfaces/ICourt.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { DataCode } from "../../../contracts/libraries/DataCode.sol";
import { VerdictLib } from "../../../contracts/libraries/VerdictLib.sol";
import { vm } from "../Vm.sol";
import { System } from "./System.sol";

/// @title Disputants: appellants, second committees, the arbitrator, and whoever carries out what was decided
abstract contract Disputants is System {
    /// @dev One more than the arbitrator's number of a dispute, which it counts from 0; 0 when it has ruled or was not asked.
    mapping(uint256 disputeId => uint256) private _arbitration;
    uint256 private _arbitrations;

    // ---------------------------------------------------------------- appeal
    function appeal(uint256 who, uint256 which, uint256 index) external step(NOBODY) {
        bytes32 versionId = _version(which).versionId;
        if (!_isLogOpen(versionId)) return;
        ResultLog memory log = fold.told(versionId);
        index %= log.entries.length;
        LogEntry memory entry = log.entries[index];
        FreezeRecord memory frozen = _freezeOf(versionId, entry.roundId);
        if (!_isDisputable(versionId, entry, frozen)) return;
        vm.prank(_delegator(who));
        court.appeal(versionId, log, index, frozen);
        _done();
    }

    function _isDisputable(
        bytes32 versionId,
        LogEntry memory entry,
        FreezeRecord memory frozen
    ) private view returns (bool) {
        if (entry.kind != 0 || entry.versionId != versionId) return false;
        Policy memory policy = DataCode.readPolicy(entry.policyPointer);
        uint256 until = frozen.frozenAt != 0 ? frozen.releasableAt : entry.appliedAt + policy.freezeWindow;
        if (block.timestamp >= until || VerdictLib.failedFamilies(entry.word, policy) == 0) return false;
        bool settled = court.correctionOf(versionId, entry.roundId).word != 0;
        return !settled && court.disputeOf(versionId, entry.roundId) == 0;
    }

    function drawAgain(uint256 which) external step(NOBODY) {
        (uint256 disputeId, Dispute memory drawn) = _dispute(which, Stage.Opened);
        if (disputeId == 0) return;
        vm.roll(uint256(drawn.entropyBlock) + 1);
        vm.setBlockhash(drawn.entropyBlock, keccak256(abi.encode("dispute", disputeId)));
        court.drawCommittee(disputeId);
        _done();
    }

    /// @dev The second committee finds it good, as bad, or better but not good.
    function reevaluate(uint256 which, uint256 finding) external step(NOBODY) {
        (uint256 disputeId, Dispute memory drawn) = _dispute(which, Stage.Drawn);
        if (disputeId == 0 || drawn.committee == 0) return;
        uint256 word =
            finding % 3 == 0
                ? drawn.word
                : finding % 3 == 1
                    ? _good()
                    : _word(8_000);
        bytes32 digest = court.reevaluationDigest(disputeId, word, "reports");
        bytes memory signatures = _signedBy(digest, drawn.committee, drawn.seatsPointer);
        court.postReevaluation(disputeId, word, "reports", drawn.committee, signatures);
        _done();
    }

    // ---------------------------------------------------------------- arbitrate
    function goOn(uint256 who, uint256 which) external step(NOBODY) {
        (uint256 disputeId, Dispute memory ended) = _dispute(which, Stage.Reevaluated);
        if (disputeId == 0 || DataCode.readPolicy(ended.policyPointer).arbitrator == address(0)) return;
        vm.prank(_delegator(who));
        court.appealToArbitrator(disputeId);
        _arbitration[disputeId] = ++_arbitrations;
        _done();
    }

    /// @dev Also too late, when it changes nothing any more.
    function rule(uint256 which, uint256 ruling) external step(NOBODY) {
        uint256 count = court.disputeCount();
        if (count == 0) return;
        uint256 disputeId = 1 + (which % count);
        uint256 arbitration = _arbitration[disputeId];
        if (arbitration == 0) return;
        delete _arbitration[disputeId];
        arbitrator.giveRuling(arbitration - 1, ruling % 3);
        _done();
    }

    // ---------------------------------------------------------------- carry out
    function execute(uint256 which, uint256 chance) external step(NOBODY) {
        uint256 count = court.disputeCount();
        if (count == 0) return;
        uint256 disputeId = 1 + (which % count);
        Dispute memory ended = court.dispute(disputeId);
        if (ended.stage == Stage.Executed) return;
        if (ended.stage != Stage.Ruled && block.timestamp < ended.deadline) {
            if (chance % 2 == 0) return;
            vm.warp(ended.deadline);
        }
        ResultLog memory log = fold.told(ended.versionId);
        if (!_holds(ended.versionId, log, ended.versionId, ended.roundId, ended.word)) log = _noLog();
        court.execute(disputeId, _freezeOf(ended.versionId, ended.roundId), log);
        _done();
    }

    /// @dev Any log that still holds a result found wrong: the version's own, one that inherited it, one that carries it.
    function rectify(uint256 which) external step(NOBODY) {
        for (uint256 i; i < _versions.length; ++i) {
            bytes32 holder = _version((which % 64) + i).versionId;
            if (!_isLogOpen(holder)) continue;
            ResultLog memory log = fold.told(holder);
            for (uint256 j; j < log.entries.length; ++j) {
                if (!_isWrong(holder, log, log.entries[j])) continue;
                court.rectify(log.entries[j].versionId, log.entries[j].roundId, holder, log);
                _done();
                return;
            }
        }
    }

    function _isWrong(bytes32 holder, ResultLog memory log, LogEntry memory entry) private view returns (bool) {
        Correction memory correction = court.correctionOf(entry.versionId, entry.roundId);
        bool isOpen = block.timestamp < assay.closesAt(entry.roundId);
        if (correction.word == 0 || (correction.newWord == 0 && isOpen)) return false;
        return _holds(holder, log, entry.versionId, entry.roundId, correction.word);
    }

    // ---------------------------------------------------------------- logs
    /// @dev Whether the log of `holder` is open and has a result that can be overturned.
    function _holds(
        bytes32 holder,
        ResultLog memory log,
        bytes32 versionId,
        uint256 roundId,
        uint256 word
    ) internal view returns (bool) {
        if (!_isLogOpen(holder)) return false;
        for (uint256 i; i < log.entries.length; ++i) {
            LogEntry memory entry = log.entries[i];
            if (entry.versionId != versionId || entry.roundId != roundId) continue;
            if (entry.kind == 1 || (entry.kind == 0 && entry.word == word)) return true;
        }
        return false;
    }

    function _isLogOpen(bytes32 versionId) internal view returns (bool) {
        (bytes32 kept, uint256 until, ) = assay.logOf(versionId);
        return kept != 0 && block.timestamp <= until;
    }

    function _noLog() internal pure returns (ResultLog memory empty) {}

    /// @return disputeId 0 if the dispute is at another stage, or its time is over.
    function _dispute(uint256 which, Stage stage) private view returns (uint256 disputeId, Dispute memory found) {
        uint256 count = court.disputeCount();
        if (count == 0) return (0, found);
        found = court.dispute(1 + (which % count));
        if (found.stage == stage && block.timestamp < found.deadline) disputeId = 1 + (which % count);
    }
}
