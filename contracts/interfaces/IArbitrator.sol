// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IArbitrable } from "./IArbitrable.sol";

/// @title IArbitrator: an arbitrator as ERC-792 has it
/// @notice Whoever can decide a dispute between choices for a fee: a council, a vote, Kleros. Names are the standard's.
interface IArbitrator {
    enum DisputeStatus {
        Waiting,
        Appealable,
        Solved
    }

    event DisputeCreation(uint256 indexed _disputeID, IArbitrable indexed _arbitrable);
    event AppealPossible(uint256 indexed _disputeID, IArbitrable indexed _arbitrable);
    event AppealDecision(uint256 indexed _disputeID, IArbitrable indexed _arbitrable);

    /// @notice Opens a dispute of the caller. Takes at least `arbitrationCost` wei.
    /// @param _choices Rulings run from 1 to this; 0 is a refusal to rule.
    function createDispute(uint256 _choices, bytes calldata _extraData) external payable returns (uint256 disputeID);

    /// @notice Pays for an appeal against the current ruling.
    function appeal(uint256 _disputeID, bytes calldata _extraData) external payable;

    /// @notice Wei.
    function arbitrationCost(bytes calldata _extraData) external view returns (uint256 cost);
    /// @notice Wei.
    function appealCost(uint256 _disputeID, bytes calldata _extraData) external view returns (uint256 cost);
    /// @notice Seconds; (0, 0) when there is no appeal.
    function appealPeriod(uint256 _disputeID) external view returns (uint256 start, uint256 end);
    function disputeStatus(uint256 _disputeID) external view returns (DisputeStatus status);
    function currentRuling(uint256 _disputeID) external view returns (uint256 ruling);
}
