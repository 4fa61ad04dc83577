// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title LaneLib: one value a family, packed or in a policy's array
/// @notice Hot paths walk the seven families several times a result; these reads cost a dozen gas each.
/// @dev `family` is below 7 everywhere: callers loop over ResultLib.FAMILIES.
library LaneLib {
    /// @dev Lanes 0, 2, 4 and 6.
    uint256 private constant ALTERNATE = 0x0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant GUARDS = 0x00010000000100000001000000010000;

    /// @notice Lane of a word that starts with seven 16-bit lanes.
    function lane(uint256 lanes, uint256 family) internal pure returns (uint256) {
        return (lanes >> (family << 4)) & 0xffff;
    }

    /// @notice Bit 0 of each 16-bit lane in which `left` is below `right`; seven lanes each, nothing above them.
    /// @dev Every second lane at a time, so that each has 16 free bits above it: a borrow shows in the first of them and goes no further.
    function below(uint256 left, uint256 right) internal pure returns (uint256 lanes) {
        // A guard in each gap is larger than any lane.
        unchecked {
            uint256 even = ((left & ALTERNATE) | GUARDS) - (right & ALTERNATE);
            uint256 odd = (((left >> 16) & ALTERNATE) | GUARDS) - ((right >> 16) & ALTERNATE);
            return ((~even & GUARDS) >> 16) | (~odd & GUARDS);
        }
    }

    /// @notice Element of a policy's array, without the bounds check.
    function at(uint16[7] memory values, uint256 family) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(values, shl(5, family)))
        }
    }
}
