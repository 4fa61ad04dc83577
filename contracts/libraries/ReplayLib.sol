// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { LogEntry, ResultLog } from "../interfaces/IAssay.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "./AdmissionLib.sol";
import { CombineLib } from "./CombineLib.sol";
import { DataCode } from "./DataCode.sol";
import { LogLib } from "./LogLib.sol";
import { Memory, MemoryLib } from "./MemoryLib.sol";

/// @notice Where a replay has got to.
struct Replay {
    Memory self;
    /// As of the last result: whether the evidence alone would admit, and whether a slash test failed (one that was carried did).
    bool proven;
    bool failing;
    /// The policy of the entries at hand and its code account: entries under one policy read it once.
    Policy policy;
    address policyPointer;
}

/// @title ReplayLib: what a memory would be, had its log been another one
/// @notice The same steps as when the entries were applied, each at its time and under its policy. Twin: `domain/resultLog.ts`.
/// @dev A log has at most 255 entries.
library ReplayLib {
    /// @notice The memory after the log. Of its flags only ADMITTED, EXISTS and what new versions inherit mean anything; see settleFlags.
    function replay(
        ResultLog memory log,
        uint256 genesis,
        uint256 epochLength
    ) internal view returns (Replay memory state) {
        state.self = MemoryLib.unpack(log.memoryBefore);
        state.failing = MemoryLib.has(state.self, MemoryLib.CONTESTED);
        for (uint256 i; i < log.entries.length; ++i) _step(state, log.entries[i], genesis, epochLength);
    }

    function _step(Replay memory state, LogEntry memory entry, uint256 genesis, uint256 epochLength) private view {
        if (entry.kind == LogLib.RESULT) {
            _readPolicy(state, entry.policyPointer);
            _applyResult(state, entry, AdmissionLib.epochStart(entry.roundId, genesis, epochLength));
        } else if (entry.kind == LogLib.CARRIED) {
            _readPolicy(state, entry.policyPointer);
            CombineLib.carryFailure(state.self, entry.word, entry.appliedAt, state.policy);
            MemoryLib.setAdmitted(state.self, false);
            state.failing = true;
        } else if (entry.kind == LogLib.INHERITED) {
            MemoryLib.inherit(state.self, entry.roundId);
        } else if (entry.kind == LogLib.DISCREDITED) {
            MemoryLib.discredit(state.self);
        }
    }

    /// @dev Admission is kept while it is proven and never earned: what stake and lane were at the time is not known any more.
    function _applyResult(Replay memory state, LogEntry memory entry, uint256 epochStart) private pure {
        Memory memory self = state.self;
        uint256 failed = CombineLib.applyResult(self, entry.word, entry.roundId, entry.appliedAt, state.policy);
        state.failing = failed != 0;
        state.proven = AdmissionLib.isProven(self, state.policy, epochStart, entry.appliedAt);
        if (!state.proven) MemoryLib.setAdmitted(self, false);
    }

    function _readPolicy(Replay memory state, address pointer) private view {
        if (state.policyPointer == pointer) return;
        state.policy = DataCode.readPolicy(pointer);
        state.policyPointer = pointer;
    }

    /// @notice Gives the replayed memory its flags. Lane, retirement, the log and past admissions are those of now. An admission that was earned meanwhile stays if
    /// the replayed evidence proves it, and a result that froze nothing is still waited for only if the last one fails.
    /// @param flagsNow Of the memory that the replayed one takes the place of.
    function settleFlags(Replay memory state, uint256 flagsNow) internal pure {
        Memory memory self = state.self;
        bool admitted = MemoryLib.has(self, MemoryLib.ADMITTED);
        bool stays = state.proven && flagsNow & MemoryLib.ADMITTED != 0;
        self.flags = flagsNow & ~(state.failing ? 0 : MemoryLib.CONTESTED);
        MemoryLib.setAdmitted(self, admitted || stays);
    }
}
