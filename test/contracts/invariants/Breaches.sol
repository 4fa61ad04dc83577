// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Breaches: promises that only the step that broke them could see broken
abstract contract Breaches {
    /// @notice What broke an invariant (by its number in docs/invariants.md); empty while it holds.
    mapping(uint256 invariant => string) public breach;

    /// @dev The first one stays.
    function _breach(uint256 invariant, string memory what) internal {
        if (bytes(breach[invariant]).length == 0) breach[invariant] = what;
    }
}
