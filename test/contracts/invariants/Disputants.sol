// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { LogEntry, ResultLog } from "../../../contracts/interfaces/IAssay.sol";
import { FreezeRecord } from "../../../contracts/interfaces/IAssayVault.sol";
import { Correction, Dispute, Stage } from "../../../contracts/interfaces/ICourt.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { DataCode } from "../../../contracts/libraries/DataCode.sol";
import { SignersLib } from "../../../contracts/libraries/SignersLib.sol";
import { VerdictLib } from "../../../contracts/libraries/VerdictLib.sol";
import { vm } from "../Vm.sol";
import { System } from "./System.sol";

/// @title Disputants: appellants, second committees, the arbitrator, and whoever carries out what was decided
abstract contract Disputants is System {
    /// @dev The arbitrator's number of a dispute; it counts from 0.
    mapping(uint256 disputeId => uint256) private _arbitration;
    uint256 private _arbitrations;

    // ---------------------------------------------------------------- appeal
    /// @dev The first result from `which` on that can be disputed, the newest of its version.
    function appeal(uint256 who, uint256 which) external step(NOBODY) {
        for (uint256 i; i < _versions.length; ++i) {
            bytes32 versionId = _version((which % 64) + i).versionId;
            if (!_isLogOpen(versionId)) continue;
            ResultLog memory log = fold.told(versionId);
            for (uint256 index = log.entries.length; index != 0; --index) {
                LogEntry memory entry = log.entries[index - 1];
                FreezeRecord memory frozen = _freezeOf(versionId, entry.roundId);
                if (!_isDisputable(versionId, entry, frozen)) continue;
                vm.prank(_delegator(who));
                court.appeal(versionId, log, index - 1, frozen);
                _done();
                return;
            }
        }
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

    // ---------------------------------------------------------------- next stage
    /// @dev Whatever the first open dispute from `which` on waits for, or the end of its stage.
    function carryOn(uint256 which, uint256 choice) external step(NOBODY) {
        uint256 count = court.disputeCount();
        for (uint256 i; i < count; ++i) {
            uint256 disputeId = 1 + (((which % 64) + i) % count);
            if (court.dispute(disputeId).stage == Stage.Executed) continue;
            // One stage or several: time passes in other steps too.
            for (uint256 j; j <= (choice >> 64) % 5; ++j) _carryOn(disputeId, choice >> (8 * j));
            _done();
            return;
        }
    }

    function _carryOn(uint256 disputeId, uint256 choice) private {
        Dispute memory open = court.dispute(disputeId);
        if (open.stage == Stage.Executed) return;
        bool acts = choice % 4 != 0 && block.timestamp < open.deadline && open.stage != Stage.Ruled;
        if (!acts) _execute(disputeId, open);
        else if (open.stage == Stage.Opened) _drawAgain(disputeId, open);
        else if (open.stage == Stage.Drawn) _reevaluate(disputeId, open, choice >> 2);
        else if (open.stage == Stage.Reevaluated) _goOn(disputeId, open, choice >> 2);
        else _rule(disputeId, choice >> 2);
    }

    function _drawAgain(uint256 disputeId, Dispute memory open) private {
        vm.roll(uint256(open.entropyBlock) + 1);
        vm.setBlockhash(open.entropyBlock, keccak256(abi.encode("dispute", disputeId)));
        court.drawCommittee(disputeId);
        ++done["draw"];
    }

    /// @dev The second committee finds it as bad, good, or better but not good.
    function _reevaluate(uint256 disputeId, Dispute memory open, uint256 finding) private {
        if (open.committee == 0) return;
        uint256 word =
            finding % 3 == 0
                ? open.word
                : finding % 3 == 1
                    ? _good()
                    : _word(8_000);
        bytes32 digest = court.reevaluationDigest(disputeId, word, "reports");
        bytes memory signatures = _signedBy(digest, open.committee, open.seatsPointer);
        court.postReevaluation(disputeId, word, "reports", open.committee, signatures);
        uint256 fee = DataCode.readPolicy(open.policyPointer).evaluationFee;
        if (vault.evaluationFund() >= fee) court.claimFee(disputeId, SignersLib.lowest(open.committee));
        ++done["reev"];
    }

    function _goOn(uint256 disputeId, Dispute memory open, uint256 who) private {
        if (DataCode.readPolicy(open.policyPointer).arbitrator == address(0)) return;
        vm.prank(_delegator(who));
        court.appealToArbitrator(disputeId);
        _arbitration[disputeId] = _arbitrations++;
        ++done["goOn"];
    }

    function _rule(uint256 disputeId, uint256 ruling) private {
        arbitrator.giveRuling(_arbitration[disputeId], ruling % 3);
        ++done["rule"];
    }

    function _execute(uint256 disputeId, Dispute memory open) private {
        if (open.stage != Stage.Ruled && block.timestamp < open.deadline) vm.warp(open.deadline);
        ResultLog memory log = fold.told(open.versionId);
        if (!_holds(open.versionId, log, open.versionId, open.roundId, open.word)) log = _noLog();
        court.execute(disputeId, _freezeOf(open.versionId, open.roundId), log);
        ++done["exec"];
    }

    // ---------------------------------------------------------------- correct
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
}
