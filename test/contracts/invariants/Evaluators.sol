// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Round } from "../../../contracts/interfaces/IAssay.sol";
import { SeatBond } from "../../../contracts/interfaces/IAssayVault.sol";
import { DataCode } from "../../../contracts/libraries/DataCode.sol";
import { vm } from "../Vm.sol";
import { System } from "./System.sol";

/// @title Evaluators: seats, their bonds, keys and fees
/// @dev All seats are this contract's.
abstract contract Evaluators is System {
    function bondSeat(uint256 which, uint256 assets) external step(NOBODY) {
        vault.bondSeat(_seat(which), _within(assets, 1, SEAT_BOND));
        _done();
    }

    function requestSeat(uint256 which, uint256 assets) external step(NOBODY) {
        uint256 seatId = _seat(which);
        uint256 keep = board.seat(seatId).leftAt == 0 ? _policyInForce().evaluatorBondMin : 0;
        uint256 available = vault.seatBond(seatId);
        if (available <= keep) return;
        vault.requestSeatUnbond(seatId, _within(assets, 1, available - keep));
        _done();
    }

    function withdrawSeat(uint256 which, uint256 chance) external step(NOBODY) {
        SeatBond memory bond = vault.seatBondOf(_seat(which));
        if (bond.unbonding == 0) return;
        _mayWaitUntil(bond.unlocksAt, chance);
        if (_withdrawSeat(_seat(which))) _done();
    }

    function _withdrawSeat(uint256 seatId) internal returns (bool) {
        SeatBond memory bond = vault.seatBondOf(seatId);
        if (bond.unbonding == 0 || block.timestamp < bond.unlocksAt) return false;
        vault.withdrawSeatBond(seatId, address(this));
        return true;
    }

    // ---------------------------------------------------------------- seats
    function takeSeat() external step(NOBODY) {
        if (board.seatCount() == SEATS_MAX) return;
        vault.bondSeat(board.addSeat(address(this), vm.addr(_newKey()), LINK), SEAT_BOND);
        _done();
    }

    function rotateKey(uint256 which) external step(NOBODY) {
        uint256 seatId = _seat(which);
        if (board.seat(seatId).leftAt != 0) return;
        uint256 key = _newKey();
        board.rotateSigner(seatId, vm.addr(key), _proof(key, seatId));
        _done();
    }

    /// @dev Rarely: who has left does not come back.
    function leaveSeat(uint256 which, uint256 chance) external step(NOBODY) {
        if (chance % 4 == 0 && _leaveSeat(_seat(which))) _done();
    }

    function _leaveSeat(uint256 seatId) internal returns (bool) {
        if (board.seat(seatId).leftAt != 0) return false;
        board.leaveSeat(seatId);
        return true;
    }

    function _newKey() private returns (uint256 key) {
        key = KEY + _nextKey++;
        _keyOf[vm.addr(key)] = key;
    }

    // ---------------------------------------------------------------- fees
    /// @dev All fees of a round, as far as the fund pays for them.
    function claimFees(uint256 which, uint256 chance) external step(NOBODY) {
        if (_rounds.length == 0) return;
        uint256 roundId = _rounds[which % _rounds.length];
        _mayWaitUntil(assay.closesAt(roundId), chance);
        if (block.timestamp < assay.closesAt(roundId)) return;
        Round memory closed = assay.round(roundId);
        if (closed.participated == 0) return;
        uint256 fee = DataCode.readPolicy(closed.policyPointer).evaluationFee;
        for (uint256 left = closed.participated; left != 0; left &= left - 1) {
            if (vault.evaluationFund() < fee) return;
            vault.claimFee(roundId, _lowestSeat(left));
            _done();
        }
    }

    function _seat(uint256 which) internal view returns (uint256) {
        return which % board.seatCount();
    }
}
