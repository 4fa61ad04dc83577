// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IArbitrable } from "../../../contracts/interfaces/IArbitrable.sol";

/// @notice An arbitrator that refuses disputes, calls back while one is opened, and numbers all of them 0. Free of charge.
contract HostileArbitrator {
    enum Mode {
        Accept,
        Refuse,
        Reenter
    }

    error Refused();

    /// @dev Immutable, so that the code can be put in another account's place.
    IArbitrable private immutable COURT;
    Mode private _mode;
    bytes private _calldata;
    bool public answered;

    constructor(IArbitrable court) {
        COURT = court;
    }

    function setMode(Mode mode) external {
        _mode = mode;
    }

    function setCalldata(bytes calldata data) external {
        _calldata = data;
    }

    function arbitrationCost(bytes calldata) external pure returns (uint256) {
        return 0;
    }

    function createDispute(uint256, bytes calldata) external payable returns (uint256) {
        require(_mode != Mode.Refuse, Refused());
        if (_mode == Mode.Reenter) (answered, ) = address(COURT).call(_calldata);
        return 0;
    }

    function rule(uint256 disputeId, uint256 ruling) external {
        COURT.rule(disputeId, ruling);
    }
}
