// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { Guardian } from "./Guardian.sol";
import { SeatList } from "./SeatList.sol";

/// @title PolicyBoard
/// @notice The public standards, and who may measure against them. See IPolicyBoard for what each function promises.
///
/// One concern a file: Policies (announce, notice, in force), Guardian (the pause), Seats (owners and keys), SeatList (what a round is held with).
///
/// Rules that hold everywhere: standards and key lists are contract code, so a round that has opened keeps those it opened with, whatever the owner does later;
/// standards never tighten before their notice has run; ids and keys are never used twice; no loop but over the seats that are taken.
contract PolicyBoard is Guardian, SeatList {
    /// @param initialOwner A timelock, as soon as others depend on the standards. Ownership passes in one step, so that a deployment can hand it to a timelock without waiting for the timelock's own delay.
    constructor(address initialOwner) Ownable(initialOwner) {}
}
