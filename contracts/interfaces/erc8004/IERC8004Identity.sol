// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IERC8004Identity: the part of ERC-8004's Identity Registry that is read here
/// @notice The registry is an ERC-721 whose token ids are agent ids, from 0 on. Source: ERC-8004 (draft), "Identity Registry".
interface IERC8004Identity {
    /// @notice Reverts for an agent that does not exist.
    function ownerOf(uint256 agentId) external view returns (address);
}
