// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Batches } from "./Batches.sol";
import { RecordConnections } from "./RecordConnections.sol";
import { Epochs } from "./Epochs.sol";
import { Results } from "./Results.sol";
import { Verdicts } from "./Verdicts.sol";

/// @title Assay: the record: models, versions, rounds, results, memory
/// @notice Holds no token. See IAssay for what each function promises.
///
/// One concern a file, each built on those before it:
/// Epochs → Logs → Models (identities, versions) → Lanes (lane, retirement), Rounds (seeds, committees, lottery), Verdicts (what the court changes)
/// → Results (with Batches). RecordConnections names the other contracts.
///
/// Rules that hold everywhere: checks, effects, interactions; no loop over models, delegators, rounds or history; evidence in a memory word comes from results and
/// from a version's predecessors only; nobody stores "admitted", it is derived whenever it is asked. Only the vault and the board are called, never a token or
/// anybody's own contract, so there is nobody to come back in.
contract Assay is Results, Verdicts {
    /// @param policyBoard The standards and seats.
    /// @param vault Where the vault is going to be: the only holder of tokens.
    /// @param court Where the court is going to be.
    /// @param epochLength Seconds, at most a day; four epochs have to fit into the vault's unbonding delay.
    constructor(
        address policyBoard,
        address vault,
        address court,
        uint256 epochLength
    ) Epochs(epochLength) RecordConnections(policyBoard, vault, court) Batches() {}
}
