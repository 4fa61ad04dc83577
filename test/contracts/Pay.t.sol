// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { FeeStream, FreezeRecord, IAssayVault, ModelStake } from "../../contracts/interfaces/IAssayVault.sol";
import { FeeLib } from "../../contracts/libraries/FeeLib.sol";
import { VaultFixture } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Usage fees: a tenth to the commons, the rest streams over 7 days.
contract PayTest is VaultFixture {
    uint256 private modelId;

    function setUp() public override {
        super.setUp();
        modelId = _standardModel();
    }

    function test_Pay() public {
        uint256 endsAt = block.timestamp + 7 days;
        _expectVaultEvent();
        emit IAssayVault.UsagePaid(modelId, address(this), 1_000 * UNIT, 100 * UNIT, 900 * UNIT, endsAt);
        vault.pay(modelId, 1_000 * UNIT);
        FeeStream memory stream = vault.streamOf(modelId);
        _same(stream.amount, 900 * UNIT, "stream");
        _same(stream.updatedAt, block.timestamp, "from now on");
        _same(stream.endsAt, endsAt, "for a week");
        _same(vault.commonsFund(), 100 * UNIT, "public share");
        _isTrue(_stake(modelId).streaming, "streaming");
        _same(_stake(modelId).bond, 2_000 * UNIT, "nothing at once");
    }

    /// @dev Bond and delegations are 2 : 1, the stream is linear.
    function test_Settle() public {
        _delegate(delegator, modelId, 1_000 * UNIT);
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 7 days / 3);
        ModelStake memory expected = _stake(modelId);
        expected.bond += uint96(200 * UNIT);
        expected.delegated += uint96(100 * UNIT);
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _words(expected);
        _expectVaultEvent();
        emit IAssayVault.FeesSettled(modelId, 200 * UNIT, 100 * UNIT, 0, 600 * UNIT, bondWord, poolWord, lossWord);
        vault.settleFees(modelId);
        _sameStake(_stake(modelId), expected, "stake");

        vm.warp(block.timestamp + 7 days);
        vault.settleFees(modelId);
        _isTrue(!_stake(modelId).streaming, "all has streamed");
        _same(_stake(modelId).bond, 2_600 * UNIT, "bond");
        _same(_stake(modelId).delegated, 1_300 * UNIT, "delegated");
        _same(vault.streamOf(modelId).amount, 0, "nothing left");
    }

    /// @dev Stake that comes back has no part in what streamed while it was frozen.
    function test_Restore_SettlesWhatStreamedBefore() public {
        _delegate(delegator, modelId, 1_000 * UNIT);
        FreezeRecord memory frozen = _failingResult(modelId);
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 3 days);
        uint256 before = vm.snapshotState();
        vault.settleFees(modelId);
        _resolve(frozen, true);
        ModelStake memory expected = _stake(modelId);
        vm.revertToState(before);
        _resolve(frozen, true);
        _sameStake(_stake(modelId), expected, "as if settled first");
    }

    /// @dev What streams while a freeze is unresolved is divided by what both pools hold: their prices move alike, and the bond's part is the same.
    function test_Frozen_BothPoolsTakePart() public {
        uint256 shares = _delegate(delegator, modelId, 4_000 * UNIT);
        FreezeRecord memory frozen = _failingResult(modelId);
        _request(delegator, modelId, shares / 4);
        ModelStake memory before = _stake(modelId);
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 7 days);
        _release(frozen);
        ModelStake memory paid = _stake(modelId);
        uint256 pools = uint256(before.delegated) + before.unbondingAssets;
        uint256 toDelegations = 900 * UNIT - (paid.bond - before.bond);
        _same(paid.bond - before.bond, (900 * UNIT * before.bond) / (uint256(before.bond) + before.delegated), "bond");
        _same(paid.unbondingAssets - before.unbondingAssets, (toDelegations * before.unbondingAssets) / pools, "moved");
        _same(uint256(paid.delegated) + paid.unbondingAssets, pools + toDelegations, "the rest stays");
        _same(vault.streamOf(modelId).amount, 0, "before the freeze was released");
    }

    /// @dev Without a freeze what is unbonding earns nothing, so that a withdrawal has nothing to settle.
    function test_Withdraw_SettlesOnlyDuringAFreeze() public {
        _request(delegator, modelId, _delegate(delegator, modelId, 4_000 * UNIT));
        vm.warp(block.timestamp + 14 days);
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 1 days);
        _same(_withdraw(delegator, modelId), 4_000 * UNIT, "what was put in");
        _same(vault.streamOf(modelId).amount, 900 * UNIT, "not settled");
    }

    /// @dev Down to single units: whatever streams is somebody's.
    function test_Frozen_NoUnitIsLost() public {
        uint256 shares = _delegate(delegator, modelId, 4_000 * UNIT);
        _failingResult(modelId);
        _request(delegator, modelId, shares / 4);
        for (uint256 assets = 1; assets <= 24; ++assets) {
            vault.pay(modelId, assets);
            vm.warp(block.timestamp + 7 days);
            uint256 held = _heldFor(modelId);
            vault.settleFees(modelId);
            _same(_heldFor(modelId), held, "nothing is lost");
        }
    }

    /// @dev Stake, what streams to it, and the commons.
    function _heldFor(uint256 id) private view returns (uint256) {
        ModelStake memory stake = _stake(id);
        uint256 pools = uint256(stake.delegated) + stake.unbondingAssets;
        return stake.bond + pools + vault.streamOf(id).amount + vault.commonsFund();
    }

    /// @dev Nobody delegates: a freeze keeps no fee from the bond.
    function test_Frozen_TheBondAlone() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 7 days);
        uint256 bond = _stake(modelId).bond;
        _release(frozen);
        _same(_stake(modelId).bond, bond + 900 * UNIT, "all of it");
    }

    /// @dev What rounding left in an unbonding pool without shares is nobody's and gets nothing.
    function test_Frozen_APoolWithoutSharesTakesNoPart() public {
        uint256 shares = _delegate(delegator, modelId, 4_000 * UNIT);
        _request(delegator, modelId, shares / 4);
        FreezeRecord memory frozen = _failingResult(modelId, 1_000, 0);
        vault.pay(modelId, 1_000 * UNIT);
        _release(frozen);
        vm.warp(block.timestamp + UNBONDING);
        _withdraw(delegator, modelId);
        _same(_stake(modelId).unbondingAssets, 1, "a unit is left");
        _same(_stake(modelId).unbondingShares, 0, "without shares");
        _failingResult(modelId);
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 7 days);
        ModelStake memory before = _stake(modelId);
        vault.settleFees(modelId);
        _same(_stake(modelId).unbondingAssets, before.unbondingAssets, "nothing");
        _isTrue(_stake(modelId).delegated > before.delegated, "all to the active pool");
    }

    /// @dev Whatever changes active stake pays those who were there before.
    function test_EveryChangeOfStakeSettlesFirst() public {
        uint256 shares = _delegate(delegator, modelId, 1_000 * UNIT);
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 3 days);
        uint256 before = vm.snapshotState();
        for (uint256 kind; kind < 6; ++kind) {
            vault.settleFees(modelId);
            _change(kind, shares);
            ModelStake memory expected = _stake(modelId);
            _isTrue(vm.revertToState(before), "once more");
            before = vm.snapshotState();
            _change(kind, shares);
            _sameStake(_stake(modelId), expected, "as if settled first");
            _isTrue(vm.revertToState(before), "the next kind");
            before = vm.snapshotState();
        }
    }

    function _change(uint256 kind, uint256 shares) private {
        if (kind == 0) _bond(modelId, UNIT);
        else if (kind == 1) _delegate(delegator, modelId, UNIT);
        else if (kind == 2) vault.pay(modelId, UNIT);
        else if (kind == 3) _request(delegator, modelId, shares / 2);
        else if (kind == 4) _requestBond(modelId, UNIT);
        else _failingResult(modelId);
    }

    /// @dev How often it is settled makes no difference beyond rounding, and nothing is lost.
    function testFuzz_Settle_OftenOrOnce(uint96 assets, uint16[5] memory gaps) public {
        vault.pay(modelId, _within(assets, 1, 1e6 * UNIT));
        uint256 streamed = vault.streamOf(modelId).amount;
        uint256 start = block.timestamp;
        for (uint256 i; i < gaps.length; ++i) {
            vm.warp(block.timestamp + gaps[i]);
            vault.settleFees(modelId);
        }
        uint256 due = FeeLib.dueDown(streamed, start, start + 7 days, block.timestamp);
        uint256 paid = _stake(modelId).bond - 2_000 * UNIT;
        _isTrue(paid <= due && due - paid <= gaps.length, "the same to within a unit a settlement");
        vm.warp(start + 7 days);
        vault.settleFees(modelId);
        _same(_stake(modelId).bond - 2_000 * UNIT, streamed, "all of it in the end");
    }

    function test_Settle_NothingStreams() public {
        ModelStake memory before = _stake(modelId);
        vault.settleFees(modelId);
        vault.settleFees(99);
        _sameStake(_stake(modelId), before, "stake");
    }

    /// @dev Too little for a unit is not thrown away by asking often.
    function test_Settle_DustGoesOn() public {
        vault.pay(modelId, 1);
        uint256 start = block.timestamp;
        vm.warp(start + 7 days - 1);
        vault.settleFees(modelId);
        _same(vault.streamOf(modelId).updatedAt, start, "the time still counts");
        vm.warp(start + 7 days);
        vault.settleFees(modelId);
        _same(_stake(modelId).bond, 2_000 * UNIT + 1, "the unit");
    }

    // ---------------------------------------------------------------- another payment
    /// @dev The end moves to the average of both ends, weighted by amounts.
    function test_Pay_Again() public {
        vault.pay(modelId, 1_000 * UNIT);
        uint256 firstEnd = block.timestamp + 7 days;
        vm.warp(block.timestamp + 7 days / 2);
        vault.pay(modelId, 500 * UNIT);
        FeeStream memory stream = vault.streamOf(modelId);
        _same(stream.amount, 900 * UNIT, "450 left and 450 more");
        _same(stream.endsAt, (firstEnd + block.timestamp + 7 days) / 2, "half way between");
    }

    function test_Attack_DustDoesNotPostpone() public {
        vault.pay(modelId, 1_000 * UNIT);
        uint256 endsAt = block.timestamp + 7 days;
        for (uint256 hour; hour < 24; ++hour) {
            vm.warp(block.timestamp + 1 hours);
            vault.pay(modelId, 1_000);
        }
        _same(vault.streamOf(modelId).endsAt, endsAt, "to the second");
    }

    function testFuzz_Pay_EndIsBetweenBothEnds(uint96 left, uint96 added, uint40 nowAt, uint32 ahead) public pure {
        uint256 endsAt = uint256(nowAt) + 1 + (ahead % 7 days);
        uint256 end = FeeLib.endAfter(left, endsAt, uint256(added) + 1, nowAt);
        _isTrue(end <= uint256(nowAt) + 7 days, "never later than the payment's own");
        _isTrue(left == 0 || end >= endsAt, "never earlier than the stream's");
    }

    // ---------------------------------------------------------------- who earns
    /// @dev Whoever comes for a payment gets what streams while it is there, and has to stay for the unbonding.
    function test_Attack_JustInTime() public {
        _delegate(delegator, modelId, 1_000 * UNIT);
        address late = address(0x1A7E);
        _fund(late);
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 7 days);
        _delegate(late, modelId, 1e6 * UNIT);
        _same(_worth(late, modelId), 1e6 * UNIT - 1, "nothing of what streamed before");
        _request(late, modelId, vault.balanceOf(late, modelId));
        _isTrue(_worth(late, modelId) <= 1e6 * UNIT, "nor by leaving at once");
        _isTrue(_worth(delegator, modelId) >= 1_300 * UNIT - 2, "it went to whoever was there");
    }

    function test_Unbonding_EarnsNothing() public {
        uint256 shares = _delegate(delegator, modelId, 1_000 * UNIT);
        _request(delegator, modelId, shares);
        _requestBond(modelId, 1_000 * UNIT);
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 7 days);
        vault.settleFees(modelId);
        _same(_worth(delegator, modelId), 1_000 * UNIT, "delegator");
        _same(_stake(modelId).unbondingBond, 1_000 * UNIT, "unbonding bond");
        _same(_stake(modelId).bond, 2_900 * UNIT, "active bond");
    }

    /// @dev What streamed until the request is the requester's.
    function test_Request_SettlesFirst() public {
        uint256 shares = _delegate(delegator, modelId, 2_000 * UNIT);
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 7 days / 2);
        _request(delegator, modelId, shares);
        _isTrue(_worth(delegator, modelId) >= 2_225 * UNIT - 2, "half of the time, half of the stake");
        vm.warp(block.timestamp + 7 days);
        vault.settleFees(modelId);
        _isTrue(_worth(delegator, modelId) <= 2_225 * UNIT, "and nothing since");
    }

    function test_Pay_NothingActive() public {
        uint256 bare = _register();
        vault.pay(bare, 1_000 * UNIT);
        vm.warp(block.timestamp + 7 days);
        vault.settleFees(bare);
        _same(vault.commonsFund(), 1_000 * UNIT, "all to the commons");
        _same(_heldBy(bare), 0, "stake");
    }

    /// @dev A unit left behind by rounding in a pool without shares earns nothing: nobody could ever take it out.
    function test_Pay_OnlyDustInThePool() public {
        uint256 bare = _register();
        _delegate(delegator, bare, 1_000);
        vault.pay(bare, 10_000);
        vm.warp(block.timestamp + 7 days);
        _request(delegator, bare, vault.balanceOf(delegator, bare));
        uint256 dust = _stake(bare).delegated;
        _isTrue(dust > 0, "dust");
        uint256 commons = vault.commonsFund();
        vault.pay(bare, 1_000);
        vm.warp(block.timestamp + 7 days);
        vault.settleFees(bare);
        _same(_stake(bare).delegated, dust, "dust");
        _same(vault.commonsFund() - commons, 1_000, "commons");
    }

    /// @dev Frozen stake earns nothing; a freeze settles first, so that what streamed before it is stake that answers for it.
    function test_Freeze_SettlesFirst() public {
        _widenBucket();
        vault.pay(modelId, 1_000 * UNIT);
        vm.warp(block.timestamp + 7 days);
        uint256 frozen = _sum(_failingResult(modelId));
        _same(frozen, (2_900 * UNIT * 500 * SEVERITY) / 1e8, "of bond and fees");
        _same(_stake(modelId).bond, 2_900 * UNIT - frozen, "bond");
    }

    // ---------------------------------------------------------------- errors
    function test_RevertWhen_PayZero() public {
        _expect(abi.encodeWithSelector(IAssayVault.ZeroAmount.selector));
        vault.pay(modelId, 0);
    }

    function test_RevertWhen_PayUnknownModel() public {
        _expect(abi.encodeWithSelector(IAssayVault.UnknownModel.selector, 99));
        vault.pay(99, 1);
    }

    function testFuzz_Pay_ConservesTokens(uint96[4] memory amounts, uint32[4] memory gaps, uint96 delegated) public {
        _delegate(delegator, modelId, _within(delegated, 1, 1e6 * UNIT));
        for (uint256 i; i < amounts.length; ++i) {
            vault.pay(modelId, _within(amounts[i], 1, 1e6 * UNIT));
            vm.warp(block.timestamp + (gaps[i] % 10 days));
            vault.settleFees(modelId);
        }
        uint256 accounted = _heldBy(modelId) + vault.streamOf(modelId).amount + vault.commonsFund();
        _same(token.balanceOf(address(vault)), accounted, "held");
        _same(_stake(modelId).streaming ? 1 : 0, vault.streamOf(modelId).amount == 0 ? 0 : 1, "streaming");
    }
}
