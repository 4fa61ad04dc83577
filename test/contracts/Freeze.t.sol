// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { FreezeOrder, FreezeRecord, IAssayVault, ModelStake } from "../../contracts/interfaces/IAssayVault.sol";
import { FreezeAmounts, FreezeLib } from "../../contracts/libraries/FreezeLib.sol";
import { VaultFixture } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

contract FreezeTest is VaultFixture {
    uint256 private modelId;

    function setUp() public override {
        super.setUp();
        modelId = _standardModel();
        uint256 shares = _delegate(delegator, modelId, 4_000 * UNIT);
        _request(delegator, modelId, shares / 4);
        _widenBucket();
    }

    function test_Freeze() public {
        ModelStake memory expected = _stake(modelId);
        FreezeOrder memory order = _orderFor(modelId, SEVERITY, 1);
        FreezeAmounts memory amounts = _amountsOf(expected, SEVERITY, 1);
        FreezeRecord memory frozen = _recordOf(order, amounts, expected.shares);
        expected.bond -= uint96(amounts.fromBond);
        expected.delegated -= uint96(amounts.fromDelegations);
        expected.unbondingAssets -= uint96(amounts.fromUnbonding);
        expected.openFreezes = 1;
        expected.heldUntil = uint40(block.timestamp + HOLD);
        expected.lossInEpoch = uint96(_sum(frozen));

        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _words(expected);
        _expectVaultEvent();
        emit IAssayVault.BucketFilled(_sum(frozen), block.timestamp);
        _expectVaultEvent();
        emit IAssayVault.StakeFrozen(
            modelId,
            order.versionId,
            order.roundId,
            frozen,
            bondWord,
            poolWord,
            lossWord,
            expected.lossInEpoch
        );
        _isTrue(_freeze(order), "frozen");

        _sameStake(_stake(modelId), expected, "stake");
        bytes32 hash = keccak256(abi.encode(frozen));
        _same(vault.freezeHashOf(order.versionId, order.roundId), hash, "hash");
        (uint256 level, uint256 updatedAt) = vault.bucket();
        _same(level, _sum(frozen), "bucket");
        _same(updatedAt, block.timestamp, "bucket's time");
    }

    function _amountsOf(
        ModelStake memory stake,
        uint256 severity,
        uint256 strikes
    ) private view returns (FreezeAmounts memory) {
        uint256 wanted = FreezeLib.lossWantedDown(stake, true, severity, strikes, _policy());
        return FreezeLib.freezeAmounts(stake, wanted, true, type(uint256).max, _policy(), block.timestamp);
    }

    function _recordOf(
        FreezeOrder memory order,
        FreezeAmounts memory amounts,
        uint256 poolShares
    ) private view returns (FreezeRecord memory) {
        return
            FreezeRecord({
                modelId: order.modelId,
                versionId: order.versionId,
                roundId: order.roundId,
                fromBond: amounts.fromBond,
                fromDelegations: amounts.fromDelegations,
                fromUnbonding: amounts.fromUnbonding,
                poolShares: poolShares,
                waiting: 0,
                frozenAt: block.timestamp,
                releasableAt: block.timestamp + 7 days,
                contested: false,
                standardLane: true,
                policyPointer: order.policyPointer
            });
    }

    /// @dev In figures: 6,000 at 5 % and the worst severity is 264.69; the bond's 2,000 weigh 6,000 against the pools' 4,000.
    function test_Freeze_BondFirst() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        uint256 loss = (6_000 * UNIT * 500 * SEVERITY) / 1e8;
        _same(_sum(frozen), loss, "loss");
        _same(frozen.fromBond, (loss * 6) / 10, "the bond carries three times its share");
        _same(frozen.fromDelegations, (loss * 3) / 10, "three quarters of the pools are active");
        _same(frozen.fromUnbonding, loss / 10, "a quarter is unbonding");
    }

    function test_Freeze_GrowsWithSeverityAndStrikes() public {
        uint256 mild = _sum(_failingResult(modelId, 1_000, 0));
        _same(mild, 30 * UNIT, "a tenth of 5 % of 6,000");
        _nextEpoch();
        uint256 held = _heldBy(modelId);
        _same(_sum(_failingResult(modelId, 1_000, 3)), (held * 5 * 5) / 2_000, "half as much again per strike");
    }

    /// @dev Whatever committees say, no more than the cap is lost in a loss epoch.
    function test_Freeze_CappedPerLossEpoch() public {
        uint256 held = _heldBy(modelId);
        for (uint256 i; i < 5; ++i) {
            _failingResult(modelId);
            _nextEpoch();
        }
        ModelStake memory stake = _stake(modelId);
        _same(_heldBy(modelId), held - stake.lossInEpoch, "frozen is gone from the stake");
        _isTrue(stake.lossInEpoch <= held / 10, "at most a tenth");
        _isTrue(stake.lossInEpoch >= held / 10 - 2, "and all of that");
        _isTrue(stake.openFreezes < 5, "nothing left to freeze opens no freeze");

        vm.warp(stake.lossEpochStart + 7 days);
        uint256 start = block.timestamp;
        _failingResult(modelId);
        _same(_stake(modelId).lossEpochStart, start, "another loss epoch");
        _isTrue(_stake(modelId).lossInEpoch < stake.lossInEpoch, "that starts from nothing");
    }

    /// @dev The bond alone, at most 2 % of it, delegators nothing.
    function test_Freeze_ExperimentalTerms() public {
        _setLane(modelId, 0);
        FreezeRecord memory frozen = _failingResult(modelId);
        _same(frozen.fromBond, 40 * UNIT, "2 % of the bond");
        _same(frozen.fromDelegations + frozen.fromUnbonding, 0, "delegators are exempt");
        _isTrue(!frozen.standardLane, "lane");
        _nextEpoch();
        _same(_failingResult(modelId).frozenAt, 0, "and no more of it in this loss epoch");
    }

    /// @dev The unbonding part of a bond is the last to be touched.
    function test_Freeze_UnbondingBondStaysWithinTheBond() public {
        _setLane(modelId, 0);
        _requestBond(modelId, 1_950 * UNIT);
        _setLane(modelId, 1);
        _failingResult(modelId);
        ModelStake memory stake = _stake(modelId);
        _same(stake.unbondingBond, stake.bond, "all that is left is unbonding");
        (uint256 activeBond, ) = vault.backingOf(modelId);
        _same(activeBond, 0, "active");
    }

    function test_Freeze_ASingleUnit() public {
        uint256 small = _register();
        _setLane(small, 1);
        _bond(small, 23);
        FreezeRecord memory frozen = _failingResult(small);
        _isTrue(frozen.fromBond == 1 && frozen.waiting == 0, "5 % of 23 at 88 %, rounded down");
        _same(_stake(small).bond, 22, "set aside");
        _same(_stake(small).lossInEpoch, 1, "counted");
    }

    /// @dev Without a bond the pools bear it all, the odd unit in the active one.
    function test_Freeze_ASingleUnitWithoutABond() public view {
        ModelStake memory stake;
        (stake.delegated, stake.unbondingAssets) = (100, 100);
        FreezeAmounts memory amounts = FreezeLib.freezeAmounts(stake, 1, true, 1, _policy(), block.timestamp);
        _isTrue(amounts.fromBond == 0 && amounts.fromDelegations == 1 && amounts.fromUnbonding == 0, "one unit");
    }

    /// @dev To the second: three days after the end of a hold there may be another.
    function test_Freeze_HoldsAgainAfterThePause() public {
        _failingResult(modelId);
        uint256 heldUntil = _stake(modelId).heldUntil;
        vm.warp(heldUntil + 3 days - 1);
        _failingResult(modelId);
        _same(_stake(modelId).heldUntil, heldUntil, "not yet");
        vm.warp(heldUntil + 3 days);
        FreezeOrder memory order = _orderFor(modelId, SEVERITY, 0);
        order.versionId = keccak256("another version");
        _freeze(order);
        _same(_stake(modelId).heldUntil, block.timestamp + HOLD, "held again");
    }

    function test_Freeze_WithoutStake() public {
        uint256 bare = _register();
        FreezeRecord memory frozen = _failingResult(bare);
        _same(frozen.frozenAt, 0, "nothing to freeze");
        _same(_stake(bare).openFreezes, 0, "and no freeze");
    }

    /// @dev With the bound reached an order is refused without a revert: nobody's results can be blocked by a model that fails too often.
    function test_Freeze_TooManyOpen() public {
        for (uint256 i; i < 16; ++i) {
            _isTrue(_failingResult(modelId).frozenAt != 0, "frozen");
            vm.warp(block.timestamp + 7 days);
        }
        _same(_stake(modelId).openFreezes, 16, "bound");
        _same(_failingResult(modelId).frozenAt, 0, "no more");
        _same(_stake(modelId).openFreezes, 16, "still");
    }

    function test_Freeze_OncePerVersionAndRound() public {
        FreezeOrder memory order = _orderFor(modelId, SEVERITY, 0);
        _isTrue(_freeze(order), "once");
        uint256 held = _heldBy(modelId);
        _isTrue(!_freeze(order), "not twice");
        _same(_heldBy(modelId), held, "held");
    }

    function test_RevertWhen_FreezeNotOrderedByTheRecord() public {
        FreezeOrder memory order = _orderFor(modelId, SEVERITY, 0);
        _expect(_notAuthorized(address(this), address(record)));
        vault.freeze(order);
    }

    // ---------------------------------------------------------------- release
    function test_Release() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        uint256 total = _sum(frozen);
        uint256 commons = vault.commonsFund();
        vm.warp(frozen.releasableAt);
        ModelStake memory expected = _stake(modelId);
        expected.openFreezes = 0;
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _words(expected);
        _expectVaultEvent();
        emit IAssayVault.FreezeReleased(
            modelId,
            frozen.versionId,
            frozen.roundId,
            total / 2,
            total - total / 2,
            bondWord,
            poolWord,
            lossWord
        );
        vault.release(frozen);

        _sameStake(_stake(modelId), expected, "stake");
        _same(token.balanceOf(BURNT), total / 2, "burnt");
        _same(vault.commonsFund() - commons, total - total / 2, "commons fund");
        _same(vault.freezeHashOf(frozen.versionId, frozen.roundId), 0, "freeze");
    }

    function test_RevertWhen_FreezeNotReleasable() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        vm.warp(frozen.releasableAt - 1);
        _expect(
            abi.encodeWithSelector(
                IAssayVault.FreezeNotReleasable.selector,
                frozen.releasableAt,
                frozen.releasableAt - 1
            )
        );
        vault.release(frozen);
    }

    function test_RevertWhen_FreezeUnknown() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        _release(frozen);
        _expectUnknown(frozen);
        vault.release(frozen);
    }

    /// @dev Only the record that is kept counts, to the last field.
    function testFuzz_RevertWhen_FreezeShownIsAnother(uint8 field, uint128 change) public {
        FreezeRecord memory frozen = _failingResult(modelId);
        vm.warp(frozen.releasableAt);
        uint256 delta = uint256(change) + 1;
        bytes memory encoded = abi.encode(frozen);
        // Words of amounts and times; the flags and the pointer are no numbers that a change would leave decodable.
        uint256 word = 3 + (field % 7);
        assembly ("memory-safe") {
            let slot := add(add(encoded, 0x20), mul(word, 0x20))
            mstore(slot, add(mload(slot), delta))
        }
        FreezeRecord memory other = abi.decode(encoded, (FreezeRecord));
        (bool done, ) = address(vault).call(abi.encodeCall(vault.release, (other)));
        _isTrue(!done, "refused");
        vault.release(frozen);
    }

    /// @dev The window is that of the round's policy, whatever the board says since.
    function test_Release_KeepsTheRoundsWindow() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        _same(frozen.releasableAt, block.timestamp + 7 days, "window");
    }

    function test_RevertWhen_ReleasePaused() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        vm.warp(frozen.releasableAt);
        board.setGuardian(address(this));
        board.pause();
        uint256 until = block.timestamp + 7 days;
        _expect(abi.encodeWithSelector(IAssayVault.FreezesPaused.selector, until));
        vault.release(frozen);
        vm.warp(until);
        vault.release(frozen);
    }

    /// @dev The guardian stops neither requests nor withdrawals.
    function test_Pause_NeverBlocksTheWayOut() public {
        vm.warp(block.timestamp + UNBONDING);
        board.setGuardian(address(this));
        board.pause();
        _isTrue(_withdraw(delegator, modelId) != 0, "withdrawn");
        _request(delegator, modelId, 1_000);
        _requestBond(modelId, UNIT);
    }

    function _expectUnknown(FreezeRecord memory frozen) private {
        _expect(
            abi.encodeWithSelector(
                IAssayVault.UnknownFreeze.selector,
                frozen.versionId,
                frozen.roundId,
                keccak256(abi.encode(frozen))
            )
        );
    }

    // ---------------------------------------------------------------- any severity, any stake
    function testFuzz_Freeze_ConservesTokens(
        uint96 bonded,
        uint96 delegated,
        uint104 unbonding,
        uint16 severity,
        uint8 rounds
    ) public {
        _bond(modelId, _within(bonded, 1, 4e6 * UNIT));
        uint256 shares = _delegate(delegator, modelId, _within(delegated, 1, 4e6 * UNIT));
        _request(delegator, modelId, _within(unbonding, 1, shares));
        uint256 commons = vault.commonsFund();
        uint256 frozen;
        for (uint256 i; i < 1 + (rounds % 4); ++i) {
            frozen += _sum(_failingResult(modelId, _within(severity, 1_000, 10_000), i));
            _nextEpoch();
        }
        _same(token.balanceOf(address(vault)), _heldBy(modelId) + frozen + commons, "held");
        ModelStake memory stake = _stake(modelId);
        _isTrue(stake.unbondingBond <= stake.bond, "the unbonding part is within the bond");
    }
}
