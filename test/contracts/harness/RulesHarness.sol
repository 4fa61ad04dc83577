// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { CombineLib } from "../../../contracts/libraries/CombineLib.sol";
import { CommitteeLib } from "../../../contracts/libraries/CommitteeLib.sol";
import { DecayLib } from "../../../contracts/libraries/DecayLib.sol";
import { FreezeAmounts, FreezeLib } from "../../../contracts/libraries/FreezeLib.sol";
import { GateLib } from "../../../contracts/libraries/GateLib.sol";
import { MedianLib } from "../../../contracts/libraries/MedianLib.sol";
import { Memory, MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { QualityLib } from "../../../contracts/libraries/QualityLib.sol";
import { ResultLib } from "../../../contracts/libraries/ResultLib.sol";
import { ProbeContext, SeedLib } from "../../../contracts/libraries/SeedLib.sol";
import { StakeLib } from "../../../contracts/libraries/StakeLib.sol";
import { ModelStake } from "../../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";

/// @title RulesHarness: the libraries, a batch of cases a call
/// @notice For the differential tests against `domain/`. Every argument and every answer is an array of static structs, so that a
/// case and its answer are rows of words on the other side. Policies are passed once a call; cases name theirs by index.
contract RulesHarness {
    struct TwoWords {
        uint256 first;
        uint256 second;
    }

    struct ThreeWords {
        uint256 first;
        uint256 second;
        uint256 third;
    }

    struct FourWords {
        uint256 first;
        uint256 second;
        uint256 third;
        uint256 fourth;
    }

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
        uint256 flags;
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

    struct MedianCase {
        uint256 count;
        uint256[15] words;
        uint256 itemsCap;
    }

    struct CommitteeCase {
        bytes32 seed;
        uint256 seatCount;
        uint256 committeeSize;
        uint256 quorum;
    }

    struct DrawCase {
        bytes32 seed;
        /// UTF-8, left aligned, `length` bytes of it.
        bytes32 label;
        uint256 length;
        uint256 i;
    }

    struct FreezeCase {
        ModelStake stake;
        uint256 resultWord;
        uint256 failed;
        uint256 wholeStrikes;
        uint256 nowAt;
        uint256 policy;
    }

    struct FreezeRow {
        uint256 severityBps;
        FreezeAmounts amounts;
    }

    struct StakeRow {
        uint256 shares;
        uint256 assets;
        uint256 activeBond;
        uint256 activeDelegations;
    }

    struct StakeCase {
        uint256 amount;
        uint256 totalShares;
        uint256 totalAssets;
        uint256 bond;
        uint256 unbondingBond;
        uint256 delegated;
        uint256 shares;
        uint256 unbondingShares;
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
            (row.rounds, row.strikes, row.cleanOwed, row.flags) = (
                self.rounds,
                self.strikes,
                self.cleanOwed,
                self.flags
            );
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
                    strikes: row.strikes,
                    cleanOwed: row.cleanOwed,
                    flags: row.flags
                })
            );
        }
    }

    /// @dev Cases: memory word, now, round. Answers: initial, inherited, with the admitted flag set, with it cleared.
    function memoryLife(ThreeWords[] calldata cases) external pure returns (FourWords[] memory answers) {
        answers = new FourWords[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i].first = MemoryLib.initial(cases[i].second, cases[i].third);
            Memory memory self = MemoryLib.unpack(cases[i].first);
            MemoryLib.inherit(self, cases[i].third);
            answers[i].second = MemoryLib.pack(self);
            self = MemoryLib.unpack(cases[i].first);
            MemoryLib.setAdmitted(self, true);
            answers[i].third = MemoryLib.pack(self);
            self = MemoryLib.unpack(cases[i].first);
            MemoryLib.setAdmitted(self, false);
            answers[i].fourth = MemoryLib.pack(self);
        }
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

    /// @dev Answers: memory word afterwards, failed families.
    function applyResult(
        ApplyCase[] calldata cases,
        Policy[] memory policies
    ) external pure returns (TwoWords[] memory answers) {
        answers = new TwoWords[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            ApplyCase calldata c = cases[i];
            Memory memory self = MemoryLib.unpack(c.memoryWord);
            answers[i].second = CombineLib.applyResult(self, c.resultWord, c.roundId, c.nowAt, policies[c.policy]);
            answers[i].first = MemoryLib.pack(self);
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

    // ---------------------------------------------------------------- gates
    /// @dev Cases: floor, ease, scar, K.
    function barUp(FourWords[] calldata cases) external pure returns (uint256[] memory answers) {
        answers = new uint256[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i] = GateLib.barUp(cases[i].first, cases[i].second, cases[i].third, cases[i].fourth);
        }
    }

    /// @dev Cases: rate, bar, mass · share, z².
    function passes(FourWords[] calldata cases) external pure returns (bool[] memory answers) {
        answers = new bool[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i] = GateLib.passes(cases[i].first, cases[i].second, cases[i].third, cases[i].fourth);
        }
    }

    /// @dev Cases: score, slash floor, items · share, z².
    function fails(FourWords[] calldata cases) external pure returns (bool[] memory answers) {
        answers = new bool[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i] = GateLib.fails(cases[i].first, cases[i].second, cases[i].third, cases[i].fourth);
        }
    }

    /// @dev Cases: rate, mass · share, z².
    function lowerBoundDown(ThreeWords[] calldata cases) external pure returns (uint256[] memory answers) {
        answers = new uint256[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i] = QualityLib.lowerBoundDown(cases[i].first, cases[i].second, cases[i].third);
        }
    }

    // ---------------------------------------------------------------- committee and seeds
    /// @dev Answers: committee, members, signers needed, signers needed to fail.
    function committeeOf(CommitteeCase[] calldata cases) external pure returns (FourWords[] memory answers) {
        answers = new FourWords[](cases.length);
        Policy memory policy;
        for (uint256 i; i < cases.length; ++i) {
            CommitteeCase calldata c = cases[i];
            (policy.committeeSize, policy.quorum) = (uint32(c.committeeSize), uint32(c.quorum));
            uint256 members = CommitteeLib.memberCount(c.seatCount, policy);
            answers[i] = FourWords({
                first: CommitteeLib.committeeOf(c.seed, c.seatCount, policy, 0),
                second: members,
                third: CommitteeLib.signersNeeded(members, policy),
                fourth: CommitteeLib.signersNeededToFail(members, policy)
            });
        }
    }

    /// @dev Cases: entropy, round.
    function roundSeed(TwoWords[] calldata cases) external pure returns (bytes32[] memory answers) {
        answers = new bytes32[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i] = SeedLib.roundSeed(bytes32(cases[i].first), cases[i].second);
        }
    }

    function probeSeed(ProbeContext[] calldata cases) external pure returns (bytes32[] memory answers) {
        answers = new bytes32[](cases.length);
        for (uint256 i; i < cases.length; ++i) answers[i] = SeedLib.probeSeed(cases[i]);
    }

    function draw(DrawCase[] calldata cases) external pure returns (uint256[] memory answers) {
        answers = new uint256[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            bytes memory label = bytes.concat(cases[i].label);
            uint256 length = cases[i].length;
            assembly ("memory-safe") {
                mstore(label, length)
            }
            answers[i] = SeedLib.draw(cases[i].seed, string(label), cases[i].i);
        }
    }

    /// @dev Cases: link, steps.
    function chainFrom(TwoWords[] calldata cases) external pure returns (bytes32[] memory answers) {
        answers = new bytes32[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i] = SeedLib.chainFrom(bytes32(cases[i].first), cases[i].second);
        }
    }

    // ---------------------------------------------------------------- stake and freezes
    function freezeAmounts(
        FreezeCase[] calldata cases,
        Policy[] memory policies
    ) external pure returns (FreezeRow[] memory rows) {
        rows = new FreezeRow[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            FreezeCase calldata c = cases[i];
            Policy memory policy = policies[c.policy];
            uint256 severity = FreezeLib.severityBps(c.resultWord, c.failed, policy);
            rows[i].severityBps = severity;
            rows[i].amounts = FreezeLib.freezeAmounts(c.stake, severity, c.wholeStrikes, policy, c.nowAt);
        }
    }

    function stakes(StakeCase[] calldata cases) external pure returns (StakeRow[] memory rows) {
        rows = new StakeRow[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            StakeCase calldata c = cases[i];
            rows[i] = StakeRow({
                shares: StakeLib.sharesForDown(c.amount, c.totalShares, c.totalAssets),
                assets: StakeLib.assetsForDown(c.amount, c.totalShares, c.totalAssets),
                activeBond: StakeLib.activeBond(c.bond, c.unbondingBond),
                activeDelegations: StakeLib.activeDelegations(c.delegated, c.shares, c.unbondingShares)
            });
        }
    }
}
