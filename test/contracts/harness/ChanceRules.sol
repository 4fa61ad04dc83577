// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { CommitteeLib } from "../../../contracts/libraries/CommitteeLib.sol";
import { LotteryLib } from "../../../contracts/libraries/LotteryLib.sol";
import { ProbeContext, SeedLib } from "../../../contracts/libraries/SeedLib.sol";
import { TwoWords } from "./Rows.sol";

/// @title ChanceRules: committees, shards, lottery, seeds, draws and hash chains
abstract contract ChanceRules {
    struct CommitteeCase {
        bytes32 seed;
        bytes32 versionId;
        uint256 seatCount;
        uint256 committeeSize;
        uint256 quorum;
        uint256 shards;
        /// Any bits; the committee's own sign.
        uint256 signers;
    }

    struct CommitteeRow {
        uint256 members;
        uint256 signersNeeded;
        uint256 signersNeededToFail;
        uint256 shards;
        uint256 shard;
        /// Of those who signed for that shard.
        uint256 places;
        uint256 firstSeat;
        /// As many as there are shards.
        uint256[48] committees;
    }

    struct LotteryCase {
        bytes32 seed;
        uint256 slots;
        uint256 lotteryBps;
        uint256 slot;
        uint256 attempt;
        uint256 modelCount;
    }

    struct DrawCase {
        bytes32 seed;
        /// UTF-8, left aligned, `length` bytes of it.
        bytes32 label;
        uint256 length;
        uint256 i;
    }

    // ---------------------------------------------------------------- committees
    function committeesOf(CommitteeCase[] calldata cases) external pure returns (CommitteeRow[] memory rows) {
        rows = new CommitteeRow[](cases.length);
        Policy memory policy;
        for (uint256 i; i < cases.length; ++i) {
            CommitteeCase calldata c = cases[i];
            (policy.committeeSize, policy.quorum) = (uint32(c.committeeSize), uint32(c.quorum));
            policy.shards = uint32(c.shards);
            _committees(c, policy, rows[i]);
        }
    }

    function _committees(CommitteeCase calldata c, Policy memory policy, CommitteeRow memory row) private pure {
        row.members = CommitteeLib.memberCount(c.seatCount, policy);
        row.signersNeeded = CommitteeLib.signersNeeded(row.members, policy);
        row.signersNeededToFail = CommitteeLib.signersNeededToFail(row.members, policy);
        row.shards = CommitteeLib.shardCount(c.seatCount, policy);
        row.shard = CommitteeLib.shardOf(c.versionId, c.seed, row.shards);
        uint256[] memory committees = CommitteeLib.committeesOf(c.seed, c.seatCount, policy);
        for (uint256 shard; shard < committees.length; ++shard) row.committees[shard] = committees[shard];
        uint256 committee = committees[row.shard];
        require(committee == CommitteeLib.committeeOf(c.seed, c.seatCount, policy, row.shard), "one and all differ");
        row.places = CommitteeLib.placesOf(c.signers & committee, committee, row.shard, policy);
        if (committee != 0) row.firstSeat = CommitteeLib.seatAt(committee, 0);
    }

    // ---------------------------------------------------------------- lottery
    /// @dev Answers: slots, the model drawn.
    function lotteryDraw(LotteryCase[] calldata cases) external pure returns (TwoWords[] memory answers) {
        answers = new TwoWords[](cases.length);
        Policy memory policy;
        for (uint256 i; i < cases.length; ++i) {
            LotteryCase calldata c = cases[i];
            (policy.slots, policy.lotteryBps) = (uint32(c.slots), uint32(c.lotteryBps));
            answers[i].first = LotteryLib.slotsOf(policy);
            answers[i].second = LotteryLib.draw(c.seed, c.slot, c.attempt, c.modelCount);
        }
    }

    // ---------------------------------------------------------------- seeds
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
}
