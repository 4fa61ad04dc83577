// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { Models } from "./Models.sol";
import { Treasury } from "./Treasury.sol";
import { IAssay, ModelStake, Position } from "./interfaces/IAssay.sol";
import { AdmissionLib } from "./libraries/AdmissionLib.sol";
import { StakeLib } from "./libraries/StakeLib.sol";

/// @title Stakes: bonds, delegation pools, and the way out of both
/// @dev Unbonding parts stay where they are until they are withdrawn: slashable, counting for nothing. One pending request per bond and per position;
/// no queue, no list, no loop. Every sum of amounts is checked by the compiler; amounts are cast with a check where they come in, and only shrink
/// afterwards.
abstract contract Stakes is Models, Treasury {
    using SafeCast for uint256;

    uint256 private constant UNBONDING_DELAY_MAX = 90 days;

    uint256 private immutable UNBONDING_DELAY;
    mapping(uint256 modelId => ModelStake) internal _stakes;
    mapping(uint256 modelId => mapping(address account => Position)) private _positions;

    constructor(uint256 delay) {
        require(delay <= UNBONDING_DELAY_MAX, ParameterOutOfBounds("unbondingDelay", delay, UNBONDING_DELAY_MAX));
        UNBONDING_DELAY = delay;
    }

    // ---------------------------------------------------------------- lane
    /// @inheritdoc IAssay
    function setLane(uint256 modelId, uint8 lane) external {
        _requireModelOwner(modelId);
        require(lane <= AdmissionLib.STANDARD_LANE, UnknownLane(lane));
        _stakes[modelId].lane = lane;
        emit LaneChanged(modelId, lane);
    }

    // ---------------------------------------------------------------- bond and delegate
    /// @inheritdoc IAssay
    function bond(uint256 modelId, uint256 assets) external nonReentrant {
        require(assets != 0, ZeroAmount());
        _requireModel(modelId);
        ModelStake storage stored = _stakes[modelId];
        ModelStake memory stake = stakeOf(modelId);
        stored.bond = stake.bond = (stake.bond + assets).toUint96();
        if (stake.lossEpochStart == 0) stored.lossEpochStart = stake.lossEpochStart = uint48(block.timestamp);
        emit Bonded(modelId, msg.sender, assets, stake);
        _take(assets);
    }

    /// @inheritdoc IAssay
    function delegate(uint256 modelId, uint256 assets) external nonReentrant returns (uint256 shares) {
        require(assets != 0, ZeroAmount());
        ModelStake storage stored = _stakes[modelId];
        ModelStake memory stake = stakeOf(modelId);
        // Only models have shares, so a pool that has some needs no further look.
        if (stake.shares == 0) _requireModel(modelId);
        shares = StakeLib.sharesForDown(assets, stake.shares, stake.delegated);
        require(shares != 0, ZeroShares(assets));
        stored.delegated = stake.delegated = (stake.delegated + assets).toUint96();
        stored.shares = stake.shares = (stake.shares + shares).toUint104();
        // Part of the pool's shares, which fit.
        _positions[modelId][msg.sender].shares += uint104(shares);
        emit Delegated(modelId, msg.sender, assets, shares, stake);
        _take(assets);
    }

    // ---------------------------------------------------------------- unbond
    /// @inheritdoc IAssay
    function requestBondUnbond(uint256 modelId, uint256 assets) external {
        _requireModelOwner(modelId);
        require(assets != 0, ZeroAmount());
        ModelStake storage stored = _stakes[modelId];
        ModelStake memory stake = stakeOf(modelId);
        uint256 available = stake.bond - stake.unbondingBond;
        require(assets <= available, InsufficientBond(assets, available));
        // At most the bond.
        stored.unbondingBond = stake.unbondingBond += uint96(assets);
        stored.bondUnlocksAt = stake.bondUnlocksAt = _unlocksAt();
        emit BondUnbondRequested(modelId, assets, stake);
    }

    /// @inheritdoc IAssay
    function requestUnbond(uint256 modelId, uint256 shares) external {
        require(shares != 0, ZeroAmount());
        Position storage position = _positions[modelId][msg.sender];
        uint256 available = position.shares - position.unbondingShares;
        require(shares <= available, InsufficientShares(shares, available));
        // At most the position's shares, and the pool's.
        uint48 unlocksAt = _unlocksAt();
        position.unbondingShares += uint104(shares);
        position.unlocksAt = unlocksAt;
        ModelStake storage stored = _stakes[modelId];
        ModelStake memory stake = stakeOf(modelId);
        stored.unbondingShares = stake.unbondingShares += uint104(shares);
        emit UnbondRequested(modelId, msg.sender, shares, unlocksAt, stake);
    }

    /// @dev 48 bits of seconds last for 8.9 million years.
    function _unlocksAt() private view returns (uint48) {
        return uint48(block.timestamp + UNBONDING_DELAY);
    }

    // ---------------------------------------------------------------- withdraw
    /// @inheritdoc IAssay
    function withdrawBond(uint256 modelId, address receiver) external nonReentrant returns (uint256 assets) {
        _requireModelOwner(modelId);
        _requireReceiver(receiver);
        ModelStake storage stored = _stakes[modelId];
        ModelStake memory stake = stakeOf(modelId);
        assets = stake.unbondingBond;
        _requireWithdrawable(stake, assets, stake.bondUnlocksAt);
        // The unbonding part is within the bond, also after a freeze.
        stored.bond = stake.bond -= uint96(assets);
        stored.unbondingBond = stake.unbondingBond = 0;
        stored.bondUnlocksAt = stake.bondUnlocksAt = 0;
        emit BondWithdrawn(modelId, receiver, assets, stake);
        _give(receiver, assets);
    }

    /// @inheritdoc IAssay
    function withdraw(uint256 modelId, address receiver) external nonReentrant returns (uint256 assets) {
        _requireReceiver(receiver);
        Position storage stored = _positions[modelId][msg.sender];
        Position memory position = stored;
        ModelStake memory stake = stakeOf(modelId);
        uint104 shares = position.unbondingShares;
        _requireWithdrawable(stake, shares, position.unlocksAt);
        assets = StakeLib.assetsForDown(shares, stake.shares, stake.delegated);
        stored.shares = position.shares - shares;
        stored.unbondingShares = 0;
        stored.unlocksAt = 0;
        _leavePool(modelId, stake, assets, shares);
        emit Withdrawn(modelId, msg.sender, receiver, assets, shares, stake);
        _give(receiver, assets);
    }

    /// @dev `shares` are part of the pool's, and worth at most its assets: rounding down leaves the virtual shares' part behind.
    function _leavePool(uint256 modelId, ModelStake memory stake, uint256 assets, uint104 shares) private {
        ModelStake storage stored = _stakes[modelId];
        stored.delegated = stake.delegated -= assets.toUint96();
        stored.shares = stake.shares -= shares;
        stored.unbondingShares = stake.unbondingShares -= shares;
    }

    function _requireWithdrawable(ModelStake memory stake, uint256 amount, uint256 unlocksAt) private view {
        require(amount != 0, NothingUnbonding());
        require(block.timestamp >= unlocksAt, StillUnbonding(unlocksAt, block.timestamp));
        require(
            stake.openFreezes == 0 || block.timestamp >= stake.heldUntil,
            HeldByFreeze(stake.heldUntil, block.timestamp)
        );
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssay
    function unbondingDelay() external view returns (uint256) {
        return UNBONDING_DELAY;
    }

    /// @inheritdoc IAssay
    function stakeOf(uint256 modelId) public view returns (ModelStake memory stake) {
        // Field by field: a copy of the whole would be a second struct beside the empty one that is returned.
        ModelStake storage stored = _stakes[modelId];
        stake.bond = stored.bond;
        stake.unbondingBond = stored.unbondingBond;
        stake.lane = stored.lane;
        stake.openFreezes = stored.openFreezes;
        stake.heldUntil = stored.heldUntil;
        stake.delegated = stored.delegated;
        stake.shares = stored.shares;
        stake.bondUnlocksAt = stored.bondUnlocksAt;
        stake.unbondingShares = stored.unbondingShares;
        stake.lossInEpoch = stored.lossInEpoch;
        stake.lossEpochStart = stored.lossEpochStart;
    }

    /// @inheritdoc IAssay
    function positionOf(uint256 modelId, address account) external view returns (Position memory) {
        return _positions[modelId][account];
    }
}
