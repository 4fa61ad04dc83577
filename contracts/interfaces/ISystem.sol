// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title ISystem: what the board asks the Assay when it is connected
interface ISystem {
    /// @notice Holds the seats' bonds (see ISeatBonds).
    function vault() external view returns (address);
    /// @notice Seconds.
    function epochLength() external view returns (uint256);
    /// @notice Judges disputes.
    function court() external view returns (address);
}
