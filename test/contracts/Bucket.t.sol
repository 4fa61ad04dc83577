// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { FreezeOrder, FreezeRecord, IAssayVault } from "../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { BucketLib } from "../../contracts/libraries/BucketLib.sol";
import { VaultFixture, VaultSystem } from "./VaultFixture.sol";
import { vm, VmLog } from "./Vm.sol";

/// @notice A bucket of 1 % a day, so that a freeze of 4.4 % mostly waits.
contract BucketTest is VaultFixture {
    uint256 private modelId;

    function setUp() public override {
        super.setUp();
        modelId = _standardModel();
        _delegate(delegator, modelId, 4_000 * UNIT);
    }

    function _standards() internal pure override returns (Policy memory policy) {
        policy = _policy();
        policy.bucketBps = 100;
    }

    function test_Freeze_WaitsForRoom() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        uint256 loss = (6_000 * UNIT * 500 * SEVERITY) / 1e8;
        _same(_sum(frozen), 60 * UNIT, "1 % of all that is held");
        _same(frozen.waiting, loss - 60 * UNIT, "the rest waits");
        _same(_stake(modelId).lossInEpoch, 60 * UNIT, "only what was taken is lost");
    }

    function test_FreezeWaiting() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        uint256 waiting = frozen.waiting;
        vm.warp(block.timestamp + 12 hours);
        vm.recordLogs();
        vault.freezeWaiting(frozen);
        frozen = _lastRecord();
        _same(_sum(frozen), 90 * UNIT, "half a day's leak was room");
        _same(frozen.waiting, waiting - 30 * UNIT, "less waits");
        _same(_stake(modelId).openFreezes, 1, "one freeze");
        bytes32 hash = keccak256(abi.encode(frozen));
        _same(vault.freezeHashOf(frozen.versionId, frozen.roundId), hash, "hash");
        _release(frozen);
        _same(token.balanceOf(BURNT), 45 * UNIT, "released as one");
    }

    /// @dev A freeze for which there is no room at all is one all the same: the model is not admitted while it waits.
    function test_Freeze_NothingButWaiting() public {
        _failingResult(modelId);
        uint256 other = _standardModel();
        // What came in with the other model's bond is room.
        FreezeRecord memory frozen = _failingResult(other);
        _same(_sum(frozen), 20 * UNIT, "1 % of what came in since");
        uint256 third = _register();
        _setLane(third, 1);
        _bond(third, 1_000);
        frozen = _failingResult(third);
        _same(_sum(frozen), 10, "1 %");
        uint256 fourth = _register();
        _setLane(fourth, 1);
        _bond(fourth, 50);
        vm.recordLogs();
        _freeze(_orderFor(fourth, SEVERITY, 0));
        VmLog[] memory logs = vm.getRecordedLogs();
        _same(logs.length, 1, "the bucket is not filled");
        (frozen, , , , ) = abi.decode(logs[0].data, (FreezeRecord, uint256, uint256, uint256, uint256));
        _same(_sum(frozen), 0, "nothing taken");
        _same(frozen.waiting, 2, "all of it waits");
        _same(_stake(fourth).openFreezes, 1, "a freeze");
    }

    function test_RevertWhen_NoRoom() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        _expect(abi.encodeWithSelector(IAssayVault.NothingWaiting.selector, frozen.waiting, 0, (60 * UNIT) / 24));
        vault.freezeWaiting(frozen);
    }

    /// @dev A record changes at most once an hour, so that nobody can keep others from showing it.
    function test_Attack_DustToChangeTheRecord() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        vm.warp(block.timestamp + 1 hours - 1);
        uint256 leaked = (60 * UNIT * (1 hours - 1)) / 1 days;
        _expect(abi.encodeWithSelector(IAssayVault.NothingWaiting.selector, frozen.waiting, leaked, (60 * UNIT) / 24));
        vault.freezeWaiting(frozen);
        vm.warp(block.timestamp + 1);
        vault.freezeWaiting(frozen);
    }

    function test_RevertWhen_WindowIsOver() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        vm.warp(frozen.releasableAt);
        _expect(abi.encodeWithSelector(IAssayVault.NothingWaiting.selector, frozen.waiting, 0, 0));
        vault.freezeWaiting(frozen);
    }

    function test_RevertWhen_WindowIsLongOver() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        vm.warp(frozen.releasableAt + 1 days);
        _expect(abi.encodeWithSelector(IAssayVault.NothingWaiting.selector, frozen.waiting, 0, 0));
        vault.freezeWaiting(frozen);
    }

    /// @dev The only model of a vault that holds nothing else.
    function _tinyModel() private returns (uint256 tiny) {
        VaultSystem system = new VaultSystem(address(token), address(board), EPOCH, UNBONDING);
        (record, vault) = (system.record(), system.vault());
        tiny = _registerFor(owner, record);
        _setLane(tiny, 1);
        vm.prank(owner);
        token.approve(address(vault), 1_000);
        _bond(tiny, 1_000);
    }

    function test_FreezeWaiting_ASingleUnit() public {
        uint256 tiny = _tinyModel();
        FreezeRecord memory frozen = _failingResult(tiny, 2_200, 0);
        _isTrue(frozen.fromBond == 10 && frozen.waiting == 1, "1 % of 1,000 of 11");
        vm.warp(block.timestamp + 12 hours);
        vault.freezeWaiting(frozen);
        _same(_stake(tiny).bond, 989, "the unit");
    }

    /// @dev A record changes only when something is taken, however little the vault holds.
    function test_RevertWhen_NoRoomInATinyBucket() public {
        FreezeRecord memory frozen = _failingResult(_tinyModel());
        _same(_sum(frozen), 10, "1 % of all that is held");
        _expect(abi.encodeWithSelector(IAssayVault.NothingWaiting.selector, frozen.waiting, 0, 0));
        vault.freezeWaiting(frozen);
    }

    /// @dev Withdrawals that leave a bucket fuller than it may be keep nobody's result from being posted.
    function test_Freeze_WhenTheBucketHasShrunk() public {
        uint256 other = _standardModel();
        uint256 shares = _delegate(delegator, other, 94_000 * UNIT);
        _request(delegator, other, shares);
        vm.warp(block.timestamp + UNBONDING);
        FreezeRecord memory frozen = _failingResult(modelId);
        _same(frozen.waiting, 0, "room for all of it");
        _withdraw(delegator, other);
        frozen = _failingResult(other);
        _same(_sum(frozen), 0, "no room");
        _isTrue(frozen.waiting != 0, "all of it waits");
    }

    function test_RevertWhen_NothingWaits() public {
        _widenBucket();
        FreezeRecord memory frozen = _failingResult(modelId);
        vm.warp(block.timestamp + 1 days);
        _expect(abi.encodeWithSelector(IAssayVault.NothingWaiting.selector, 0, 0, 0));
        vault.freezeWaiting(frozen);
    }

    function test_RevertWhen_FreezeWaitingPaused() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        vm.warp(block.timestamp + 1 days);
        board.setGuardian(address(this));
        board.pause();
        _expect(abi.encodeWithSelector(IAssayVault.FreezesPaused.selector, block.timestamp + 7 days));
        vault.freezeWaiting(frozen);
    }

    /// @dev Two freezes wait for what one loss epoch allows once: it is taken once.
    function test_FreezeWaiting_WithinTheCapOfTheLossEpoch() public {
        FreezeRecord memory first = _failingResult(modelId, 10_000, 3);
        FreezeOrder memory order = _orderFor(modelId, 10_000, 3);
        order.versionId = keccak256("another version");
        vm.recordLogs();
        _freeze(order);
        FreezeRecord memory second = _lastRecord();
        _same(_sum(first), 60 * UNIT, "1 % of all that is held");
        _same(first.waiting, 540 * UNIT, "up to the cap");
        _same(second.waiting, 540 * UNIT, "nothing more has been taken yet");
        _widenBucket();
        vault.freezeWaiting(first);
        _same(_stake(modelId).lossInEpoch, 600 * UNIT, "a tenth");
        uint256 least = ((1_006_000 * UNIT) / 100) / 24;
        _expect(abi.encodeWithSelector(IAssayVault.NothingWaiting.selector, 540 * UNIT, 0, least));
        vault.freezeWaiting(second);
    }

    /// @dev What is taken later comes out of what streamed until then, too.
    function test_FreezeWaiting_SettlesFeesFirst() public {
        vault.pay(modelId, 1_000 * UNIT);
        FreezeRecord memory frozen = _failingResult(modelId);
        vm.warp(block.timestamp + 12 hours);
        vault.freezeWaiting(frozen);
        _same(vault.streamOf(modelId).updatedAt, block.timestamp, "settled");
    }

    /// @dev Who moved to the unbonding pool between two takings is found there by both.
    function test_FreezeWaiting_FollowsWhoMoved() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        uint256 taken = frozen.fromDelegations;
        _request(delegator, modelId, vault.balanceOf(delegator, modelId) / 2);
        vm.warp(block.timestamp + 12 hours);
        vm.recordLogs();
        vault.freezeWaiting(frozen);
        FreezeRecord memory more = _lastRecord();
        _same(more.poolShares, _stake(modelId).shares, "shares");
        _isTrue(more.fromUnbonding >= taken / 2, "half of the first part moved along");
        _same(_sum(more), 90 * UNIT, "sum");
        _resolve(more, true);
        _same(_heldBy(modelId), 6_000 * UNIT, "all is back");
        _isTrue(4_000 * UNIT - _worth(delegator, modelId) <= 3, "whose it was");
    }

    // ---------------------------------------------------------------- how fast
    /// @dev Freezing at every chance, a sliding window sees at most twice the capacity: a full bucket and what leaks meanwhile.
    function testFuzz_Bucket_AtMostTwiceInAPeriod(uint32[8] memory gaps, uint96[8] memory wants) public pure {
        uint256 capacity = 5_000 * UNIT;
        uint256 period = 1 days;
        (uint256 level, uint256 updatedAt, uint256 nowAt, uint256 frozen) = (0, 1_000, 1_000, 0);
        for (uint256 i; i < gaps.length; ++i) {
            nowAt += gaps[i] % (period / gaps.length);
            level = BucketLib.levelAt(level, updatedAt, nowAt, capacity, period);
            updatedAt = nowAt;
            uint256 taken = uint256(wants[i]) % (capacity - level + 1);
            level += taken;
            frozen += taken;
            _isTrue(level <= capacity, "never more than it holds");
        }
        _isTrue(frozen <= 2 * capacity, "twice");
        _isTrue(frozen <= capacity + (capacity * (nowAt - 1_000)) / period + 8, "once, and what leaked");
    }

    function testFuzz_Bucket_LeaksWhollyInAPeriod(uint96 level, uint96 capacity, uint32 elapsed) public pure {
        uint256 full = uint256(capacity) + 1;
        uint256 filled = uint256(level) % (full + 1);
        _same(BucketLib.levelAt(filled, 5, 5 + 1 days, full, 1 days), 0, "empty after a period");
        uint256 left = BucketLib.levelAt(filled, 5, 5 + uint256(elapsed), full, 1 days);
        _isTrue(left <= filled, "never fuller");
    }
}
