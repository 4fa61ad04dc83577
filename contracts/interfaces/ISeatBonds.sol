// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title ISeatBonds: what the board asks the vault
interface ISeatBonds {
    /// @notice Active bond of a seat: what is neither leaving nor frozen, in the token's smallest unit.
    function seatBond(uint256 seatId) external view returns (uint256 active);
}
