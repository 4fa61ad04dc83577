// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title AdmissionReason: the conditions that can speak against an admission, one bit each
/// @notice Twin: `domain/reasons.ts`, which also has the words for people.
library AdmissionReason {
    uint256 internal constant RETIRED = 1 << 0;
    uint256 internal constant NOT_STANDARD_LANE = 1 << 1;
    uint256 internal constant TOO_FEW_ROUNDS = 1 << 2;
    uint256 internal constant TOO_LITTLE_EVIDENCE = 1 << 3;
    uint256 internal constant RESULT_TOO_OLD = 1 << 4;
    uint256 internal constant CLEAN_ROUNDS_OWED = 1 << 5;
    uint256 internal constant BOND_TOO_SMALL = 1 << 6;
    /// @dev Bit 7 has no meaning: how much others delegate is no reason against anybody.
    uint256 internal constant FREEZE_OPEN = 1 << 8;
    /// @dev Bits 9..15: family 0..6 (R J C P E L T) is below its bar.
    uint256 internal constant FIRST_FAMILY_BIT = 9;
    uint256 internal constant ANY_FAMILY = 0x7f << FIRST_FAMILY_BIT;
    /// @dev The guardian's pause is on, and the version was not admitted as of its last result.
    uint256 internal constant PAUSED = 1 << 16;
    uint256 internal constant NO_VERSION = 1 << 17;
    /// @dev It left the standard lane and has to be measured once more.
    uint256 internal constant RESULT_NEEDED = 1 << 18;
}
