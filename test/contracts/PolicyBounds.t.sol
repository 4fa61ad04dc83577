// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { PolicyBoard } from "../../contracts/PolicyBoard.sol";
import { IPolicyBoard, Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { BoardFixture } from "./BoardFixture.sol";

/// @notice The bounds no owner can leave: the last value inside is taken, the first outside is not.
contract PolicyBoundsTest is BoardFixture {
    function test_RevertWhen_FamiliesOutOfBounds() public {
        Policy memory next = _policy();
        next.floorsBps[0] = 9_900;
        next.slashFloorsBps[0] = 9_899;
        _taken(next);
        next.floorsBps[0] = 9_901;
        _refused(next, "floorsBps", 9_901, 9_900);
        next = _policy();
        next.slashFloorsBps[1] = 9_000;
        _refused(next, "slashFloorsBps", 9_000, 8_999);
        next = _policy();
        (next.floorsBps[4], next.slashFloorsBps[4]) = (0, 1);
        _refused(next, "slashFloorsBps", 1, 0);
        next = _policy();
        next.sharesBps[2] = 10_000;
        _taken(next);
        next.sharesBps[2] = 10_001;
        _refused(next, "sharesBps", 10_001, 10_000);
        next.sharesBps[2] = 0;
        _refused(next, "sharesBps", 0, 1);
        next = _policy();
        (next.floorsBps[5], next.slashFloorsBps[5], next.weights[5]) = (0, 0, 3);
        _refused(next, "weights", 3, 0);
        next = _policy();
        for (uint256 family; family < 7; ++family) next.weights[family] = 0;
        _refused(next, "weights", 0, 1);
        next.weights[6] = 1;
        _taken(next);
    }

    /// @dev A family without a floor need not be in the suite; one with the lowest floor must.
    function test_OnlyGatedFamiliesNeedItems() public {
        Policy memory next = _policy();
        (next.floorsBps[4], next.slashFloorsBps[4], next.sharesBps[4], next.weights[4]) = (0, 0, 0, 0);
        _taken(next);
        next.floorsBps[4] = 1;
        _refused(next, "sharesBps", 0, 1);
    }

    function test_RevertWhen_EvidenceOutOfBounds() public {
        Policy memory next = _policy();
        (next.massMin, next.massCap, next.massFull) = (4_095, 4_095, 4_095);
        (next.itemsCap, next.minRounds, next.maxAge) = (65_535, 255, 90 days);
        _taken(next);
        (next.massMin, next.massCap, next.massFull) = (1, 1, 1);
        (next.itemsCap, next.minRounds, next.maxAge) = (1, 1, 1);
        _taken(next);
        next = _policy();
        next.massCap = 4_096;
        _refused(next, "massCap", 4_096, 4_095);
        next.massCap = 0;
        _refused(next, "massCap", 0, 1);
        next = _policy();
        next.massMin = 4_001;
        _refused(next, "massMin", 4_001, 4_000);
        next.massMin = 0;
        _refused(next, "massMin", 0, 1);
        next = _policy();
        next.massFull = 4_096;
        _refused(next, "massFull", 4_096, 4_095);
        next.massFull = 0;
        _refused(next, "massFull", 0, 1);
        next = _policy();
        next.roundsFull = 256;
        _refused(next, "roundsFull", 256, 255);
        next.roundsFull = 0;
        _refused(next, "roundsFull", 0, 1);
        next.roundsFull = 255;
        _taken(next);
        next.roundsFull = 1;
        _taken(next);
        next = _policy();
        next.itemsCap = 65_536;
        _refused(next, "itemsCap", 65_536, 65_535);
        next.itemsCap = 0;
        _refused(next, "itemsCap", 0, 1);
        next = _policy();
        next.minRounds = 256;
        _refused(next, "minRounds", 256, 255);
        next.minRounds = 0;
        _refused(next, "minRounds", 0, 1);
        next = _policy();
        next.maxAge = 90 days + 1;
        _refused(next, "maxAge", 90 days + 1, 90 days);
        next.maxAge = 0;
        _refused(next, "maxAge", 0, 1);
    }

    function test_RevertWhen_HalfLifeOutOfBounds() public {
        Policy memory next = _policy();
        next.halfLife = 64;
        _taken(next);
        next.halfLife = 64 * 31 days;
        _taken(next);
        next.halfLife = 63;
        _refused(next, "halfLife", 63, 64);
        next.halfLife = 64 * 31 days + 64;
        _refused(next, "halfLife", 64 * 31 days + 64, 64 * 31 days);
        next.halfLife = 28 days + 1;
        _refused(next, "halfLife", 28 days + 1, 64);
    }

    function test_RevertWhen_TestsOutOfBounds() public {
        Policy memory next = _policy();
        next.hysteresisBps = 1_000;
        (next.scarK, next.retryScar, next.hardFailureScar, next.scarCap) = (65_535, 65_535, 65_535, 65_535);
        (next.passZ2, next.failZ2) = (100, 100);
        _taken(next);
        next.hysteresisBps = 0;
        (next.scarK, next.retryScar, next.hardFailureScar, next.scarCap) = (1, 0, 0, 0);
        (next.passZ2, next.failZ2) = (1, 4);
        _taken(next);
        next = _policy();
        next.hysteresisBps = 1_001;
        _refused(next, "hysteresisBps", 1_001, 1_000);
        next = _policy();
        next.scarK = 0;
        _refused(next, "scarK", 0, 1);
        next.scarK = 65_536;
        _refused(next, "scarK", 65_536, 65_535);
        next = _policy();
        next.retryScar = 65_536;
        _refused(next, "retryScar", 65_536, 65_535);
        next = _policy();
        next.hardFailureScar = 65_536;
        _refused(next, "hardFailureScar", 65_536, 65_535);
        next = _policy();
        next.scarCap = 65_536;
        _refused(next, "scarCap", 65_536, 65_535);
        next = _policy();
        next.passZ2 = 0;
        _refused(next, "passZ2", 0, 1);
        next.passZ2 = 101;
        _refused(next, "passZ2", 101, 100);
        next = _policy();
        next.failZ2 = 3;
        _refused(next, "failZ2", 3, 4);
        next.failZ2 = 101;
        _refused(next, "failZ2", 101, 100);
    }

    function test_RevertWhen_CommitteeOutOfBounds() public {
        Policy memory next = _policy();
        (next.committeeSize, next.quorum) = (15, 15);
        _taken(next);
        (next.committeeSize, next.quorum) = (1, 1);
        _taken(next);
        next = _policy();
        next.committeeSize = 16;
        _refused(next, "committeeSize", 16, 15);
        next.committeeSize = 0;
        _refused(next, "committeeSize", 0, 1);
        next = _policy();
        next.quorum = 3;
        _refused(next, "quorum", 3, 4);
        next.quorum = 8;
        _refused(next, "quorum", 8, 7);
        // Half of an even committee is no majority.
        (next.committeeSize, next.quorum) = (6, 3);
        _refused(next, "quorum", 3, 4);
    }

    /// @dev All committees of a round together have at most 48 members.
    function test_RevertWhen_ShardsOutOfBounds() public {
        Policy memory next = _policy();
        next.shards = 6;
        _taken(next);
        next.shards = 7;
        _refused(next, "shards", 7, 6);
        next.shards = 0;
        _refused(next, "shards", 0, 1);
        (next.committeeSize, next.quorum, next.shards) = (15, 8, 4);
        _refused(next, "shards", 4, 3);
        (next.committeeSize, next.quorum, next.shards) = (1, 1, 48);
        _taken(next);
        next.shards = 49;
        _refused(next, "shards", 49, 48);
    }

    function test_RevertWhen_SlotsOutOfBounds() public {
        Policy memory next = _policy();
        (next.slots, next.lotteryBps) = (1, 10_000);
        _taken(next);
        next.slots = 0;
        _refused(next, "slots", 0, 1);
        next.slots = 65;
        _refused(next, "slots", 65, 64);
        (next.shards, next.slots) = (2, 129);
        _refused(next, "slots", 129, 128);
        (next.shards, next.slots) = (3, 192);
        _taken(next);
        (next.shards, next.slots) = (4, 193);
        _refused(next, "slots", 193, 192);
        next = _policy();
        next.lotteryBps = 1_999;
        _refused(next, "lotteryBps", 1_999, 2_000);
        next.lotteryBps = 10_001;
        _refused(next, "lotteryBps", 10_001, 10_000);
    }

    function test_RevertWhen_LossesOutOfBounds() public {
        Policy memory next = _policy();
        (next.bondShareBps, next.lossBaseBps, next.lossCapBps, next.lossEpoch) = (10_000, 3_000, 3_000, 90 days);
        (next.freezeWindow, next.halfSaturation) = (8 days, type(uint96).max);
        _taken(next);
        (next.bondShareBps, next.lossBaseBps, next.lossCapBps, next.lossEpoch) = (0, 0, 0, 1);
        (next.freezeWindow, next.halfSaturation) = (1, 1);
        _taken(next);
        next = _policy();
        next.bondShareBps = 10_001;
        _refused(next, "bondShareBps", 10_001, 10_000);
        next = _policy();
        next.lossCapBps = 3_001;
        _refused(next, "lossCapBps", 3_001, 3_000);
        next = _policy();
        next.lossBaseBps = 1_001;
        _refused(next, "lossBaseBps", 1_001, 1_000);
        next = _policy();
        next.lossEpoch = 0;
        _refused(next, "lossEpoch", 0, 1);
        next.lossEpoch = 90 days + 1;
        _refused(next, "lossEpoch", 90 days + 1, 90 days);
        next = _policy();
        next.freezeWindow = 8 days + 1;
        _refused(next, "freezeWindow", 8 days + 1, 8 days);
        next.freezeWindow = 0;
        _refused(next, "freezeWindow", 0, 1);
        next = _policy();
        next.halfSaturation = 0;
        _refused(next, "halfSaturation", 0, 1);
        next = _policy();
        next.suiteHash = 0;
        _refused(next, "suiteHash", 0, 1);
    }

    function test_RevertWhen_ExperimentsOutOfBounds() public {
        Policy memory next = _policy();
        (next.experimentalBondMin, next.experimentalLossCapBps) = (next.bondMin, 3_000);
        _taken(next);
        (next.experimentalBondMin, next.experimentalLossCapBps) = (0, 1);
        _taken(next);
        next = _policy();
        next.experimentalBondMin = next.bondMin + 1;
        _refused(next, "experimentalBondMin", next.bondMin + 1, next.bondMin);
        next = _policy();
        next.experimentalLossCapBps = 0;
        _refused(next, "experimentalLossCapBps", 0, 1);
        next.experimentalLossCapBps = 3_001;
        _refused(next, "experimentalLossCapBps", 3_001, 3_000);
    }

    function test_RevertWhen_SafeguardsOutOfBounds() public {
        Policy memory next = _policy();
        (next.bucketBps, next.bucketPeriod, next.breakerBps, next.publicShareBps) = (3_000, 90 days, 10_000, 5_000);
        _taken(next);
        (next.bucketBps, next.bucketPeriod, next.breakerBps, next.publicShareBps) = (1, 1, 1, 0);
        _taken(next);
        next.bucketBps = 0;
        _refused(next, "bucketBps", 0, 1);
        next.bucketBps = 3_001;
        _refused(next, "bucketBps", 3_001, 3_000);
        next = _policy();
        next.bucketPeriod = 0;
        _refused(next, "bucketPeriod", 0, 1);
        next.bucketPeriod = 90 days + 1;
        _refused(next, "bucketPeriod", 90 days + 1, 90 days);
        next = _policy();
        next.breakerBps = 0;
        _refused(next, "breakerBps", 0, 1);
        next.breakerBps = 10_001;
        _refused(next, "breakerBps", 10_001, 10_000);
        next = _policy();
        next.publicShareBps = 5_001;
        _refused(next, "publicShareBps", 5_001, 5_000);
    }

    /// @dev Amounts without a bound of their own.
    function test_AnyAmountIsTaken() public {
        Policy memory next = _policy();
        uint96 most = type(uint96).max;
        (next.bondMin, next.experimentalBondMin, next.evaluatorBondMin) = (most, most, most);
        (next.evaluationPrice, next.evaluationFee, next.disputeDeposit) = (most, most / 15, most);
        _taken(next);
        (next.bondMin, next.experimentalBondMin, next.evaluatorBondMin) = (0, 0, 0);
        (next.evaluationPrice, next.evaluationFee, next.disputeDeposit) = (0, 0, 0);
        _taken(next);
    }

    /// @dev Whoever calls a second committee puts up what it would earn.
    function test_RevertWhen_ADepositIsLessThanTheFeesOfACommittee() public {
        Policy memory next = _policy();
        (next.evaluationFee, next.disputeDeposit) = (7, 105);
        _taken(next);
        next.disputeDeposit = 104;
        _refused(next, "disputeDeposit", 104, 105);
    }

    /// @dev Calldata wider than a field's type is refused before any bound is looked at.
    function testFuzz_RevertWhen_AWordIsTooWide(uint256 field) public {
        uint256[67] memory words = abi.decode(abi.encode(_policy()), (uint256[67]));
        // Every word but the hash of the suite, which fills its own.
        field %= 67;
        if (field == 52) field = 66;
        words[field] |= 1 << 160;
        bytes memory call = bytes.concat(IPolicyBoard.announcePolicy.selector, abi.encode(words));
        (bool done, bytes memory reason) = address(board).call(call);
        _isTrue(!done && reason.length == 0, "refused by the decoder");
    }

    function _taken(Policy memory next) private {
        PolicyBoard fresh = new PolicyBoard(address(this));
        fresh.announcePolicy(next);
        _same(fresh.policy(1), next, "as announced");
    }

    function _refused(Policy memory next, string memory field, uint256 value, uint256 bound) private {
        _expect(abi.encodeWithSelector(IPolicyBoard.PolicyFieldOutOfBounds.selector, field, value, bound));
        board.announcePolicy(next);
    }
}
