// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import { ERC6909 } from "@openzeppelin/contracts/token/ERC6909/ERC6909.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { Fees } from "./Fees.sol";
import { IAssayVault, ModelStake, Position } from "./interfaces/IAssayVault.sol";
import { StakeLib } from "./libraries/StakeLib.sol";

/// @title Stakes: bonds, delegation pools, and the way out of both
/// @dev A model has two pools with a share price each: the active one, whose shares are ERC-6909 balances, and that of what is unbonding, which earns
/// nothing and counts for nothing, and whose shares cannot be moved. Both take losses. The unbonding part of a bond stays within the bond. One pending
/// request per bond and per position; no queue, no list, no loop. Amounts and shares are cast with a check where they come in; what only moves or
/// shrinks afterwards fits (see Treasury).
abstract contract Stakes is Fees, ERC6909 {
    using SafeCast for uint256;

    uint256 private constant UNBONDING_DELAY_MAX = 90 days;
    /// @dev A round's posting window, which is three epochs, and one more: a freeze can always catch who left after the fault.
    uint256 private constant UNBONDING_DELAY_MIN_EPOCHS = 4;

    uint256 internal immutable UNBONDING_DELAY;
    mapping(uint256 modelId => mapping(address account => Position)) private _positions;

    constructor(uint256 delay) {
        uint256 delayMin = UNBONDING_DELAY_MIN_EPOCHS * ASSAY.epochLength();
        require(delay >= delayMin, ParameterOutOfBounds("unbondingDelay", delay, delayMin));
        require(delay <= UNBONDING_DELAY_MAX, ParameterOutOfBounds("unbondingDelay", delay, UNBONDING_DELAY_MAX));
        UNBONDING_DELAY = delay;
    }

    // ---------------------------------------------------------------- bond
    /// @inheritdoc IAssayVault
    function bond(uint256 modelId, uint256 assets) external nonReentrant {
        _bond(modelId, assets);
    }

    /// @inheritdoc IAssayVault
    function bondWithPermit(
        uint256 modelId,
        uint256 assets,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        _permit(assets, deadline, v, r, s);
        _bond(modelId, assets);
    }

    function _bond(uint256 modelId, uint256 assets) private {
        _requireAmount(assets);
        ModelStake storage stake = _stakes[modelId];
        _requireKnown(modelId, stake);
        _settleFees(modelId, stake);
        stake.bond = (stake.bond + assets).toUint96();
        // The first bond makes the slot that later requests and losses change. 40 bits of seconds last for 34,000 years.
        if (stake.lossEpochStart == 0) stake.lossEpochStart = uint40(block.timestamp);
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _wordsOf(stake);
        emit Bonded(modelId, msg.sender, assets, bondWord, poolWord, lossWord);
        _take(msg.sender, assets);
    }

    // ---------------------------------------------------------------- delegate
    /// @inheritdoc IAssayVault
    function delegate(uint256 modelId, uint256 assets) external nonReentrant returns (uint256 shares) {
        return _delegate(modelId, assets);
    }

    /// @inheritdoc IAssayVault
    function delegateWithPermit(
        uint256 modelId,
        uint256 assets,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256 shares) {
        _permit(assets, deadline, v, r, s);
        return _delegate(modelId, assets);
    }

    function _delegate(uint256 modelId, uint256 assets) private returns (uint256 shares) {
        _requireAmount(assets);
        ModelStake storage stake = _stakes[modelId];
        require(stake.openFreezes == 0, FreezeUnresolved(modelId, stake.openFreezes));
        _requireKnown(modelId, stake);
        _settleFees(modelId, stake);
        (uint256 total, uint256 delegated) = (stake.shares, stake.delegated);
        shares = StakeLib.sharesForDown(assets, total, delegated);
        require(shares != 0, ZeroShares(assets));
        _writePool(stake, ACTIVE_POOL, (delegated + assets).toUint96(), (total + shares).toUint104());
        _mint(msg.sender, modelId, shares);
        (uint256 bondWord, uint256 poolWord) = _activeWordsOf(stake);
        emit Delegated(modelId, msg.sender, assets, shares, bondWord, poolWord);
        _take(msg.sender, assets);
    }

    // ---------------------------------------------------------------- move shares
    /// @inheritdoc ERC6909
    /// @dev In the packed positions; active shares only. Shares are part of the pool's, which fit.
    function _update(address from, address to, uint256 modelId, uint256 shares) internal override {
        if (from != address(0)) {
            Position storage position = _positions[modelId][from];
            uint256 balance = position.shares;
            require(shares <= balance, ERC6909InsufficientBalance(from, balance, shares, modelId));
            position.shares = uint104(balance - shares);
        }
        if (to != address(0)) {
            require(to != address(this), InvalidReceiver(to));
            _positions[modelId][to].shares += uint104(shares);
        }
        emit Transfer(msg.sender, from, to, modelId, shares);
    }

    /// @inheritdoc IERC6909
    function balanceOf(address account, uint256 modelId) public view override returns (uint256) {
        return _positions[modelId][account].shares;
    }

    // ---------------------------------------------------------------- unbond
    /// @inheritdoc IAssayVault
    function requestBondUnbond(uint256 modelId, uint256 assets) external {
        uint8 lane = _requireModelOwner(modelId);
        require(assets != 0, ZeroAmount());
        ModelStake storage stake = _stakes[modelId];
        _settleFees(modelId, stake);
        uint256 available = stake.bond - stake.unbondingBond;
        require(assets <= available, InsufficientBond(assets, available));
        if (lane == STANDARD_LANE) _requireBondInLane(available - assets);
        // At most the bond.
        stake.unbondingBond += uint96(assets);
        stake.bondUnlocksAt = _unlocksAt();
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _wordsOf(stake);
        emit BondUnbondRequested(modelId, assets, bondWord, poolWord, lossWord);
    }

    function _requireBondInLane(uint256 remaining) private view {
        uint256 bondMin = _policyInForce().bondMin;
        require(remaining >= bondMin, BondNeededInLane(remaining, bondMin));
    }

    /// @inheritdoc IAssayVault
    function requestUnbond(uint256 modelId, uint256 shares) external {
        require(shares != 0, ZeroAmount());
        uint256 available = _positions[modelId][msg.sender].shares;
        require(shares <= available, InsufficientShares(shares, available));
        ModelStake storage stake = _stakes[modelId];
        _settleFees(modelId, stake);
        (uint256 assets, uint256 unbondingShares) = _movePools(stake, shares);
        uint40 unlocksAt = _unlocksAt();
        _burn(msg.sender, modelId, shares);
        Position storage position = _positions[modelId][msg.sender];
        // Part of the unbonding pool's shares, which fit.
        position.unbondingShares += uint104(unbondingShares);
        position.unlocksAt = unlocksAt;
        _emitUnbondRequested(modelId, [assets, shares, unbondingShares, unlocksAt]);
    }

    /// @dev Shares that losses have made worthless buy none in the other pool: whoever holds them still gets rid of them.
    function _movePools(
        ModelStake storage stake,
        uint256 shares
    ) private returns (uint256 assets, uint256 unbondingShares) {
        (uint256 total, uint256 delegated) = (stake.shares, stake.delegated);
        assets = StakeLib.assetsForDown(shares, total, delegated);
        // Both at most the pool's.
        _writePool(stake, ACTIVE_POOL, uint96(delegated - assets), uint104(total - shares));
        (total, delegated) = (stake.unbondingShares, stake.unbondingAssets);
        unbondingShares = StakeLib.sharesForDown(assets, total, delegated);
        // Part of what is held; shares are checked.
        _writePool(stake, UNBONDING_POOL, uint96(delegated + assets), (total + unbondingShares).toUint104());
    }

    /// @param amounts Assets, shares, unbonding shares, and when they unlock.
    function _emitUnbondRequested(uint256 modelId, uint256[4] memory amounts) private {
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _wordsOf(_stakes[modelId]);
        emit UnbondRequested(
            modelId,
            msg.sender,
            amounts[0],
            amounts[1],
            amounts[2],
            amounts[3],
            bondWord,
            poolWord,
            lossWord
        );
    }

    /// @dev 40 bits of seconds last for 34,000 years.
    function _unlocksAt() private view returns (uint40) {
        return uint40(block.timestamp + UNBONDING_DELAY);
    }

    // ---------------------------------------------------------------- withdraw
    /// @inheritdoc IAssayVault
    function withdrawBond(uint256 modelId, address receiver) external nonReentrant returns (uint256 assets) {
        _requireModelOwner(modelId);
        _requireReceiver(receiver);
        ModelStake storage stake = _stakes[modelId];
        assets = stake.unbondingBond;
        _requireWithdrawable(stake, assets, stake.bondUnlocksAt);
        // The unbonding part is within the bond, also after a freeze.
        stake.bond -= uint96(assets);
        stake.unbondingBond = 0;
        stake.bondUnlocksAt = 0;
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _wordsOf(stake);
        emit BondWithdrawn(modelId, receiver, assets, bondWord, poolWord, lossWord);
        _give(receiver, assets);
    }

    /// @inheritdoc IAssayVault
    function withdraw(uint256 modelId, address receiver) external nonReentrant returns (uint256 assets) {
        _requireReceiver(receiver);
        ModelStake storage stake = _stakes[modelId];
        Position storage position = _positions[modelId][msg.sender];
        uint256 shares = position.unbondingShares;
        _requireWithdrawable(stake, shares, position.unlocksAt);
        // Only while a freeze is unresolved does this pool earn.
        if (stake.openFreezes != 0) _settleFees(modelId, stake);
        (uint256 total, uint256 pool) = (stake.unbondingShares, stake.unbondingAssets);
        assets = StakeLib.assetsForDown(shares, total, pool);
        (position.unbondingShares, position.unlocksAt) = (0, 0);
        // Both at most the pool's.
        _writePool(stake, UNBONDING_POOL, uint96(pool - assets), uint104(total - shares));
        (uint256 bondWord, uint256 poolWord, uint256 lossWord) = _wordsOf(stake);
        emit Withdrawn(modelId, msg.sender, receiver, assets, shares, bondWord, poolWord, lossWord);
        _give(receiver, assets);
    }

    function _requireWithdrawable(ModelStake storage stake, uint256 amount, uint256 unlocksAt) private view {
        require(amount != 0, NothingUnbonding());
        require(block.timestamp >= unlocksAt, StillUnbonding(unlocksAt, block.timestamp));
        if (stake.openFreezes == 0) return;
        require(block.timestamp >= stake.heldUntil, HeldByFreeze(stake.heldUntil, block.timestamp));
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssayVault
    function unbondingDelay() external view returns (uint256) {
        return UNBONDING_DELAY;
    }

    /// @inheritdoc IAssayVault
    function positionOf(uint256 modelId, address account) external view returns (Position memory) {
        return _positions[modelId][account];
    }
}
