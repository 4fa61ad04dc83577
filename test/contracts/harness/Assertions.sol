// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a test says when it fails.
abstract contract Assertions {
    error NotEqual(string what, uint256 left, uint256 right);
    error NotTrue(string what);

    function _same(uint256 left, uint256 right, string memory what) internal pure {
        require(left == right, NotEqual(what, left, right));
    }

    function _same(bytes32 left, bytes32 right, string memory what) internal pure {
        _same(uint256(left), uint256(right), what);
    }

    function _isTrue(bool condition, string memory what) internal pure {
        require(condition, NotTrue(what));
    }
}
