// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IAssayVault, SeatBond } from "../../contracts/interfaces/IAssayVault.sol";
import { IPolicyBoard, Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { VaultFixture } from "./VaultFixture.sol";
import { vm } from "./Vm.sol";

/// @notice An evaluator's bond on the way in and out, slashed, and its fees.
contract SeatBondTest is VaultFixture {
    uint256 private constant BOND_MIN = 10_000 * UNIT;
    uint256 private constant EXIT = UNBONDING + 21 days;
    address private constant EVALUATOR = address(0xE7A1);

    uint256 private seatId;

    function setUp() public override {
        super.setUp();
        board.addSeat(address(this), vm.addr(KEY), LINK);
        seatId = board.addSeat(EVALUATOR, vm.addr(KEY + 1), LINK);
        _fund(EVALUATOR);
    }

    function _bondSeat(uint256 assets) private {
        vm.prank(EVALUATOR);
        vault.bondSeat(seatId, assets);
    }

    function _requestSeat(uint256 assets) private {
        vm.prank(EVALUATOR);
        vault.requestSeatUnbond(seatId, assets);
    }

    function _leave() private {
        vm.prank(EVALUATOR);
        board.leaveSeat(seatId);
    }

    /// @dev Keys of the list a round would be held with.
    function _sealed() private returns (uint256) {
        (, , address pointer) = board.sealSeats();
        return pointer == address(0) ? 0 : (pointer.code.length - 1) / 20;
    }

    // ---------------------------------------------------------------- bond
    function test_BondSeat() public {
        _same(_sealed(), 0, "nobody has a bond");
        SeatBond memory expected = SeatBond({ assets: uint96(BOND_MIN), unbonding: 0, unlocksAt: 0 });
        _expectVaultEvent();
        emit IAssayVault.SeatBonded(seatId, EVALUATOR, BOND_MIN, expected);
        _bondSeat(BOND_MIN);
        _same(vault.seatBond(seatId), BOND_MIN, "active");
        _same(vault.seatBondOf(seatId).assets, BOND_MIN, "assets");
        _same(_sealed(), 1, "counts from the next round on");
    }

    function test_BondSeat_AnyoneMayPay() public {
        vault.bondSeat(seatId, BOND_MIN);
        _same(vault.seatBond(seatId), BOND_MIN, "active");
        _expect(abi.encodeWithSelector(IAssayVault.NotSeatOwner.selector, seatId, address(this)));
        vault.requestSeatUnbond(seatId, 1);
    }

    function test_RevertWhen_BondSeatZero() public {
        _expect(abi.encodeWithSelector(IAssayVault.ZeroAmount.selector));
        vault.bondSeat(seatId, 0);
    }

    function test_RevertWhen_BondSeatTooMuch() public {
        uint256 most = type(uint96).max;
        _expect(abi.encodeWithSelector(IAssayVault.AmountTooLarge.selector, most + 1, most));
        vault.bondSeat(seatId, most + 1);
        vault.bondSeat(seatId, 1);
        _expect(abi.encodeWithSelector(SafeCast.SafeCastOverflowedUintDowncast.selector, 96, most + 1));
        vault.bondSeat(seatId, most);
    }

    function test_RevertWhen_BondSeatUnknown() public {
        _expect(abi.encodeWithSelector(IPolicyBoard.UnknownSeat.selector, 7, 2));
        vault.bondSeat(7, 1);
    }

    // ---------------------------------------------------------------- the way out
    function test_SeatUnbond() public {
        _bondSeat(BOND_MIN + 5 * UNIT);
        SeatBond memory expected = vault.seatBondOf(seatId);
        (expected.unbonding, expected.unlocksAt) = (uint96(5 * UNIT), uint40(block.timestamp + EXIT));
        _expectVaultEvent();
        emit IAssayVault.SeatUnbondRequested(seatId, 5 * UNIT, expected);
        _requestSeat(5 * UNIT);
        _same(vault.seatBond(seatId), BOND_MIN, "active");

        vm.warp(block.timestamp + EXIT + 1);
        expected = SeatBond({ assets: uint96(BOND_MIN), unbonding: 0, unlocksAt: 0 });
        _expectVaultEvent();
        emit IAssayVault.SeatBondWithdrawn(seatId, stranger, 5 * UNIT, expected);
        vm.prank(EVALUATOR);
        _same(vault.withdrawSeatBond(seatId, stranger), 5 * UNIT, "assets");
        _same(token.balanceOf(stranger), 5 * UNIT, "received");
    }

    function test_SeatUnbond_AddsUp() public {
        _bondSeat(BOND_MIN + 5 * UNIT);
        _requestSeat(2 * UNIT);
        _requestSeat(UNIT);
        _same(vault.seatBondOf(seatId).unbonding, 3 * UNIT, "unbonding");
        _same(vault.seatBond(seatId), BOND_MIN + 2 * UNIT, "active");
    }

    function test_RevertWhen_SeatBondNeeded() public {
        _bondSeat(BOND_MIN);
        _expect(abi.encodeWithSelector(IAssayVault.SeatBondNeeded.selector, BOND_MIN - 1, BOND_MIN));
        _requestSeat(1);
    }

    function test_SeatUnbond_AllAfterLeaving() public {
        _bondSeat(BOND_MIN);
        _leave();
        vm.warp(block.timestamp + 1 days);
        _requestSeat(BOND_MIN);
        uint256 unlocksAt = block.timestamp + EXIT;
        vm.warp(unlocksAt - 1);
        _expect(abi.encodeWithSelector(IAssayVault.StillUnbonding.selector, unlocksAt, unlocksAt - 1));
        vm.prank(EVALUATOR);
        vault.withdrawSeatBond(seatId, EVALUATOR);
        vm.warp(unlocksAt);
        vm.prank(EVALUATOR);
        _same(vault.withdrawSeatBond(seatId, EVALUATOR), BOND_MIN, "all of it");
    }

    function test_RevertWhen_SeatUnbondZero() public {
        _expect(abi.encodeWithSelector(IAssayVault.ZeroAmount.selector));
        _requestSeat(0);
    }

    function test_RevertWhen_SeatBondInsufficient() public {
        _bondSeat(BOND_MIN);
        _leave();
        _requestSeat(1);
        _expect(abi.encodeWithSelector(IAssayVault.InsufficientBond.selector, BOND_MIN, BOND_MIN - 1));
        _requestSeat(BOND_MIN);
    }

    function test_RevertWhen_NoSeatBondUnbonding() public {
        _bondSeat(BOND_MIN);
        _expect(abi.encodeWithSelector(IAssayVault.NothingUnbonding.selector));
        vm.prank(EVALUATOR);
        vault.withdrawSeatBond(seatId, EVALUATOR);
    }

    function test_RevertWhen_SeatReceiverInvalid() public {
        _expect(abi.encodeWithSelector(IAssayVault.InvalidReceiver.selector, address(0)));
        vm.prank(EVALUATOR);
        vault.withdrawSeatBond(seatId, address(0));
    }

    function test_RevertWhen_WithdrawSeatBondNotOwner() public {
        _expect(abi.encodeWithSelector(IAssayVault.NotSeatOwner.selector, seatId, address(this)));
        vault.withdrawSeatBond(seatId, address(this));
    }

    // ---------------------------------------------------------------- slash
    function test_SlashSeat() public {
        _bondSeat(BOND_MIN + 3);
        _requestSeat(1);
        _sealed();
        uint256 assets = (BOND_MIN + 3) / 2;
        SeatBond memory expected = vault.seatBondOf(seatId);
        expected.assets -= uint96(assets);
        _expectVaultEvent();
        emit IAssayVault.SeatSlashed(seatId, assets / 2, assets - assets / 2, expected);
        vm.prank(court);
        _same(vault.slashSeat(seatId, 5_000), assets, "half");
        _same(token.balanceOf(BURNT), assets / 2, "burnt");
        _same(vault.commonsFund(), assets - assets / 2, "commons");
        _same(_sealed(), 0, "below the smallest bond");
    }

    function test_SlashSeat_UnbondingPartIsLastToGo() public {
        _bondSeat(BOND_MIN);
        _leave();
        _requestSeat(BOND_MIN);
        vm.prank(court);
        vault.slashSeat(seatId, 10_000);
        SeatBond memory left = vault.seatBondOf(seatId);
        _same(left.assets + left.unbonding, 0, "all of it");
        vm.prank(court);
        _same(vault.slashSeat(seatId, 10_000), 0, "nothing left is no error");
    }

    function test_RevertWhen_SlashNotTheCourt() public {
        _expect(_notAuthorized(address(this), court));
        vault.slashSeat(seatId, 1);
    }

    function test_RevertWhen_SlashTooMuch() public {
        _expect(abi.encodeWithSelector(IAssayVault.ParameterOutOfBounds.selector, "shareBps", 10_001, 10_000));
        vm.prank(court);
        vault.slashSeat(seatId, 10_001);
    }
}
