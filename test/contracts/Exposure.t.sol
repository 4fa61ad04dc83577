// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch } from "../../contracts/interfaces/IAssay.sol";
import { Explanation } from "../../contracts/interfaces/IAssayLens.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { LensFixture } from "./LensFixture.sol";
import { vm } from "./Vm.sol";

contract ExposureTest is LensFixture {
    function test_Exposure_NobodyUnlessAdmitted() public {
        _same(lens.exposure(modelId), 0, "a newcomer");
        _admit();
        _isTrue(lens.exposure(modelId) != 0, "admitted");
        vm.warp(lens.explain(modelId).validUntil + 1);
        _same(lens.exposure(modelId), 0, "lapsed");
    }

    /// @dev With evaluators' bonds to spare it is the stake, as far as the record is mature.
    function test_Exposure_Stake() public {
        _admit();
        Explanation memory explanation = lens.explain(modelId);
        _isTrue(explanation.activeStake < _bondsOfCommittee(), "bonds to spare");
        _same(lens.exposure(modelId), (explanation.maturityBps * explanation.activeStake) / 10_000, "exposure");
    }

    /// @dev However much a model stakes: no more than those who vouch for it would lose for a faked verdict.
    function test_Exposure_CommitteeBonds() public {
        _bond(modelId, 1_000_000 * UNIT);
        _admit();
        Explanation memory explanation = lens.explain(modelId);
        uint256 bonds = _bondsOfCommittee();
        _isTrue(explanation.activeStake > bonds, "more stake than bonds");
        _same(bonds, 7 * SEAT_BOND, "seven members");
        _same(lens.exposure(modelId), (explanation.maturityBps * bonds) / 10_000, "exposure");
    }

    /// @dev A key that was changed after the round still is its seat's.
    function test_Exposure_RotatedKey() public {
        _bond(modelId, 1_000_000 * UNIT);
        _admit();
        uint256 before = lens.exposure(modelId);
        uint256 seatId = _lowestSeat(assay.committeeOf(assay.currentRoundId(), 0));
        uint256 key = KEY + SEATS;
        board.rotateSigner(seatId, vm.addr(key), _proof(key, seatId));
        _same(lens.exposure(modelId), before, "exposure");
    }

    /// @dev Of several committees it is the one that measured this version whose bonds count.
    function test_Exposure_Shards() public {
        Policy memory sharded = _policy();
        (sharded.committeeSize, sharded.quorum, sharded.shards) = (3, 2, 3);
        _setPolicy(sharded);
        _bond(modelId, 1_000_000 * UNIT);
        // Bonds that differ, so that a sum says whose they are.
        for (uint256 seat; seat < SEATS; ++seat) vault.bondSeat(seat, (1 << seat) * UNIT);
        uint256 roundId;
        for (uint256 i; i < 3; ++i) roundId = _measureInShard();
        Explanation memory explanation = lens.explain(modelId);
        uint256 bonds;
        uint256 committee = assay.committeeOf(roundId, assay.shardOf(roundId, versionId));
        for (uint256 seat; seat < SEATS; ++seat) {
            if ((committee >> seat) & 1 == 1) bonds += SEAT_BOND + (1 << seat) * UNIT;
        }
        _same(lens.exposure(modelId), (explanation.maturityBps * bonds) / 10_000, "exposure");
    }

    function _measureInShard() private returns (uint256 roundId) {
        _nextEpoch();
        roundId = _drawRound();
        Batch memory batch = _batch(roundId, modelId, DIGEST, _good());
        batch.shard = assay.shardOf(roundId, versionId);
        _post(batch);
    }

    /// @dev It grows with the record, not with time.
    function test_Exposure_Maturity() public {
        _admit();
        uint256 young = lens.exposure(modelId);
        _measureRounds(modelId, 4, _good());
        _isTrue(lens.exposure(modelId) > young, "more evidence");
        _isTrue(lens.exposure(modelId) <= lens.explain(modelId).activeStake, "never more than the stake");
    }

    function _bondsOfCommittee() private view returns (uint256 bonds) {
        uint256 committee = assay.committeeOf(assay.currentRoundId(), 0);
        for (uint256 seat; seat < SEATS; ++seat) {
            // Seats of the fixture are listed in the order of their ids.
            if ((committee >> seat) & 1 == 1) bonds += vault.seatBond(seat);
        }
    }
}
