// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title PermitToken: a plain ERC-20 with permit, for local chains and tests
/// @notice The whole supply goes to one holder at deployment; nobody can mint afterwards.
contract PermitToken is ERC20Permit {
    /// @param supply In the smallest unit (18 decimals).
    constructor(
        string memory name,
        string memory symbol,
        address holder,
        uint256 supply
    ) ERC20(name, symbol) ERC20Permit(name) {
        _mint(holder, supply);
    }
}
