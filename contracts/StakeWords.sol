// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssayVault, ModelStake } from "./interfaces/IAssayVault.sol";
import { StakeLib } from "./libraries/StakeLib.sol";

/// @title StakeWords: every model's stake, as it is stored and as events carry it
abstract contract StakeWords is IAssayVault {
    mapping(uint256 modelId => ModelStake) internal _stakes;

    /// @dev The first three slots as they are now, for the event after a change; the change has made them warm.
    function _wordsOf(
        ModelStake storage stake
    ) internal view returns (uint256 bondWord, uint256 poolWord, uint256 lossWord) {
        // Slots of one struct follow each other (see ModelStake).
        assembly ("memory-safe") {
            bondWord := sload(stake.slot)
            poolWord := sload(add(stake.slot, 1))
            lossWord := sload(add(stake.slot, 2))
        }
    }

    /// @dev The first two alone.
    function _activeWordsOf(ModelStake storage stake) internal view returns (uint256 bondWord, uint256 poolWord) {
        assembly ("memory-safe") {
            bondWord := sload(stake.slot)
            poolWord := sload(add(stake.slot, 1))
        }
    }

    /// @dev Slots of the two pools within a stake. Both hold assets (96 bits), shares (104 bits) and a time that stays.
    uint256 internal constant ACTIVE_POOL = 1;
    uint256 internal constant UNBONDING_POOL = 2;

    /// @dev Assets and shares of a pool in one write instead of two.
    function _writePool(ModelStake storage stake, uint256 pool, uint96 assets, uint104 shares) internal {
        // `pool` is one of the two above; the types bound the fields, and the 56 bits above them are kept.
        assembly ("memory-safe") {
            let slot := add(stake.slot, pool)
            sstore(slot, or(shl(200, shr(200, sload(slot))), or(shl(96, shares), assets)))
        }
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IAssayVault
    function stakeOf(uint256 modelId) external view returns (ModelStake memory) {
        return _stakes[modelId];
    }

    /// @inheritdoc IAssayVault
    function stakeWordsOf(
        uint256 modelId
    ) external view returns (uint256 bondWord, uint256 poolWord, uint256 lossWord) {
        return _wordsOf(_stakes[modelId]);
    }

    /// @inheritdoc IAssayVault
    function backingOf(uint256 modelId) external view returns (uint256 activeBond, uint256 openFreezes) {
        ModelStake storage stake = _stakes[modelId];
        return (StakeLib.activeBond(stake.bond, stake.unbondingBond), stake.openFreezes);
    }
}
