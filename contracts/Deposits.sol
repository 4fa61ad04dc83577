// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { CourtConnections } from "./CourtConnections.sol";
import { IAssayVault } from "./interfaces/IAssayVault.sol";
import { ICourt } from "./interfaces/ICourt.sol";

/// @title Deposits: what a dispute costs until it is over
/// @dev The vault holds them. A token that refuses a transfer (to a blocked account, say) must not keep a dispute open, so such a deposit is noted and
/// claimed later; it never leaves the vault's own count of deposits.
abstract contract Deposits is ICourt, CourtConnections, ReentrancyGuardTransient {
    IAssayVault internal immutable VAULT;

    /// @inheritdoc ICourt
    mapping(address account => uint256) public depositOwed;

    constructor() {
        VAULT = IAssayVault(ASSAY.vault());
    }

    function _takeDeposit(address from, uint256 assets) internal {
        if (assets != 0) VAULT.takeDeposit(from, assets);
    }

    /// @param to 0: forfeited.
    function _settleDeposit(address to, uint256 assets) internal {
        if (assets == 0) return;
        // solhint-disable-next-line no-empty-blocks
        try VAULT.settleDeposit(to, assets) {} catch {
            depositOwed[to] += assets;
            emit DepositOwed(to, assets, depositOwed[to]);
        }
    }

    /// @inheritdoc ICourt
    function claimDeposit(address account) external nonReentrant returns (uint256 assets) {
        assets = depositOwed[account];
        require(assets != 0, NothingOwed(account));
        delete depositOwed[account];
        emit DepositClaimed(account, assets);
        VAULT.settleDeposit(account, assets);
    }
}
