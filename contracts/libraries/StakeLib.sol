// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ModelStake } from "../interfaces/IAssayVault.sol";

/// @title StakeLib: active stake, and the price of delegation shares
/// @notice Twin: `domain/stake.ts`.
/// @dev Shares are priced as if the pool held 1,000 shares and 1 unit of assets that belong to nobody. An empty pool thus has a
/// price, and moving it costs whoever tries about a thousand times what anybody else can lose by rounding. Both conversions round
/// down, in favour of the pool. A full-range pool's shares need up to 10 bits more than its assets: cast with a check (2^104 of them are some 20 billion whole tokens of 18 decimals).
library StakeLib {
    uint256 internal constant VIRTUAL_SHARES = 1_000;
    uint256 internal constant VIRTUAL_ASSETS = 1;

    /// @notice Shares that `assets` buy in a pool of `totalShares` and `totalAssets`.
    function sharesForDown(uint256 assets, uint256 totalShares, uint256 totalAssets) internal pure returns (uint256) {
        return Math.mulDiv(assets, totalShares + VIRTUAL_SHARES, totalAssets + VIRTUAL_ASSETS);
    }

    /// @notice Assets that `shares` are worth in a pool of `totalShares` and `totalAssets`.
    function assetsForDown(uint256 shares, uint256 totalShares, uint256 totalAssets) internal pure returns (uint256) {
        return Math.mulDiv(shares, totalAssets + VIRTUAL_ASSETS, totalShares + VIRTUAL_SHARES);
    }

    /// @notice The bond less the part that is unbonding (a freeze may have taken more than the rest).
    function activeBond(uint256 bond, uint256 unbondingBond) internal pure returns (uint256) {
        return Math.saturatingSub(bond, unbondingBond);
    }

    /// @notice The pool's assets behind shares that are not unbonding, rounded down. All three below 2^104.
    function activeDelegations(
        uint256 delegated,
        uint256 shares,
        uint256 unbondingShares
    ) internal pure returns (uint256) {
        if (unbondingShares == 0) return shares == 0 ? 0 : delegated;
        if (unbondingShares >= shares) return 0;
        // delegated·shares < 2^208; shares > unbondingShares > 0.
        unchecked {
            return (delegated * (shares - unbondingShares)) / shares;
        }
    }

    /// @notice Bond and delegations that are not unbonding: what admission and weight count.
    function activeStake(ModelStake memory stake) internal pure returns (uint256) {
        return
            activeBond(stake.bond, stake.unbondingBond) +
            activeDelegations(stake.delegated, stake.shares, stake.unbondingShares);
    }
}
