// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssayVault } from "../../contracts/interfaces/IAssayVault.sol";
import { ICourt, Outcome } from "../../contracts/interfaces/ICourt.sol";
import { DataCode } from "../../contracts/libraries/DataCode.sol";
import { CourtFixture } from "./CourtFixture.sol";
import { vm } from "./Vm.sol";

/// @notice What the members of a second committee earn.
contract ReevaluationFeeTest is CourtFixture {
    function test_ClaimFee_PaysTheSeatsOwnerOnce() external {
        vault.prepay(modelId, 100);
        uint256 disputeId = _reevaluated(_bad());
        uint256 signers = court.dispute(disputeId).committee;
        _same(court.unpaidOf(disputeId), signers, "all of them are still to be paid");
        uint256 place = _lowest(signers);
        (uint256 seatId, address payee) = _seatAt(disputeId, place);
        uint256 fee = _standards().evaluationPrice / 15;
        uint256 before = token.balanceOf(payee);
        uint256 fund = vault.evaluationFund();
        vm.expectEmit(true, true, true, true, address(vault));
        emit IAssayVault.ReevaluationFeePaid(disputeId, seatId, payee, fee);
        _same(court.claimFee(disputeId, place), fee, "a member's part of the price");
        _same(token.balanceOf(payee) - before, fee, "to the seat's owner");
        _same(fund - vault.evaluationFund(), fee, "from the evaluation fund");
        _same(court.unpaidOf(disputeId), signers ^ (1 << place), "paid");
        _expect(_reason(ICourt.NothingToPay.selector, disputeId, place));
        court.claimFee(disputeId, place);
    }

    function test_ClaimFee_EveryMemberIsPaidOnce() external {
        vault.prepay(modelId, 100);
        uint256 disputeId = _reevaluated(_bad());
        for (uint256 left = court.unpaidOf(disputeId); left != 0; left &= left - 1) {
            _same(court.unpaidOf(disputeId), left, "still to be paid");
            court.claimFee(disputeId, _lowest(left));
        }
        _same(court.unpaidOf(disputeId), 0, "all paid");
    }

    /// @dev No member gains by what the committee says: what confirms a failure earns no more than what overturns it.
    function test_ClaimFee_IsTheSameWhateverTheVerdict() external {
        vault.prepay(modelId, 100);
        uint256 snapshot = vm.snapshotState();
        for (uint256 good; good < 2; ++good) {
            uint256 disputeId = _reevaluated(good == 1 ? _good() : _bad());
            Outcome verdict = court.dispute(disputeId).verdict;
            _isTrue(verdict == (good == 1 ? Outcome.Overturned : Outcome.Confirmed), "verdict");
            uint256 place = _lowest(court.dispute(disputeId).committee);
            _same(court.claimFee(disputeId, place), _standards().evaluationPrice / 15, "fee");
            _isTrue(vm.revertToState(snapshot), "once more");
        }
    }

    function test_RevertWhen_NotASigner() external {
        vault.prepay(modelId, 100);
        _fail();
        uint256 disputeId = _appeal();
        uint256 place = _lowest(_draw(disputeId));
        _expect(_reason(ICourt.NothingToPay.selector, disputeId, place));
        court.claimFee(disputeId, place);
        _reevaluate(disputeId, _bad());
        _expect(_reason(ICourt.NothingToPay.selector, disputeId, 255));
        court.claimFee(disputeId, 255);
        _expect(_reason(ICourt.NothingToPay.selector, disputeId, 256 + place));
        court.claimFee(disputeId, 256 + place);
    }

    /// @dev A member of the committee whose signature is not among those that were posted.
    function test_RevertWhen_AMemberDidNotSign() external {
        vault.prepay(modelId, 100);
        _fail();
        uint256 disputeId = _appeal();
        uint256 committee = _draw(disputeId);
        uint256 silent = _lowest(committee);
        uint256 signers = committee ^ (1 << silent);
        bytes32 digest = court.reevaluationDigest(disputeId, _bad(), bytes32("reports"));
        court.postReevaluation(disputeId, _bad(), bytes32("reports"), signers, _signatures(digest, signers));
        _expect(_reason(ICourt.NothingToPay.selector, disputeId, silent));
        court.claimFee(disputeId, silent);
        _isTrue(court.claimFee(disputeId, _lowest(signers)) != 0, "who signed is paid");
    }

    function test_RevertWhen_SomebodyElseOrdersAPayment() external {
        _expect(abi.encodeWithSelector(IAssayVault.NotAuthorized.selector, address(this), address(court)));
        vault.payReevaluation(1, address(this), 1);
    }

    function _seatAt(uint256 disputeId, uint256 place) private view returns (uint256 seatId, address owner) {
        address signer = DataCode.addressAt(DataCode.read(court.dispute(disputeId).seatsPointer), place);
        seatId = board.seatOfSigner(signer) - 1;
        owner = board.seat(seatId).owner;
    }
}
