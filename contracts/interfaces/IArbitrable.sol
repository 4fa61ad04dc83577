// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IArbitrator } from "./IArbitrator.sol";

/// @title IArbitrable: a contract that has disputes decided by an arbitrator, as ERC-792 has it
interface IArbitrable {
    event Ruling(IArbitrator indexed _arbitrator, uint256 indexed _disputeID, uint256 _ruling);

    /// @notice Takes a ruling. Only the arbitrator of the dispute.
    /// @param _disputeID The arbitrator's number of the dispute.
    function rule(uint256 _disputeID, uint256 _ruling) external;
}
