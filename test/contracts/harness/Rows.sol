// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Rows of a harness that need no names of their own.
struct TwoWords {
    uint256 first;
    uint256 second;
}

struct ThreeWords {
    uint256 first;
    uint256 second;
    uint256 third;
}

struct FourWords {
    uint256 first;
    uint256 second;
    uint256 third;
    uint256 fourth;
}
