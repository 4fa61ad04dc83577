// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { CombineLib } from "../../../contracts/libraries/CombineLib.sol";
import { DecayLib } from "../../../contracts/libraries/DecayLib.sol";
import { MedianLib } from "../../../contracts/libraries/MedianLib.sol";
import { Memory, MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { ResultLib } from "../../../contracts/libraries/ResultLib.sol";
import { ThreeWords, TwoWords } from "./Rows.sol";

/// @title RecordRules: what is recorded: words, decay, combining, medians
abstract contract RecordRules {
    /// @dev A memory with its rates one by one.
    struct MemoryRow {
        uint256[7] rates;
        uint256 mass;
        uint256 scar;
        uint256 tickedAt;
        uint256 lastRound;
        uint256 rounds;
        uint256 strikes;
        uint256 cleanOwed;
        uint256 inheritedRounds;
        uint256 flags;
    }

    struct MemoryLife {
        uint256 initial;
        uint256 inherited;
        uint256 admitted;
        uint256 refused;
        uint256 standard;
        uint256 experimental;
        uint256 discredited;
        bool standardTerms;
    }

    struct ResultRow {
        uint256[7] scores;
        uint256 items;
        uint256 attempts;
        uint256 retries;
        uint256 hardFailures;
        uint256 flags;
        bool wellFormed;
        /// Packed again from the fields above.
        uint256 word;
    }

    struct ApplyCase {
        uint256 memoryWord;
        uint256 resultWord;
        uint256 roundId;
        uint256 nowAt;
        uint256 policy;
    }

    struct ApplyRow {
        uint256 memoryWord;
        uint256 failed;
        uint256 scarAdded;
        uint256 missing;
    }

    struct CarryCase {
        uint256 memoryWord;
        uint256 scarAdded;
        uint256 nowAt;
        uint256 policy;
    }

    struct MedianCase {
        uint256 count;
        uint256[15] words;
        uint256 itemsCap;
    }

    // ---------------------------------------------------------------- decay and memory
    /// @dev Cases: x, ticks.
    function decay(TwoWords[] calldata cases) external pure returns (uint256[] memory answers) {
        answers = new uint256[](cases.length);
        for (uint256 i; i < cases.length; ++i) answers[i] = DecayLib.decay(cases[i].first, cases[i].second);
    }

    /// @dev Cases: memory word, now, half-life.
    function decayMemory(ThreeWords[] calldata cases) external pure returns (uint256[] memory answers) {
        answers = new uint256[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            Memory memory self = MemoryLib.unpack(cases[i].first);
            DecayLib.decayTo(self, cases[i].second, cases[i].third);
            answers[i] = MemoryLib.pack(self);
        }
    }

    function unpackMemory(uint256[] calldata words) external pure returns (MemoryRow[] memory rows) {
        rows = new MemoryRow[](words.length);
        for (uint256 i; i < words.length; ++i) {
            Memory memory self = MemoryLib.unpack(words[i]);
            MemoryRow memory row = rows[i];
            for (uint256 family; family < 7; ++family) row.rates[family] = MemoryLib.rate(self, family);
            (row.mass, row.scar, row.tickedAt, row.lastRound) = (self.mass, self.scar, self.tickedAt, self.lastRound);
            (row.rounds, row.inheritedRounds) = (self.rounds, self.inheritedRounds);
            (row.strikes, row.cleanOwed, row.flags) = (self.strikes, self.cleanOwed, self.flags);
        }
    }

    function packMemory(MemoryRow[] calldata rows) external pure returns (uint256[] memory words) {
        words = new uint256[](rows.length);
        for (uint256 i; i < rows.length; ++i) {
            MemoryRow calldata row = rows[i];
            uint256 rates;
            for (uint256 family; family < 7; ++family) rates |= row.rates[family] << (16 * family);
            words[i] = MemoryLib.pack(
                Memory({
                    rates: rates,
                    mass: row.mass,
                    scar: row.scar,
                    tickedAt: row.tickedAt,
                    lastRound: row.lastRound,
                    rounds: row.rounds,
                    inheritedRounds: row.inheritedRounds,
                    strikes: row.strikes,
                    cleanOwed: row.cleanOwed,
                    flags: row.flags
                })
            );
        }
    }

    /// @dev Cases: memory word, now, round.
    function memoryLife(ThreeWords[] calldata cases) external pure returns (MemoryLife[] memory rows) {
        rows = new MemoryLife[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            uint256 word = cases[i].first;
            MemoryLife memory row = rows[i];
            row.initial = MemoryLib.initial(cases[i].second, cases[i].third);
            Memory memory self = MemoryLib.unpack(word);
            row.standardTerms = MemoryLib.hasStandardTerms(self);
            MemoryLib.inherit(self, cases[i].third);
            row.inherited = MemoryLib.pack(self);
            (row.admitted, row.refused) = (_withAdmitted(word, true), _withAdmitted(word, false));
            (row.standard, row.experimental) = (_withLane(word, true), _withLane(word, false));
            self = MemoryLib.unpack(word);
            MemoryLib.discredit(self);
            row.discredited = MemoryLib.pack(self);
        }
    }

    function _withAdmitted(uint256 word, bool admitted) private pure returns (uint256) {
        Memory memory self = MemoryLib.unpack(word);
        MemoryLib.setAdmitted(self, admitted);
        return MemoryLib.pack(self);
    }

    function _withLane(uint256 word, bool standard) private pure returns (uint256) {
        Memory memory self = MemoryLib.unpack(word);
        MemoryLib.setLane(self, standard);
        return MemoryLib.pack(self);
    }

    // ---------------------------------------------------------------- results
    function unpackResult(uint256[] calldata words) external pure returns (ResultRow[] memory rows) {
        rows = new ResultRow[](words.length);
        for (uint256 i; i < words.length; ++i) {
            uint256 word = words[i];
            ResultRow memory row = rows[i];
            for (uint256 family; family < 7; ++family) row.scores[family] = ResultLib.scoreBps(word, family);
            (row.items, row.attempts) = (ResultLib.items(word), ResultLib.attempts(word));
            (row.retries, row.hardFailures) = (ResultLib.retries(word), ResultLib.hardFailures(word));
            (row.flags, row.wellFormed) = (ResultLib.flags(word), ResultLib.isWellFormed(word));
            row.word = ResultLib.pack(
                ResultLib.scores(word),
                row.items,
                row.attempts,
                row.retries,
                row.hardFailures,
                row.flags
            );
        }
    }

    function applyResult(
        ApplyCase[] calldata cases,
        Policy[] memory policies
    ) external pure returns (ApplyRow[] memory rows) {
        rows = new ApplyRow[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            ApplyCase calldata c = cases[i];
            Policy memory policy = policies[c.policy];
            Memory memory self = MemoryLib.unpack(c.memoryWord);
            DecayLib.decayTo(self, c.nowAt, policy.halfLife);
            uint256 scarBefore = self.scar;
            self = MemoryLib.unpack(c.memoryWord);
            rows[i].failed = CombineLib.applyResult(self, c.resultWord, c.roundId, c.nowAt, policy);
            rows[i].memoryWord = MemoryLib.pack(self);
            rows[i].scarAdded = self.scar - scarBefore;
            rows[i].missing = CombineLib.gatedFamilies(policy) & ~ResultLib.flags(c.resultWord);
        }
    }

    function carryFailure(
        CarryCase[] calldata cases,
        Policy[] memory policies
    ) external pure returns (uint256[] memory answers) {
        answers = new uint256[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            CarryCase calldata c = cases[i];
            Memory memory self = MemoryLib.unpack(c.memoryWord);
            CombineLib.carryFailure(self, c.scarAdded, c.nowAt, policies[c.policy]);
            answers[i] = MemoryLib.pack(self);
        }
    }

    /// @dev Cases: 15 words at most.
    function medianResult(MedianCase[] calldata cases) external pure returns (uint256[] memory answers) {
        answers = new uint256[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i] = _medianResult(cases[i]);
        }
    }

    /// @dev Gives its memory back, which keeps the cost of a batch linear.
    function _medianResult(MedianCase calldata c) private pure returns (uint256 answer) {
        uint256 free;
        assembly ("memory-safe") {
            free := mload(0x40)
        }
        uint256[] memory words = new uint256[](c.count);
        for (uint256 j; j < words.length; ++j) words[j] = c.words[j];
        answer = MedianLib.medianResult(words, c.itemsCap);
        assembly ("memory-safe") {
            mstore(0x40, free)
        }
    }
}
