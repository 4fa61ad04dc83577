// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { VaultConnections } from "./VaultConnections.sol";
import { Credits } from "./Credits.sol";
import { Freezes } from "./Freezes.sol";
import { SeatBonds } from "./SeatBonds.sol";
import { Stakes } from "./Stakes.sol";
import { Treasury } from "./Treasury.sol";

/// @title AssayVault
/// @dev One concern a file: VaultConnections (whom it asks, whom it obeys) → Treasury (tokens in and out, the funds) → StakeWords and Fees (streams) →
/// Stakes (bonds, pools), Freezes (losses), Credits (prepaid rounds, lottery), SeatBonds (evaluators).
contract AssayVault is Stakes, Freezes, Credits, SeatBonds {
    /// @param token_ Any plain ERC-20: no fee on transfer, no balances that change by themselves, a supply that fits 96 bits.
    /// @param assay_ The record that names this account as its vault.
    /// @param unbondingDelay_ Seconds.
    constructor(
        address token_,
        address assay_,
        uint256 unbondingDelay_
    ) VaultConnections(assay_) Treasury(token_) Stakes(unbondingDelay_) SeatBonds(unbondingDelay_) {}
}
