// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { DataCode } from "../../../contracts/libraries/DataCode.sol";
import { FreezeOrder, FreezeRecord } from "../../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../../contracts/interfaces/IPolicyBoard.sol";
import { PolicyBounds } from "../../../contracts/libraries/PolicyBounds.sol";
import { VaultFixture } from "../VaultFixture.sol";
import { vm } from "../Vm.sol";

/// @notice Attacks on stake: on the price of shares, on freezes, and on the way out.
contract StakeAttackTest is VaultFixture {
    address private constant ATTACKER = address(0xBAD);
    uint256 private modelId;

    function setUp() public override {
        super.setUp();
        modelId = _standardModel();
        _widenBucket();
        _fund(ATTACKER);
    }

    // ---------------------------------------------------------------- pools
    /// @dev Somebody leaves a unit in the unbonding pool before every freeze, so that rounding drains it each time and its shares are worth less and less.
    /// Whoever has much to move there must still find room among 104 bits of shares.
    function test_DustInTheUnbondingPoolTrapsNobody() public {
        uint256 shares = _delegate(delegator, modelId, 1e6 * UNIT);
        _delegate(ATTACKER, modelId, 1_000);
        FreezeRecord[] memory open = new FreezeRecord[](24);
        for (uint256 i; i < open.length; ++i) {
            _nextEpoch();
            _request(ATTACKER, modelId, 1_100);
            open[i] = _failingResult(modelId, 1_000, 0);
            _isTrue(_sum(open[i]) != 0, "frozen");
            if (i >= 7) vault.release(open[i - 7]);
        }
        _request(delegator, modelId, shares);
        vm.warp(block.timestamp + UNBONDING + HOLD);
        _isTrue(_withdraw(delegator, modelId) > (88 * 1e6 * UNIT) / 100, "all but 24 losses of half a percent");
    }

    /// @dev While a freeze is disputed people move to the unbonding pool or stay: giving the stake back gives each what it was taken.
    function testFuzz_ARestoreRewardsNobodyForBeingInTheRightPool(
        uint256 first,
        uint256 second,
        uint256 movedBefore,
        uint256 movedAfter
    ) public {
        uint256 mine = _delegate(ATTACKER, modelId, _within(first, UNIT, 1e6 * UNIT));
        uint256 others = _delegate(delegator, modelId, _within(second, UNIT, 1e6 * UNIT));
        _request(delegator, modelId, _within(movedBefore, 1, others));
        uint256 mineBefore = _worth(ATTACKER, modelId);
        uint256 othersBefore = _worth(delegator, modelId);
        FreezeRecord memory frozen = _failingResult(modelId);
        _isTrue(_worth(ATTACKER, modelId) < mineBefore, "frozen");
        _request(ATTACKER, modelId, _within(movedAfter, 1, mine));
        _resolve(frozen, true);
        // The odd units of two divisions and two pools.
        _isTrue(_worth(ATTACKER, modelId) <= mineBefore + 4, "no gain");
        _isTrue(_worth(ATTACKER, modelId) + 4 >= mineBefore, "no loss");
        _isTrue(_worth(delegator, modelId) <= othersBefore + 4, "nor for the others");
        _isTrue(_worth(delegator, modelId) + 4 >= othersBefore, "nor theirs");
    }

    /// @dev Failures on purpose that are overturned in the end. Meanwhile whoever is in the active pool pays usage fees to it, most of them to himself, and
    /// moves: fees must buy no part of what is given back to others.
    function testFuzz_FeesPaidDuringAFreezeBuyNoPartOfTheRestore(uint256 stake, uint256 fees, uint256 moved) public {
        vault.fundCommons(9e6 * UNIT);
        uint256 others = _delegate(delegator, modelId, 1e6 * UNIT);
        uint256 mine = _delegate(ATTACKER, modelId, _within(stake, 1_000 * UNIT, 1e6 * UNIT));
        _request(delegator, modelId, _within(moved, others / 2, others));
        uint256 othersBefore = _worth(delegator, modelId);
        uint256 before = _worth(ATTACKER, modelId) + _stake(modelId).bond;
        FreezeRecord memory first = _failingResult(modelId, 10_000, 2);
        vm.warp(block.timestamp + 7 days);
        FreezeRecord memory second = _failingResult(modelId, 10_000, 2);
        _isTrue(_worth(delegator, modelId) < (82 * othersBefore) / 100, "frozen");
        fees = _within(fees, UNIT, 1e6 * UNIT);
        vm.prank(ATTACKER);
        vault.pay(modelId, fees);
        vm.warp(block.timestamp + 7 days);
        _request(ATTACKER, modelId, mine);
        _resolve(first, true);
        _resolve(second, true);
        _isTrue(_worth(delegator, modelId) + 9 >= othersBefore, "nobody lost anything");
        _isTrue(_worth(ATTACKER, modelId) + _stake(modelId).bond <= before + fees, "nobody gained anything");
    }

    /// @dev While a freeze is unresolved what is unbonding earns. Whoever withdraws then, after the hold, takes along what has streamed so far: it is no gift to
    /// those who stay.
    function test_WhoWithdrawsDuringAFreezeTakesWhatHasStreamed() public {
        _delegate(owner, modelId, 1_000 * UNIT);
        _request(delegator, modelId, _delegate(delegator, modelId, 1_000 * UNIT));
        _request(ATTACKER, modelId, _delegate(ATTACKER, modelId, 1_000 * UNIT));
        _failingResult(modelId);
        vm.warp(block.timestamp + HOLD);
        vault.pay(modelId, 900 * UNIT);
        vm.warp(block.timestamp + 7 days);
        uint256 withdrawn = _withdraw(delegator, modelId);
        vault.settleFees(modelId);
        _isTrue(withdrawn + 2 >= _worth(ATTACKER, modelId), "as much as who stays");
    }

    /// @dev People join, move, pay and wait in any order, and every failure is overturned in the end: nobody has less than was put in, not even who has
    /// been on the way out all along and had no part in the fees.
    function testFuzz_WhenAllIsGivenBackNobodyHasLost(uint256 seed) public {
        if (seed % 2 == 0) vault.fundCommons(9e6 * UNIT);
        uint256 bonded = _stake(modelId).bond;
        uint256[3] memory put = [uint256(0), 0, 5e5 * UNIT];
        _request(delegator, modelId, _delegate(delegator, modelId, put[2]));
        for (uint256 i; i < 40; ++i) {
            uint256 die = uint256(keccak256(abi.encode(seed, i)));
            put[(die >> 8) % 2] += _act(
                die % 8,
                (die >> 8) % 2 == 0 ? ATTACKER : owner,
                _within(die >> 16, 1, 1e5 * UNIT)
            );
        }
        while (_open.length != 0) _giveBack(_open.length - 1);
        _isTrue(_worth(ATTACKER, modelId) + 200 >= put[0], "one");
        _isTrue(_worth(owner, modelId) + 200 >= put[1], "another");
        _isTrue(_worth(delegator, modelId) + 200 >= put[2], "who leaves");
        _isTrue(_stake(modelId).bond >= bonded, "the bond");
    }

    /// @return put What was delegated.
    function _act(uint256 kind, address who, uint256 amount) private returns (uint256 put) {
        if (kind < 2 && _stake(modelId).openFreezes == 0) {
            _delegate(who, modelId, amount);
            return amount;
        }
        if (kind == 2) {
            uint256 shares = vault.balanceOf(who, modelId);
            if (shares != 0) _request(who, modelId, _within(amount, 1, shares));
        } else if (kind == 3 || kind == 4) {
            _nextEpoch();
            FreezeRecord memory frozen = _failingResult(modelId, _within(amount, 1_000, 10_000), amount % 4);
            if (frozen.modelId != 0) _open.push(frozen);
        } else if (kind == 5) {
            vault.pay(modelId, 10 * amount);
        } else if (kind == 6) {
            vm.warp(block.timestamp + _within(amount, 1, 3 days));
        } else if (kind == 7 && _open.length != 0) {
            _step(amount % _open.length, amount % 3 == 0);
        }
    }

    FreezeRecord[] private _open;

    function _step(uint256 which, bool restore) private {
        if (restore) return _giveBack(which);
        vm.recordLogs();
        try vault.freezeWaiting(_open[which]) {
            _open[which] = _lastRecord();
        } catch {}
    }

    function _giveBack(uint256 which) private {
        _resolve(_open[which], true);
        _open[which] = _open[_open.length - 1];
        _open.pop();
    }

    /// @dev Shares can be sold while a freeze is open; who holds them when it is restored has what they are worth, no more.
    function test_SharesBoughtDuringAFreezeAreWorthTheirPart() public {
        uint256 shares = _delegate(delegator, modelId, 1_000 * UNIT);
        uint256 before = _worth(delegator, modelId);
        FreezeRecord memory frozen = _failingResult(modelId);
        vm.prank(delegator);
        vault.transfer(ATTACKER, modelId, shares / 4);
        _resolve(frozen, true);
        _isTrue(_worth(ATTACKER, modelId) <= before / 4, "a quarter");
        _isTrue(_worth(delegator, modelId) + _worth(ATTACKER, modelId) + 2 >= before, "nothing is lost");
    }

    // ---------------------------------------------------------------- freezes
    /// @dev As many small freezes as can be open: what they keep from being frozen is less than what the cap of the loss epoch would have left.
    function test_OpenFreezesAreNoShield() public {
        _delegate(delegator, modelId, 1_000 * UNIT);
        uint256 before = _heldBy(modelId);
        FreezeOrder memory order = _orderFor(modelId, 1_000, 0);
        for (uint256 i; i < 16; ++i) {
            order.versionId = keccak256(abi.encode(i));
            _isTrue(_freeze(order), "frozen");
        }
        (order.versionId, order.severityBps) = (keccak256("one more"), 10_000);
        _isTrue(!_freeze(order), "there is no room for another");
        _same(_stake(modelId).openFreezes, 16, "open");
        _isTrue(_heldBy(modelId) < before, "they cost stake");
        (, uint256 open) = vault.backingOf(modelId);
        _isTrue(open != 0, "and nobody is admitted meanwhile");
    }

    /// @dev A sacrificed model that fills the bucket only delays what another one loses.
    function test_AFilledBucketOnlyDelaysAFreeze() public {
        uint256 sacrifice = _register();
        _setLane(sacrifice, 1);
        _bond(sacrifice, 9e6 * UNIT);
        uint256 bondBefore = _stake(modelId).bond;
        for (uint256 i; i < 2; ++i) {
            FreezeOrder memory order = _orderFor(sacrifice, 10_000, 2);
            order.versionId = keccak256(abi.encode(i));
            _freeze(order);
        }
        FreezeRecord memory frozen = _failingResult(modelId);
        _same(_sum(frozen), 0, "no room");
        vm.warp(block.timestamp + 1 days);
        vm.recordLogs();
        vault.freezeWaiting(frozen);
        _same(_lastRecord().waiting, 0, "all of it, a day later");
        _isTrue(_stake(modelId).bond < bondBefore, "frozen");
    }

    /// @dev Whatever standards the bounds allow, and whatever is at stake: an order is carried out or declined, and never refuses a batch.
    function testFuzz_NoLegalPolicyMakesAFreezeRevert(
        uint256[6] memory dice,
        uint256 bonded,
        uint256 delegations,
        uint256 severity,
        uint256 strikes
    ) public {
        _bond(modelId, _within(bonded, 1, 1e6 * UNIT));
        _delegate(delegator, modelId, _within(delegations, 1, 1e7 * UNIT));
        Policy memory policy = _policy();
        policy.lossCapBps = uint32(_edge(dice[0], 0, PolicyBounds.LOSS_CAP_MAX_BPS));
        policy.lossBaseBps = uint32(_edge(dice[1], 0, policy.lossCapBps));
        policy.lossEpoch = uint32(_edge(dice[2], 1, PolicyBounds.LOSS_EPOCH_MAX));
        policy.bucketBps = uint32(_edge(dice[3], 1, PolicyBounds.LOSS_CAP_MAX_BPS));
        policy.bucketPeriod = uint32(_edge(dice[4], 1, PolicyBounds.BUCKET_PERIOD_MAX));
        policy.freezeWindow = uint32(_edge(dice[5], 1, PolicyBounds.FREEZE_WINDOW_MAX));
        PolicyBounds.check(policy);
        FreezeOrder memory order = _orderFor(modelId, _within(severity, 1_000, 10_000), _within(strikes, 0, 15));
        order.policyPointer = DataCode.write(abi.encode(policy));
        uint256 before = _heldBy(modelId);
        for (uint256 i; i < 20; ++i) {
            order.versionId = keccak256(abi.encode(i));
            _freeze(order);
            vm.warp(block.timestamp + _within(severity, 0, 2 days));
        }
        _isTrue(_heldBy(modelId) <= before, "freezes only take");
        _same(token.balanceOf(address(vault)) >= _heldBy(modelId) ? 1 : 0, 1, "solvent");
    }

    /// @dev One of the ends of a range, or something between.
    function _edge(uint256 die, uint256 lower, uint256 upper) private pure returns (uint256) {
        if (die % 4 == 0) return lower;
        if (die % 4 == 1) return upper;
        return _within(die >> 2, lower, upper);
    }
}
