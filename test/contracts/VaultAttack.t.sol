// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { FreezeOrder, FreezeRecord, IAssayVault, ModelStake } from "../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { VaultFixture } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

/// @notice What somebody with something to gain would try with stake, and what comes of it.
contract VaultAttackTest is VaultFixture {
    uint256 private modelId;

    function setUp() public override {
        super.setUp();
        modelId = _standardModel();
        _widenBucket();
    }

    // ---------------------------------------------------------------- ways around a freeze
    /// @dev The lane can change; the freeze and the hold do not go away.
    function test_Attack_LaneChangeDuringAFreeze() public {
        uint256 bonded = _requestWholeBond();
        FreezeRecord memory frozen = _failingResult(modelId);
        uint256 heldUntil = _stake(modelId).heldUntil;
        _setLane(modelId, 0);
        vm.warp(block.timestamp + UNBONDING);
        _expect(abi.encodeWithSelector(IAssayVault.HeldByFreeze.selector, heldUntil, block.timestamp));
        _withdrawBond(owner);
        vault.release(frozen);
        _isTrue(_withdrawBond(owner) < bonded, "paid for it");
    }

    /// @dev Whoever buys a model buys its freeze and its hold; whoever sold it has no way to the bond.
    function test_Attack_TransferDuringAFreeze() public {
        _requestWholeBond();
        vm.warp(block.timestamp + UNBONDING);
        _setLane(modelId, 1);
        _failingResult(modelId);
        _transferModel(modelId, delegator);
        uint256 heldUntil = _stake(modelId).heldUntil;
        _expect(abi.encodeWithSelector(IAssayVault.HeldByFreeze.selector, heldUntil, block.timestamp));
        _withdrawBond(delegator);
        _expect(_notModelOwner(modelId, owner));
        _withdrawBond(owner);
    }

    /// @dev Adding a unit to the bond of a rival neither restarts its clock nor extends its hold.
    function test_Attack_DustBondToDelayTheOwner() public {
        uint256 bonded = _requestWholeBond();
        vm.warp(block.timestamp + UNBONDING);
        vm.prank(delegator);
        vault.bond(modelId, 1);
        _same(_withdrawBond(owner), bonded, "all that was requested");
        _same(_stake(modelId).bond, 1, "the rest stays");
    }

    /// @dev Nor does giving shares to somebody who is on the way out.
    function test_Attack_DustSharesToDelayADelegator() public {
        uint256 shares = _delegate(delegator, modelId, UNIT);
        _request(delegator, modelId, shares);
        vm.warp(block.timestamp + UNBONDING);
        _delegate(owner, modelId, UNIT);
        vm.prank(owner);
        vault.transfer(delegator, modelId, 1);
        _same(_withdraw(delegator, modelId), UNIT, "all of it");
    }

    /// @dev Freezes of several versions of a model in one round take no more than the cap together, and each is released once.
    function test_Attack_ManyVersionsInOneRound() public {
        _delegate(delegator, modelId, 4_000 * UNIT);
        uint256 commons = vault.commonsFund();
        FreezeRecord[5] memory records;
        for (uint256 i; i < 5; ++i) {
            FreezeOrder memory order = _orderFor(modelId, SEVERITY, 0);
            order.versionId = keccak256(abi.encode(i));
            vm.recordLogs();
            if (_freeze(order)) records[i] = _lastRecord();
        }
        uint256 frozen = 6_000 * UNIT - _heldBy(modelId);
        _isTrue(frozen <= 600 * UNIT && frozen >= 600 * UNIT - 5, "a tenth, all versions together");
        vm.warp(block.timestamp + 7 days);
        for (uint256 i; i < 5; ++i) {
            if (records[i].frozenAt == 0) continue;
            vault.release(records[i]);
            (bool again, ) = address(vault).call(abi.encodeCall(IAssayVault.release, (records[i])));
            _isTrue(!again, "once");
        }
        _same(_stake(modelId).openFreezes, 0, "none is left");
        _same(token.balanceOf(address(vault)), _heldBy(modelId) + vault.commonsFund(), "held");
        _same((vault.commonsFund() - commons) * 2, frozen, "half of it");
    }

    /// @dev A large donation raises what can be frozen in a day by the bucket's share of it, and is lost.
    function test_Attack_DonationToWidenTheBucket() public {
        address attacker = address(0xBAD);
        _fund(attacker);
        uint256 large = _register();
        _setLane(large, 1);
        _bond(large, 5e6 * UNIT);
        FreezeRecord memory first = _failingResult(large, 10_000, 4);
        _isTrue(first.waiting > 0, "the bucket is full");
        vm.prank(attacker);
        token.transfer(address(vault), 1e6 * UNIT);
        vm.recordLogs();
        vault.freezeWaiting(first);
        FreezeRecord memory more = _lastRecord();
        _same(_sum(more) - _sum(first), 5e4 * UNIT, "5 % of the donation");
        _same(token.balanceOf(attacker), 9e6 * UNIT, "which is gone");
    }

    function _requestWholeBond() private returns (uint256 bonded) {
        bonded = _stake(modelId).bond;
        _setLane(modelId, 0);
        _requestBond(modelId, bonded);
        _setLane(modelId, 1);
    }

    function _withdrawBond(address account) private returns (uint256) {
        vm.prank(account);
        return vault.withdrawBond(modelId, account);
    }
}

/// @notice Losses as heavy as any standards allow.
contract DrainTest is VaultFixture {
    function _standards() internal pure override returns (Policy memory policy) {
        policy = _policy();
        (policy.lossBaseBps, policy.lossCapBps, policy.lossEpoch, policy.freezeWindow) = (
            3_000,
            3_000,
            uint32(EPOCH),
            uint32(2 * EPOCH)
        );
        (policy.bucketBps, policy.bucketPeriod) = (3_000, uint32(EPOCH));
    }

    /// @dev Every other day: deposits stay fair, and the last one leaves with what is left.
    function testFuzz_Attack_DrainedPool(uint96 delegated, uint96 late, uint104 out, uint8 rounds) public {
        uint256 modelId = _standardModel();
        _widenBucket();
        uint256 commons = vault.commonsFund();
        uint256 shares = _delegate(delegator, modelId, _within(delegated, 1, 1e6 * UNIT));
        _request(delegator, modelId, _within(out, 1, shares));
        for (uint256 i; i < 1 + (rounds % 24); ++i) {
            FreezeRecord memory frozen = _failingResult(modelId, 10_000, 0);
            vm.warp(block.timestamp + 2 * EPOCH);
            if (frozen.frozenAt != 0) vault.release(frozen);
        }
        uint256 assets = _within(late, 1, 100 * UNIT);
        address newcomer = address(0x1A7E);
        _fund(newcomer);
        vm.prank(newcomer);
        (bool joined, ) = address(vault).call(abi.encodeCall(IAssayVault.delegate, (modelId, assets)));
        if (joined) {
            uint256 back = _leave(newcomer, modelId);
            // A share of a drained pool is worth far less than a unit, so what rounding takes is a unit in either pool.
            _isTrue(back <= assets && assets - back <= 2, "a newcomer pays nothing for losses before");
        }
        _leave(delegator, modelId);
        ModelStake memory stake = _stake(modelId);
        _same(stake.shares + stake.unbondingShares, 0, "everybody left");
        _isTrue(stake.delegated + stake.unbondingAssets <= 4, "and took everything along");
        _isTrue(vault.commonsFund() >= commons, "the commons gained");
        _same(token.balanceOf(address(vault)), _heldBy(modelId) + vault.commonsFund(), "held");
    }

    /// @dev With nothing, if that is what is left.
    function _leave(address account, uint256 modelId) private returns (uint256 assets) {
        uint256 shares = vault.balanceOf(account, modelId);
        if (shares != 0) _request(account, modelId, shares);
        vm.warp(block.timestamp + UNBONDING);
        if (_position(modelId, account).unbondingShares != 0) assets = _withdraw(account, modelId);
    }
}
