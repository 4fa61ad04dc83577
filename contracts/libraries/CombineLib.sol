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

    /// @notice Lets the memory fade until `nowAt`, then applies one result to it, in place. The admitted flag is left as it is:
    /// the caller sets it, because it depends on stake too.
    /// @param word A well-formed result word.
    /// @param roundId Above `self.lastRound`.
    /// @return failed Bitmap over families of the slash tests failed.
    function applyResult(
        Memory memory self,
        uint256 word,
        uint256 roundId,
        uint256 nowAt,
        Policy memory policy
    ) internal pure returns (uint256 failed) {
        DecayLib.decayTo(self, nowAt, policy.halfLife);
        uint256 items = ResultLib.items(word);
        if (items > policy.itemsCap) items = policy.itemsCap;
        uint256 drops;
        (self.rates, drops, failed) = _families(self, word, items, policy);

        // scar ≤ 2^24 + 7·2^40, mass ≤ 2^24 + 2^16·2^12 before they are cut.
        unchecked {
            self.scar = Math.min(
                MemoryLib.MAX_SCAR,
                self.scar + _gap(roundId, self.lastRound) * _scarOf(word, drops, policy)
            );
            self.mass = Math.min(policy.massCap * MemoryLib.ITEM, self.mass + items * MemoryLib.ITEM);
            if (self.rounds < MemoryLib.MAX_ROUNDS) ++self.rounds;
        }
        self.lastRound = roundId;
        if (failed != 0) _strike(self);
        else if (self.cleanOwed != 0) --self.cleanOwed;
    }

    /// @dev One walk over the families: the new rates, Σ drop·items (unit 1/500,000,000 item), the slash tests failed.
    function _families(
        Memory memory self,
        uint256 word,
        uint256 items,
        Policy memory policy
    ) private pure returns (uint256 rates, uint256 drops, uint256 failed) {
        uint256 mass = self.mass;
        uint256 ratesBefore = self.rates;
        // items ≥ 1, so the total is not 0. mass·rate < 2^40, items·4,096·score < 2^44; the quotient is an average of
        // two 16-bit values and stays in its lane.
        unchecked {
            uint256 added = items * MemoryLib.ITEM;
            uint256 total = mass + added;
            for (uint256 family; family < ResultLib.FAMILIES; ++family) {
                uint256 rate = LaneLib.lane(ratesBefore, family);
                uint256 scoreBps = LaneLib.lane(word, family);
                uint256 score = scoreBps * MemoryLib.PER_BPS;
                rates |= ((mass * rate + added * score + (total >> 1)) / total) << (family << 4);
                // Most scores are neither a drop nor near the slash floor.
                if (score < rate && mass != 0) drops += _drop(rate, score, items, policy, family);
                if (scoreBps < LaneLib.at(policy.slashFloorsBps, family)) {
                    if (_fails(score, items, policy, family)) failed |= 1 << family;
                }
            }
        }
    }

    function _fails(uint256 score, uint256 items, Policy memory policy, uint256 family) private pure returns (bool) {
        uint256 itemsShare = items * LaneLib.at(policy.sharesBps, family);
        return GateLib.fails(score, LaneLib.at(policy.slashFloorsBps, family), itemsShare, policy.failZ2);
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
            // ⌈2·√(v/n)⌉ ≥ distance ⇔ 4·v/n > (distance − 1)²: most drops are noise and need no root.
            if (40_000 * variance > (distance - 1) * (distance - 1) * itemsShare) return 0;
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
        if (roundId <= lastRound) return 1;
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
