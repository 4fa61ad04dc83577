// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { LogEntry, ResultLog } from "../../../contracts/interfaces/IAssay.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { BreakerLib } from "../../../contracts/libraries/BreakerLib.sol";
import { DataCode } from "../../../contracts/libraries/DataCode.sol";
import { LogLib } from "../../../contracts/libraries/LogLib.sol";
import { MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { Replay, ReplayLib } from "../../../contracts/libraries/ReplayLib.sol";
import { ThreeWords, TwoWords } from "./Rows.sol";

/// @title LogRules: logs, replays, and when a batch is contested
abstract contract LogRules {
    uint256 private constant ENTRIES = 6;

    struct LogCase {
        uint256 memoryBefore;
        uint256 count;
        LogEntry[6] entries;
    }

    struct ReplayEntry {
        uint256 kind;
        uint256 roundId;
        uint256 appliedAt;
        /// Of the case's two policies, the other one.
        bool other;
        uint256 word;
    }

    struct ReplayCase {
        uint256 memoryBefore;
        uint256 flagsNow;
        uint256 genesis;
        uint256 epochLength;
        uint256 policy;
        uint256 otherPolicy;
        ReplayEntry[6] entries;
    }

    struct ReplayRow {
        uint256 memoryWord;
        bool admitted;
        bool proven;
        bool failing;
    }

    // ---------------------------------------------------------------- logs
    /// @dev Answers: hash without entries, hash.
    function logHash(LogCase[] calldata cases) external pure returns (TwoWords[] memory answers) {
        answers = new TwoWords[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            ResultLog memory log = ResultLog({
                memoryBefore: cases[i].memoryBefore,
                entries: new LogEntry[](cases[i].count)
            });
            for (uint256 j; j < log.entries.length; ++j) log.entries[j] = cases[i].entries[j];
            answers[i].first = LogLib.start(log.memoryBefore);
            answers[i].second = LogLib.hashOf(log);
        }
    }

    // ---------------------------------------------------------------- replays
    /// @dev Not a view only because the policies become code accounts, as the record keeps them.
    function replay(ReplayCase[] calldata cases, Policy[] memory policies) external returns (ReplayRow[] memory rows) {
        address[] memory pointers = new address[](policies.length);
        for (uint256 i; i < policies.length; ++i) pointers[i] = DataCode.write(abi.encode(policies[i]));
        rows = new ReplayRow[](cases.length);
        for (uint256 i; i < cases.length; ++i) _replay(cases[i], pointers, rows[i]);
    }

    function _replay(ReplayCase calldata c, address[] memory pointers, ReplayRow memory row) private view {
        ResultLog memory log = ResultLog({ memoryBefore: c.memoryBefore, entries: new LogEntry[](ENTRIES) });
        for (uint256 j; j < ENTRIES; ++j) {
            ReplayEntry calldata entry = c.entries[j];
            log.entries[j] = LogEntry({
                kind: uint8(entry.kind),
                roundId: uint32(entry.roundId),
                appliedAt: uint40(entry.appliedAt),
                policyPointer: pointers[entry.other ? c.otherPolicy : c.policy],
                versionId: 0,
                word: entry.word,
                batchDigest: 0
            });
        }
        Replay memory state = ReplayLib.replay(log, c.genesis, c.epochLength);
        row.admitted = MemoryLib.has(state.self, MemoryLib.ADMITTED);
        (row.proven, row.failing) = (state.proven, state.failing);
        ReplayLib.settleFlags(state, c.flagsNow);
        row.memoryWord = MemoryLib.pack(state.self);
    }

    // ---------------------------------------------------------------- breaker
    /// @dev Cases: failing, results, breaker.
    function isContested(ThreeWords[] calldata cases) external pure returns (bool[] memory answers) {
        answers = new bool[](cases.length);
        Policy memory policy;
        for (uint256 i; i < cases.length; ++i) {
            policy.breakerBps = uint32(cases[i].third);
            answers[i] = BreakerLib.isContested(cases[i].first, cases[i].second, policy);
        }
    }
}
