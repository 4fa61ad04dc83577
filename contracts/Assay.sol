// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Batches } from "./Batches.sol";
import { Epochs } from "./Epochs.sol";
import { Results } from "./Results.sol";
import { Rounds } from "./Rounds.sol";
import { Stakes } from "./Stakes.sol";
import { Treasury } from "./Treasury.sol";

/// @title Assay: models, stake, rounds, results, memory
/// @notice The one contract that holds tokens. See IAssay for what each function promises.
///
/// One concern a file, each built on those before it:
/// Epochs → Models (identities, versions) → Stakes (bonds, pools; tokens by Treasury) → Freezes (with Rounds) → Results (with Batches).
///
/// Rules that hold everywhere: checks, effects, interactions; no loop over models, delegators, rounds or history; a version's memory word is written
/// by its registration and by results only; nobody stores "admitted", it is derived whenever it is asked.
contract Assay is Results {
    /// @param token A plain ERC-20.
    /// @param policyBoard The standards and seats.
    /// @param epochLength Seconds, 1..30 days.
    /// @param unbondingDelay Seconds, at most 90 days; at least as long as an evaluation, its posting and a freeze's window together.
    constructor(
        address token,
        address policyBoard,
        uint256 epochLength,
        uint256 unbondingDelay
    ) Epochs(epochLength) Treasury(token) Stakes(unbondingDelay) Rounds(policyBoard) Batches() {}
}
