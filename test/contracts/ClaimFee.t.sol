// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssay } from "../../contracts/interfaces/IAssay.sol";
import { IAssayVault } from "../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

/// @notice An evaluator's fee for a round that it took part in.
contract ClaimFeeTest is AssayFixture {
    uint256 private constant FEE = 100 * UNIT;
    /// @dev A fifth of 64 slots, rounded up, at a unit each.
    uint256 private constant LOTTERY = 13 * UNIT;

    address private payee = address(0xFEE);
    uint256 private modelId;
    uint256 private roundId;
    /// @dev At place 0 of the committee.
    uint256 private seatId;

    /// @dev More than the lottery puts into the fund.
    function _standards() internal pure override returns (Policy memory policy) {
        policy = _policy();
        (policy.evaluationFee, policy.disputeDeposit) = (uint96(FEE), uint96(15 * FEE));
    }

    function setUp() public override {
        super.setUp();
        (modelId, ) = _standardModel();
        roundId = _measure(modelId, DIGEST, _good());
        seatId = _lowestSeat(_committee(roundId));
        board.transferSeat(seatId, payee);
    }

    function test_ClaimFee() public {
        vault.prepay(modelId, 300);
        vm.warp(assay.closesAt(roundId));
        vm.expectEmit(true, true, true, true, address(vault));
        emit IAssayVault.FeeClaimed(roundId, seatId, payee, FEE);
        _same(vault.claimFee(roundId, 0), FEE, "fee");
        _same(token.balanceOf(payee), FEE, "to the seat's owner");
        _same(vault.evaluationFund(), 200 * UNIT + LOTTERY, "fund");
        _expect(abi.encodeWithSelector(IAssay.NothingToCollect.selector, roundId, 0));
        vault.claimFee(roundId, 0);
    }

    function test_ClaimFee_AtEveryPlace() public {
        vault.prepay(modelId, 700);
        vm.warp(assay.closesAt(roundId));
        uint256 committee = _committee(roundId);
        for (uint256 place; committee != 0; ++place) {
            uint256 member = _lowestSeat(committee);
            vm.expectEmit(true, true, true, true, address(vault));
            emit IAssayVault.FeeClaimed(roundId, member, board.seat(member).owner, FEE);
            vault.claimFee(roundId, place);
            _expect(abi.encodeWithSelector(IAssay.NothingToCollect.selector, roundId, place));
            vault.claimFee(roundId, place);
            committee &= committee - 1;
        }
        _same(assay.round(roundId).participated, 0, "all of them");
    }

    /// @dev A key that has been rotated out still says whose work it was.
    function test_ClaimFee_OfAnEarlierKey() public {
        vault.prepay(modelId, 300);
        bytes memory proof = _proof(KEY + SEATS, seatId);
        vm.prank(payee);
        board.rotateSigner(seatId, vm.addr(KEY + SEATS), proof);
        vm.warp(assay.closesAt(roundId));
        vault.claimFee(roundId, 0);
        _same(token.balanceOf(payee), FEE, "received");
    }

    function test_RevertWhen_FundTooSmall() public {
        vm.warp(assay.closesAt(roundId));
        _expect(abi.encodeWithSelector(IAssayVault.FundTooSmall.selector, FEE, LOTTERY));
        vault.claimFee(roundId, 0);
        vault.prepay(modelId, 87);
        _same(vault.claimFee(roundId, 0), FEE, "nothing was lost");
        _same(vault.evaluationFund(), 0, "the fund's last unit is paid out");
    }

    function test_RevertWhen_RoundNotClosed() public {
        uint256 closes = assay.closesAt(roundId);
        vm.warp(closes - 1);
        _expect(abi.encodeWithSelector(IAssay.RoundNotClosed.selector, closes, closes - 1));
        vault.claimFee(roundId, 0);
    }
}
