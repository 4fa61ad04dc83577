// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Explanation } from "../../../contracts/interfaces/IAssayLens.sol";
import { ModelStake } from "../../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { AdmissionLib } from "../../../contracts/libraries/AdmissionLib.sol";
import { DecayLib } from "../../../contracts/libraries/DecayLib.sol";
import { Clock, ExplanationLib, Standing } from "../../../contracts/libraries/ExplanationLib.sol";
import { Memory, MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { StakeLib } from "../../../contracts/libraries/StakeLib.sol";

/// @title AdmissionRules: reasons, state, distances, quality, maturity, weight and how long it stands, all at once
abstract contract AdmissionRules {
    struct AdmissionCase {
        uint256 memoryWord;
        ModelStake stake;
        uint256 nowAt;
        uint256 genesis;
        uint256 epochLength;
        bool paused;
        uint256 servedUntil;
        uint256 policy;
    }

    struct AdmissionRow {
        Explanation explanation;
        /// Without its families and in short, it says the same.
        bool outlined;
        uint256 weight;
        /// The early-exit paths, which must say the same as the reasons.
        bool proven;
        bool backed;
        bool entitled;
    }

    function admission(
        AdmissionCase[] calldata cases,
        Policy[] memory policies
    ) external pure returns (AdmissionRow[] memory rows) {
        rows = new AdmissionRow[](cases.length);
        for (uint256 i; i < cases.length; ++i) _admission(cases[i], policies[cases[i].policy], rows[i]);
    }

    function _admission(AdmissionCase calldata c, Policy memory policy, AdmissionRow memory row) private pure {
        Clock memory clock = Clock({ nowAt: c.nowAt, genesis: c.genesis, epochLength: c.epochLength });
        Standing memory standing = Standing({
            memoryWord: c.memoryWord,
            stake: c.stake,
            servedUntil: c.servedUntil,
            paused: c.paused
        });
        row.explanation = ExplanationLib.explain(standing, policy, clock);
        row.outlined = _isOutline(ExplanationLib.outline(standing, policy, clock), row.explanation);
        row.weight = ExplanationLib.weightOf(standing, policy, clock);
        _exitEarly(c, policy, row);
    }

    function _isOutline(Explanation memory outline, Explanation memory whole) private pure returns (bool) {
        outline.families = whole.families;
        return keccak256(abi.encode(outline)) == keccak256(abi.encode(whole));
    }

    function _exitEarly(AdmissionCase calldata c, Policy memory policy, AdmissionRow memory row) private pure {
        Memory memory self = MemoryLib.unpack(c.memoryWord);
        DecayLib.decayTo(self, c.nowAt, policy.halfLife);
        uint256 epochStart = AdmissionLib.epochStart(self.lastRound, c.genesis, c.epochLength);
        uint256 bond = StakeLib.activeBond(c.stake.bond, c.stake.unbondingBond);
        row.proven = AdmissionLib.isProven(self, policy, epochStart, c.nowAt);
        row.backed = AdmissionLib.isBacked(bond, c.stake.openFreezes, policy);
        row.entitled = AdmissionLib.isEntitled(self, c.paused);
    }
}
