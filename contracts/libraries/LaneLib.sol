// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title LaneLib: one value a family, packed or in a policy's array
/// @notice Hot paths walk the seven families several times a result; these reads cost a dozen gas each.
/// @dev `family` is below 7 everywhere: callers loop over ResultLib.FAMILIES.
library LaneLib {
    /// @notice Lane of a word that starts with seven 16-bit lanes.
    function lane(uint256 lanes, uint256 family) internal pure returns (uint256) {
        return (lanes >> (family << 4)) & 0xffff;
    }

    /// @notice Element of a policy's array, without the bounds check.
    function at(uint16[7] memory values, uint256 family) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(values, shl(5, family)))
        }
    }
}
