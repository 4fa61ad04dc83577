// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { FreezeRecord, IAssayVault, ModelStake } from "../../contracts/interfaces/IAssayVault.sol";
import { VaultFixture } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Freezes under dispute: contested, given back, or confirmed.
contract DisputeTest is VaultFixture {
    uint256 private modelId;

    function setUp() public override {
        super.setUp();
        modelId = _standardModel();
        uint256 shares = _delegate(delegator, modelId, 4_000 * UNIT);
        _request(delegator, modelId, shares / 4);
        _widenBucket();
    }

    function _contest(FreezeRecord memory frozen) private returns (FreezeRecord memory contested) {
        vm.recordLogs();
        vm.prank(court);
        vault.contest(frozen);
        contested = _lastRecord();
    }

    // ---------------------------------------------------------------- contest
    function test_Contest() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        ModelStake memory stake = _stake(modelId);
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _words(stake);
        frozen.contested = true;
        bytes32 hash = keccak256(abi.encode(frozen));
        _expectVaultEvent();
        emit IAssayVault.FreezeChanged(
            modelId,
            frozen.versionId,
            frozen.roundId,
            frozen,
            bondWord,
            poolWord,
            lossWord,
            stake.lossInEpoch
        );
        frozen.contested = false;
        vm.prank(court);
        vault.contest(frozen);
        _same(vault.freezeHashOf(frozen.versionId, frozen.roundId), hash, "hash");
        _sameStake(_stake(modelId), stake, "stake");
    }

    function test_RevertWhen_ReleaseContested() public {
        FreezeRecord memory frozen = _contest(_failingResult(modelId));
        vm.warp(frozen.releasableAt + 365 days);
        _expect(abi.encodeWithSelector(IAssayVault.FreezeContested.selector, frozen.versionId, frozen.roundId));
        vault.release(frozen);
    }

    function test_RevertWhen_ContestedTwice() public {
        FreezeRecord memory frozen = _contest(_failingResult(modelId));
        _expect(abi.encodeWithSelector(IAssayVault.FreezeContested.selector, frozen.versionId, frozen.roundId));
        vm.prank(court);
        vault.contest(frozen);
    }

    function test_RevertWhen_NotTheCourt() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        _expect(_notAuthorized(address(this), court));
        vault.contest(frozen);
        _expect(_notAuthorized(address(this), court));
        vault.resolve(frozen, true);
    }

    function test_RevertWhen_ResolvedTwice() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        _resolve(frozen, true);
        _expect(
            abi.encodeWithSelector(
                IAssayVault.UnknownFreeze.selector,
                frozen.versionId,
                frozen.roundId,
                keccak256(abi.encode(frozen))
            )
        );
        _resolve(frozen, true);
    }

    // ---------------------------------------------------------------- confirmed
    function test_Resolve_Confirmed() public {
        FreezeRecord memory frozen = _contest(_failingResult(modelId));
        vm.warp(frozen.releasableAt);
        _resolve(frozen, false);
        frozen.contested = false;
        vault.release(frozen);
        _same(_stake(modelId).openFreezes, 0, "released");
    }

    // ---------------------------------------------------------------- restored
    /// @dev Every field but the hold, which is over because nothing is unresolved.
    function test_Resolve_RestoresExactly() public {
        ModelStake memory before = _stake(modelId);
        FreezeRecord memory frozen = _contest(_failingResult(modelId));
        vm.warp(block.timestamp + 3 days);
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _words(_restored(before));
        _expectVaultEvent();
        emit IAssayVault.FreezeRestored(
            modelId,
            frozen.versionId,
            frozen.roundId,
            frozen.fromBond,
            frozen.fromDelegations,
            frozen.fromUnbonding,
            bondWord,
            poolWord,
            lossWord,
            0
        );
        _resolve(frozen, true);
        _sameStake(_stake(modelId), _restored(before), "stake");
        _same(vault.freezeHashOf(frozen.versionId, frozen.roundId), 0, "freeze");
    }

    function _restored(ModelStake memory before) private view returns (ModelStake memory) {
        before.heldUntil = _stake(modelId).heldUntil;
        return before;
    }

    /// @dev The share price too, whatever was frozen how often, in whatever order it is given back.
    function testFuzz_Resolve_RestoresSharePrices(uint96 bonded, uint96 delegated, uint104 out, bool backwards) public {
        _bond(modelId, _within(bonded, 1, 1e6 * UNIT));
        uint256 shares = _delegate(delegator, modelId, _within(delegated, 1, 1e6 * UNIT));
        _request(delegator, modelId, _within(out, 1, shares));
        ModelStake memory before = _stake(modelId);
        FreezeRecord memory first = _failingResult(modelId, 2_000, 0);
        _nextEpoch();
        FreezeRecord memory second = _failingResult(modelId, 5_000, 1);
        _resolve(backwards ? second : first, true);
        _resolve(backwards ? first : second, true);
        _sameStake(_stake(modelId), _restored(before), "stake");
    }

    /// @dev In another loss epoch what was lost before is no longer counted, so nothing is taken off.
    function test_Resolve_InAnotherLossEpoch() public {
        FreezeRecord memory first = _contest(_failingResult(modelId));
        vm.warp(block.timestamp + 8 days);
        _failingResult(modelId);
        uint256 lost = _stake(modelId).lossInEpoch;
        _resolve(first, true);
        _same(_stake(modelId).lossInEpoch, lost, "lost in this epoch");
    }

    /// @dev Whoever starts unbonding during the dispute is given back the same as whoever stays.
    function test_Resolve_FollowsWhoMoved() public {
        address mover = address(0x30FE);
        _fund(mover);
        _delegate(mover, modelId, 1_000 * UNIT);
        FreezeRecord memory frozen = _contest(_failingResult(modelId));
        _request(mover, modelId, vault.balanceOf(mover, modelId));
        _resolve(frozen, true);
        _isTrue(1_000 * UNIT - _worth(mover, modelId) <= 2, "the one who moved");
        _isTrue(4_000 * UNIT - _worth(delegator, modelId) <= 3, "and those who did not");
        _same(_stake(modelId).bond, 2_000 * UNIT, "bond");
    }

    function test_Resolve_EverybodyMoved() public {
        FreezeRecord memory frozen = _contest(_failingResult(modelId));
        _request(delegator, modelId, vault.balanceOf(delegator, modelId));
        _resolve(frozen, true);
        _isTrue(4_000 * UNIT - _worth(delegator, modelId) <= 2, "all of it");
        _same(_stake(modelId).delegated, 0, "nothing is left without shares");
    }

    /// @dev Who left after the hold has left that behind: it goes to the bond.
    function test_Resolve_EverybodyLeft() public {
        FreezeRecord memory frozen = _contest(_failingResult(modelId));
        _request(delegator, modelId, vault.balanceOf(delegator, modelId));
        vm.warp(_stake(modelId).heldUntil);
        _withdraw(delegator, modelId);
        uint256 bonded = _stake(modelId).bond;
        _resolve(frozen, true);
        _same(_stake(modelId).bond, bonded + _sum(frozen), "bond");
    }

    /// @dev A few shares left behind do not get what thousands left: a pool whose shares are dear is one nobody can join.
    function test_Attack_DustInTheUnbondingPool() public {
        address dust = address(0xD057);
        _fund(dust);
        _delegate(dust, modelId, 1);
        FreezeRecord memory frozen = _contest(_failingResult(modelId));
        _request(dust, modelId, vault.balanceOf(dust, modelId));
        _request(delegator, modelId, vault.balanceOf(delegator, modelId));
        vm.warp(_stake(modelId).heldUntil);
        _withdraw(delegator, modelId);
        uint256 dustShares = _stake(modelId).unbondingShares;
        _resolve(frozen, true);
        ModelStake memory stake = _stake(modelId);
        _isTrue(stake.unbondingAssets <= dustShares, "a unit a share");
        uint256 shares = _delegate(delegator, modelId, 10 * UNIT);
        _request(delegator, modelId, shares);
        _isTrue(10 * UNIT - _worth(delegator, modelId) <= 3, "others lose a unit to rounding");
    }

    /// @dev A pause keeps nobody from getting back what is theirs.
    function test_Resolve_DuringAPause() public {
        FreezeRecord memory frozen = _failingResult(modelId);
        board.setGuardian(address(this));
        board.pause();
        _resolve(frozen, true);
        _same(_heldBy(modelId), 6_000 * UNIT, "all is back");
    }

    // ---------------------------------------------------------------- deposits
    function test_Deposit_ComesBack() public {
        uint256 before = token.balanceOf(delegator);
        _expectVaultEvent();
        emit IAssayVault.DepositTaken(delegator, 500 * UNIT);
        vm.prank(court);
        vault.takeDeposit(delegator, 500 * UNIT);
        _same(vault.depositsHeld(), 500 * UNIT, "held");
        _expectVaultEvent();
        emit IAssayVault.DepositSettled(delegator, 500 * UNIT, 0, 0);
        vm.prank(court);
        vault.settleDeposit(delegator, 500 * UNIT);
        _same(vault.depositsHeld(), 0, "none");
        _same(token.balanceOf(delegator), before, "back");
    }

    function test_Deposit_Forfeited() public {
        vm.prank(court);
        vault.takeDeposit(delegator, 501);
        uint256 commons = vault.commonsFund();
        _expectVaultEvent();
        emit IAssayVault.DepositSettled(address(0), 501, 250, 251);
        vm.prank(court);
        vault.settleDeposit(address(0), 501);
        _same(vault.commonsFund() - commons, 251, "commons");
        _same(token.balanceOf(BURNT), 250, "burnt");
    }

    function test_Deposit_OfNothing() public {
        vm.prank(court);
        vault.takeDeposit(delegator, 0);
        vm.prank(court);
        vault.settleDeposit(delegator, 0);
        _same(vault.depositsHeld(), 0, "none");
    }

    function test_RevertWhen_DepositNotByTheCourt() public {
        _expect(_notAuthorized(address(this), court));
        vault.takeDeposit(delegator, 1);
        _expect(_notAuthorized(address(this), court));
        vault.settleDeposit(delegator, 1);
    }

    /// @dev To the last unit of every side.
    function test_Restore_SingleUnits() public {
        uint256 small = _register();
        _setLane(small, 1);
        _bond(small, 10);
        uint256 shares = _delegate(delegator, small, 60);
        _request(delegator, small, shares / 2);
        ModelStake memory before = _stake(small);
        FreezeRecord memory frozen = _failingResult(small, 10_000, 0);
        _isTrue(frozen.fromBond == 1 && frozen.fromDelegations == 1 && frozen.fromUnbonding == 1, "a unit each");
        _resolve(frozen, true);
        ModelStake memory restored = _stake(small);
        _same(restored.bond, before.bond, "bond");
        _same(restored.delegated, before.delegated, "delegations");
        _same(restored.unbondingAssets, before.unbondingAssets, "unbonding");
    }
}
