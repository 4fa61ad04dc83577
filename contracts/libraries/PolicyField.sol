// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title PolicyField: the fields of a policy in struct order, one bit each (an array is one field)
/// @notice What the bitmaps of IPolicyBoard.directionOf and PolicyAnnounced count.
library PolicyField {
    uint256 internal constant FLOORS_BPS = 1 << 0;
    uint256 internal constant SLASH_FLOORS_BPS = 1 << 1;
    uint256 internal constant SHARES_BPS = 1 << 2;
    uint256 internal constant WEIGHTS = 1 << 3;
    uint256 internal constant MASS_MIN = 1 << 4;
    uint256 internal constant MASS_CAP = 1 << 5;
    uint256 internal constant MASS_FULL = 1 << 6;
    uint256 internal constant ROUNDS_FULL = 1 << 7;
    uint256 internal constant ITEMS_CAP = 1 << 8;
    uint256 internal constant MIN_ROUNDS = 1 << 9;
    uint256 internal constant MAX_AGE = 1 << 10;
    uint256 internal constant HALF_LIFE = 1 << 11;
    uint256 internal constant HYSTERESIS_BPS = 1 << 12;
    uint256 internal constant SCAR_K = 1 << 13;
    uint256 internal constant RETRY_SCAR = 1 << 14;
    uint256 internal constant HARD_FAILURE_SCAR = 1 << 15;
    uint256 internal constant SCAR_CAP = 1 << 16;
    uint256 internal constant PASS_Z2 = 1 << 17;
    uint256 internal constant FAIL_Z2 = 1 << 18;
    uint256 internal constant BOND_MIN = 1 << 19;
    uint256 internal constant BOND_SHARE_BPS = 1 << 20;
    uint256 internal constant COMMITTEE_SIZE = 1 << 21;
    uint256 internal constant QUORUM = 1 << 22;
    uint256 internal constant LOSS_BASE_BPS = 1 << 23;
    uint256 internal constant LOSS_CAP_BPS = 1 << 24;
    uint256 internal constant LOSS_EPOCH = 1 << 25;
    uint256 internal constant FREEZE_WINDOW = 1 << 26;
    uint256 internal constant HALF_SATURATION = 1 << 27;
    uint256 internal constant SUITE_HASH = 1 << 28;
    uint256 internal constant EXPERIMENTAL_BOND_MIN = 1 << 29;
    uint256 internal constant EXPERIMENTAL_LOSS_CAP_BPS = 1 << 30;
    uint256 internal constant BUCKET_BPS = 1 << 31;
    uint256 internal constant BUCKET_PERIOD = 1 << 32;
    uint256 internal constant BREAKER_BPS = 1 << 33;
    uint256 internal constant SHARDS = 1 << 34;
    uint256 internal constant SLOTS = 1 << 35;
    uint256 internal constant LOTTERY_BPS = 1 << 36;
    uint256 internal constant EVALUATION_PRICE = 1 << 37;
    uint256 internal constant EVALUATION_FEE = 1 << 38;
    uint256 internal constant PUBLIC_SHARE_BPS = 1 << 39;
    uint256 internal constant EVALUATOR_BOND_MIN = 1 << 40;
    uint256 internal constant DISPUTE_DEPOSIT = 1 << 41;
    uint256 internal constant ARBITRATOR = 1 << 42;
}
