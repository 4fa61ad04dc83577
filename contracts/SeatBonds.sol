// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { Treasury } from "./Treasury.sol";
import { IAssayVault, SeatBond } from "./interfaces/IAssayVault.sol";
import { Seat } from "./interfaces/IPolicyBoard.sol";
import { DataCode } from "./libraries/DataCode.sol";

/// @title SeatBonds: what evaluators answer with, and what they earn
/// @dev A seat's bond belongs to whoever owns the seat. It is lost only for what can be proven, and its fee is the same whatever the result: no evaluator
/// gains from a freeze. Whoever leaves stays liable for as long as the last dispute about its work can take.
abstract contract SeatBonds is Treasury {
    using SafeCast for uint256;

    uint256 private constant BPS = 10_000;
    /// @dev As long as a freeze can be disputed.
    uint256 private constant DISPUTE_TIME = 21 days;

    uint256 private immutable SEAT_EXIT_DELAY;
    mapping(uint256 seatId => SeatBond) private _seatBonds;

    constructor(uint256 unbondingDelay_) {
        SEAT_EXIT_DELAY = unbondingDelay_ + DISPUTE_TIME;
    }

    // ---------------------------------------------------------------- bond
    /// @inheritdoc IAssayVault
    function bondSeat(uint256 seatId, uint256 assets) external nonReentrant {
        _requireAmount(assets);
        // Reverts for a seat that was never taken.
        BOARD.seat(seatId);
        SeatBond storage stored = _seatBonds[seatId];
        stored.assets = (stored.assets + assets).toUint96();
        BOARD.markSeatsDirty();
        emit SeatBonded(seatId, msg.sender, assets, stored);
        _take(msg.sender, assets);
    }

    // ---------------------------------------------------------------- unbond and withdraw
    /// @inheritdoc IAssayVault
    function requestSeatUnbond(uint256 seatId, uint256 assets) external {
        Seat memory seat = _requireSeatOwner(seatId);
        require(assets != 0, ZeroAmount());
        SeatBond storage stored = _seatBonds[seatId];
        uint256 available = stored.assets - stored.unbonding;
        require(assets <= available, InsufficientBond(assets, available));
        if (seat.leftAt == 0) _requireSeatBond(available - assets);
        // At most the bond. Nobody leaves in the future, so the clock starts now. 40 bits of seconds last for 34,000 years.
        stored.unbonding += uint96(assets);
        stored.unlocksAt = uint40(block.timestamp + SEAT_EXIT_DELAY);
        BOARD.markSeatsDirty();
        emit SeatUnbondRequested(seatId, assets, stored);
    }

    function _requireSeatBond(uint256 remaining) private view {
        uint256 bondMin = _policyInForce().evaluatorBondMin;
        require(remaining >= bondMin, SeatBondNeeded(remaining, bondMin));
    }

    /// @inheritdoc IAssayVault
    /// @dev What is unbonding has not counted since it was requested, so the board need not know.
    function withdrawSeatBond(uint256 seatId, address receiver) external nonReentrant returns (uint256 assets) {
        _requireSeatOwner(seatId);
        _requireReceiver(receiver);
        SeatBond storage stored = _seatBonds[seatId];
        assets = stored.unbonding;
        require(assets != 0, NothingUnbonding());
        require(block.timestamp >= stored.unlocksAt, StillUnbonding(stored.unlocksAt, block.timestamp));
        // The unbonding part is within the bond, also after a slash.
        stored.assets -= uint96(assets);
        stored.unbonding = 0;
        stored.unlocksAt = 0;
        emit SeatBondWithdrawn(seatId, receiver, assets, stored);
        _give(receiver, assets);
    }

    function _requireSeatOwner(uint256 seatId) private view returns (Seat memory seat) {
        seat = BOARD.seat(seatId);
        require(msg.sender == seat.owner, NotSeatOwner(seatId, msg.sender));
    }

    // ---------------------------------------------------------------- slash
    /// @inheritdoc IAssayVault
    /// @dev Rounded down. The unbonding part is the last to be touched.
    function slashSeat(uint256 seatId, uint256 shareBps) external nonReentrant returns (uint256 assets) {
        _requireCourt();
        require(shareBps <= BPS, ParameterOutOfBounds("shareBps", shareBps, BPS));
        SeatBond storage stored = _seatBonds[seatId];
        assets = (stored.assets * shareBps) / BPS;
        // At most the bond.
        stored.assets -= uint96(assets);
        stored.unbonding = uint96(Math.min(stored.unbonding, stored.assets));
        BOARD.markSeatsDirty();
        (uint256 burnt, uint256 toCommons) = _burnHalf(assets);
        emit SeatSlashed(seatId, burnt, toCommons, stored);
    }

    // ---------------------------------------------------------------- fees
    /// @inheritdoc IAssayVault
    function claimFee(uint256 roundId, uint256 place) external nonReentrant returns (uint256 assets) {
        (address signer, address policyPointer) = ASSAY.collectParticipation(roundId, place);
        assets = DataCode.readPolicy(policyPointer).evaluationFee;
        _takeFromEvaluation(assets);
        (uint256 seatId, address receiver) = _seatOf(signer);
        emit FeeClaimed(roundId, seatId, receiver, assets);
        _give(receiver, assets);
    }

    /// @inheritdoc IAssayVault
    function payReevaluation(uint256 disputeId, address signer, uint256 assets) external nonReentrant {
        _requireCourt();
        _takeFromEvaluation(assets);
        (uint256 seatId, address receiver) = _seatOf(signer);
        emit ReevaluationFeePaid(disputeId, seatId, receiver, assets);
        _give(receiver, assets);
    }

    /// @dev Who signed was on a seat list, and keys stay their seat's for ever.
    function _seatOf(address signer) private view returns (uint256 seatId, address owner) {
        seatId = BOARD.seatOfSigner(signer) - 1;
        owner = BOARD.seat(seatId).owner;
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssayVault
    function seatBondOf(uint256 seatId) external view returns (SeatBond memory) {
        return _seatBonds[seatId];
    }

    /// @inheritdoc IAssayVault
    function seatBond(uint256 seatId) external view returns (uint256 active) {
        // The unbonding part is within the bond.
        return _seatBonds[seatId].assets - _seatBonds[seatId].unbonding;
    }
}
