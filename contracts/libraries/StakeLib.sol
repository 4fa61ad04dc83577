// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ModelStake } from "../interfaces/IAssayVault.sol";

/// @title StakeLib: active stake, and the price of delegation shares
/// @notice Twin: `domain/stake.ts`.
/// @dev Shares are priced as if the pool held 1,000 shares and 1 unit of assets that belong to nobody. An empty pool thus has a
/// price, and moving it costs whoever tries about a thousand times what anybody else can lose by rounding. Both conversions round
/// down, in favour of the pool. Assets are below 2^96 and shares below 2^104, so products fit a word. A full-range pool's shares need up to 10 bits more than its assets: cast with a check (2^104 of them are some 20 billion whole tokens of 18 decimals).
library StakeLib {
    uint256 internal constant VIRTUAL_SHARES = 1_000;
    uint256 internal constant VIRTUAL_ASSETS = 1;
    uint256 internal constant BPS = 10_000;

    /// @notice Shares that `assets` buy in a pool of `totalShares` and `totalAssets`.
    function sharesForDown(uint256 assets, uint256 totalShares, uint256 totalAssets) internal pure returns (uint256) {
        return (assets * (totalShares + VIRTUAL_SHARES)) / (totalAssets + VIRTUAL_ASSETS);
    }

    /// @notice Assets that `shares` are worth in a pool of `totalShares` and `totalAssets`.
    /// @dev At most `totalAssets` for at most `totalShares`: the virtual shares' part stays behind.
    function assetsForDown(uint256 shares, uint256 totalShares, uint256 totalAssets) internal pure returns (uint256) {
        return (shares * (totalAssets + VIRTUAL_ASSETS)) / (totalShares + VIRTUAL_SHARES);
    }

    /// @notice The bond less the part that is unbonding.
    function activeBond(uint256 bond, uint256 unbondingBond) internal pure returns (uint256) {
        return Math.saturatingSub(bond, unbondingBond);
    }

    /// @notice Assets of the active pool. What rounding left in a pool without shares is nobody's and counts for nothing.
    function activeDelegations(uint256 delegated, uint256 shares) internal pure returns (uint256) {
        return shares == 0 ? 0 : delegated;
    }

    /// @notice Delegations that count for weight and exposure: as far as the active bond is at least `bondShareBps` of bond and delegations
    /// together; rounded down. A share of 0 bounds nothing.
    /// @param bondShareBps At most 10,000.
    function countedDelegations(
        uint256 activeBond_,
        uint256 delegations,
        uint256 bondShareBps
    ) internal pure returns (uint256) {
        if (bondShareBps == 0) return delegations;
        return Math.min(delegations, (activeBond_ * (BPS - bondShareBps)) / bondShareBps);
    }

    /// @notice Active bond and the delegations that count beside it: what weight and exposure are computed from.
    function countedStake(ModelStake memory stake, uint256 bondShareBps) internal pure returns (uint256) {
        uint256 ownBond = activeBond(stake.bond, stake.unbondingBond);
        return ownBond + countedDelegations(ownBond, activeDelegations(stake.delegated, stake.shares), bondShareBps);
    }
}
