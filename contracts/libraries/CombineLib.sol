// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Policy } from "../interfaces/IPolicyBoard.sol";
import { DecayLib } from "./DecayLib.sol";
import { GateLib } from "./GateLib.sol";
import { LaneLib } from "./LaneLib.sol";
import { Memory, MemoryLib } from "./MemoryLib.sol";
import { ResultLib } from "./ResultLib.sol";

/// @title CombineLib: what a result does to a memory
/// @notice Twin: `domain/combine.ts`.
/// @dev Runs once per result of a batch, so all arithmetic is unchecked. The bounds that make it safe: a well-formed result word,
/// a memory within its widths, a policy within the bounds of PolicyBoard (massCap ≤ 4,095, 1 ≤ itemsCap, shares ≤ 10,000 bps).
library CombineLib {
    /// @dev A result speaks for the epochs since the one before, at most for this many.
    uint256 internal constant MAX_GAP = 7;

    /// @dev Units of Σ drop·items in an item.
    uint256 private constant DROP_ITEM = MemoryLib.ONE * 10_000;

    /// @dev Bit 15 of each of seven 16-bit lanes. Scores and floors are at most 10,000, so it is free, and a subtraction lane by lane borrows nothing
    /// from the next lane when it is set beforehand.
    uint256 private constant GUARDS = 0x8000800080008000800080008000;

    /// @dev Lanes 0, 3 and 6 of seven 16-bit lanes, and a one in each.
    uint256 private constant THIRDS = 0xffff00000000ffff00000000ffff;
    uint256 private constant THIRD_ONES = 0x0001000000000001000000000001;
    uint256 private constant SUM_BITS = 48;
    uint256 private constant SUM_MASK = 0xffffffffffff;

    // ---------------------------------------------------------------- result
    /// @notice Lets the memory fade until `nowAt`, then applies one result to it, in place. The flags are left as they are: the record sets them.
    /// @param word A well-formed result word. A family it did not measure keeps its rate.
    /// @param roundId Above `self.lastRound`.
    /// @return failed Bitmap over families of the slash tests failed.
    function applyResult(
        Memory memory self,
        uint256 word,
        uint256 roundId,
        uint256 nowAt,
        Policy memory policy
    ) internal pure returns (uint256 failed) {
        failed = failedFamilies(word, slashLanes(policy), policy);
        applyJudged(self, word, failed, roundId, nowAt, policy);
    }

    /// @notice The same for a result whose failed families are known.
    function applyJudged(
        Memory memory self,
        uint256 word,
        uint256 failed,
        uint256 roundId,
        uint256 nowAt,
        Policy memory policy
    ) internal pure {
        DecayLib.decayTo(self, nowAt, policy.halfLife);
        uint256 items = _itemsOf(word, policy);
        uint256 scores = _scoresOf(self, word);
        uint256 drops = _drops(self, scores, items, policy);
        self.rates = _combined(self.rates, self.mass, scores, items * MemoryLib.ITEM);

        // scar ≤ 2^24 + 7·2^40, mass ≤ 2^24 + 2^16·2^12 before they are cut.
        unchecked {
            self.scar = Math.min(
                MemoryLib.MAX_SCAR,
                self.scar + _gap(roundId, self.lastRound) * _scarOf(word, drops, policy)
            );
            // What is above the cap of newer standards stays and fades: no result takes evidence away.
            uint256 cap = policy.massCap * MemoryLib.ITEM;
            if (self.mass < cap) self.mass = Math.min(cap, self.mass + items * MemoryLib.ITEM);
            if (self.rounds < MemoryLib.MAX_ROUNDS) ++self.rounds;
        }
        self.lastRound = roundId;
        if (failed != 0) _strike(self);
        else if (self.cleanOwed != 0) --self.cleanOwed;
    }

    /// @notice What a failing result of another version of the model does to this one, in place: a strike, the clean rounds owed for it, and the scar it
    /// left there.
    /// @param scarAdded Unit 1/256 item, < 2^24.
    function carryFailure(Memory memory self, uint256 scarAdded, uint256 nowAt, Policy memory policy) internal pure {
        DecayLib.decayTo(self, nowAt, policy.halfLife);
        // Both below 2^24.
        unchecked {
            self.scar = Math.min(MemoryLib.MAX_SCAR, self.scar + scarAdded);
        }
        _strike(self);
    }

    // ---------------------------------------------------------------- slash tests
    /// @notice The policy's slash floors as seven lanes.
    function slashLanes(Policy memory policy) internal pure returns (uint256 lanes) {
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            lanes |= LaneLib.at(policy.slashFloorsBps, family) << (family << 4);
        }
    }

    /// @notice Families that the policy has floors for, as a bitmap: a result has to cover them.
    function gatedFamilies(Policy memory policy) internal pure returns (uint256 gated) {
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            if (LaneLib.at(policy.floorsBps, family) != 0) gated |= 1 << family;
        }
    }

    /// @notice Bitmap over families of the slash tests that a result fails. A family it did not measure fails none.
    /// @dev All families are compared with their slash floors at once: most results are below none.
    /// @param word A well-formed result word.
    /// @param lanes slashLanes(policy).
    function failedFamilies(uint256 word, uint256 lanes, Policy memory policy) internal pure returns (uint256 failed) {
        uint256 below;
        unchecked {
            below = ~((ResultLib.scores(word) | GUARDS) - lanes) & GUARDS;
        }
        if (below == 0) return 0;
        uint256 items = _itemsOf(word, policy);
        for (uint256 family; family < ResultLib.FAMILIES; ++family) {
            if ((below >> (family << 4)) & 0x8000 == 0 || !ResultLib.isMeasured(word, family)) continue;
            uint256 score = ResultLib.scoreBps(word, family) * MemoryLib.PER_BPS;
            if (_fails(score, items, policy, family)) failed |= 1 << family;
        }
    }

    function _fails(uint256 score, uint256 items, Policy memory policy, uint256 family) private pure returns (bool) {
        uint256 itemsShare = items * LaneLib.at(policy.sharesBps, family);
        return GateLib.fails(score, LaneLib.at(policy.slashFloorsBps, family), itemsShare, policy.failZ2);
    }

    // ---------------------------------------------------------------- parts
    function _itemsOf(uint256 word, Policy memory policy) private pure returns (uint256) {
        return Math.min(ResultLib.items(word), policy.itemsCap);
    }

    /// @dev The scores in rate units, seven lanes. A family that was not measured scores what its rate is: neither a drop nor a change.
    function _scoresOf(Memory memory self, uint256 word) private pure returns (uint256) {
        uint256 measured = ResultLib.measuredLanes(word);
        // Lanes of at most 10,000 · 5 stay in their 16 bits.
        unchecked {
            return ((ResultLib.scores(word) * MemoryLib.PER_BPS) & measured) | (self.rates & ~measured);
        }
    }

    /// @dev (mass·rate + added·score)/(mass + added) in every lane, rounded half up. An average of two equal values is that value, also rounded.
    /// Every third lane at a time, so that each has 48 bits for its sum.
    /// @param added Units of mass, not 0.
    function _combined(
        uint256 rates,
        uint256 mass,
        uint256 scores,
        uint256 added
    ) private pure returns (uint256 combined) {
        // mass·rate < 2^40, added·score < 2^44: no sum reaches the next one's bits.
        unchecked {
            uint256 total = mass + added;
            uint256 halves = (total >> 1) * THIRD_ONES;
            for (uint256 shift; shift < SUM_BITS; shift += 16) {
                uint256 sums = mass * ((rates >> shift) & THIRDS) + added * ((scores >> shift) & THIRDS) + halves;
                combined |= _quotients(sums, total) << shift;
            }
        }
    }

    /// @dev Three sums of 48 bits, each divided.
    /// @param total Not 0, so no check is paid for. An average of two 16-bit values stays in its lane.
    function _quotients(uint256 sums, uint256 total) private pure returns (uint256 quotients) {
        assembly ("memory-safe") {
            quotients := div(and(sums, SUM_MASK), total)
            quotients := or(quotients, shl(48, div(and(shr(48, sums), SUM_MASK), total)))
            quotients := or(quotients, shl(96, div(shr(96, sums), total)))
        }
    }

    /// @dev Σ drop·items (unit 1/500,000,000 item) of the families that scored below their rate before the result.
    /// @param scores Seven lanes, rate units.
    function _drops(
        Memory memory self,
        uint256 scores,
        uint256 items,
        Policy memory policy
    ) private pure returns (uint256 drops) {
        if (self.mass == 0) return 0;
        uint256 rates = self.rates;
        uint256 dropped = LaneLib.below(scores, rates);
        // At most seven times 2^46.
        unchecked {
            for (uint256 family; dropped != 0; ++family) {
                if (dropped & 1 != 0) {
                    drops += _drop(LaneLib.lane(rates, family), LaneLib.lane(scores, family), items, policy, family);
                }
                dropped >>= 16;
            }
        }
    }

    /// @dev (rate − score − tolerance)·items of a family with a floor, where the tolerance is two standard errors, ⌈2·√(v/n)⌉, v the
    /// larger of the two variances: honest noise leaves no scar. `score` is below `rate`.
    function _drop(
        uint256 rate,
        uint256 score,
        uint256 items,
        Policy memory policy,
        uint256 family
    ) private pure returns (uint256) {
        // 40,000·v < 2^45.
        unchecked {
            uint256 itemsShare = items * LaneLib.at(policy.sharesBps, family);
            if (itemsShare == 0 || LaneLib.at(policy.floorsBps, family) == 0) return 0;
            uint256 distance = rate - score;
            uint256 variance = rate * (MemoryLib.ONE - rate);
            uint256 scoreVariance = score * (MemoryLib.ONE - score);
            if (scoreVariance > variance) variance = scoreVariance;
            // 4·v/n > distance² ⇒ ⌈2·√(v/n)⌉ > distance: most drops are noise and need no root. Otherwise the tolerance is at most the distance.
            if (40_000 * variance > distance * distance * itemsShare) return 0;
            uint256 tolerance = Math.sqrt(Math.ceilDiv(40_000 * variance, itemsShare), Math.Rounding.Ceil);
            return (distance - tolerance) * itemsShare;
        }
    }

    /// @dev min(cap, λr·retries + λh·hardFailures + drops), unit 1/256 item, rounded down.
    function _scarOf(uint256 word, uint256 drops, Policy memory policy) private pure returns (uint256) {
        // Policy fields are 32 bits, counts 24, drops < 7·2^46.
        unchecked {
            uint256 perAttempt =
                policy.retryScar * ResultLib.retries(word) + policy.hardFailureScar * ResultLib.hardFailures(word);
            return
                Math.min(
                    policy.scarCap * MemoryLib.SCAR_ITEM,
                    perAttempt * MemoryLib.SCAR_ITEM + (drops * MemoryLib.SCAR_ITEM) / DROP_ITEM
                );
        }
    }

    /// @dev Epochs the result speaks for, 1..7.
    function _gap(uint256 roundId, uint256 lastRound) private pure returns (uint256) {
        // A version's rounds rise (see IAssay.post), in a replay too.
        unchecked {
            return Math.min(MAX_GAP, roundId - lastRound);
        }
    }

    /// @dev One more strike; 1, 2, 4 or 8 clean rounds owed by the strikes held. A failure never lowers what is owed already.
    function _strike(Memory memory self) private pure {
        unchecked {
            self.strikes = Math.min(MemoryLib.MAX_STRIKES, self.strikes + MemoryLib.STRIKE);
            // At least one whole strike is held now.
            uint256 whole = Math.min(4, self.strikes / MemoryLib.STRIKE);
            self.cleanOwed = Math.max(self.cleanOwed, 1 << (whole - 1));
        }
    }
}
