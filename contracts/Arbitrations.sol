// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Reevaluations } from "./Reevaluations.sol";
import { IArbitrable } from "./interfaces/IArbitrable.sol";
import { IArbitrator } from "./interfaces/IArbitrator.sol";
import { Dispute, ICourt, Outcome, Stage } from "./interfaces/ICourt.sol";
import { Policy } from "./interfaces/IPolicyBoard.sol";
import { DataCode } from "./libraries/DataCode.sol";

/// @title Arbitrations: what does the policy mean?
/// @dev The arbitrator is foreign code. It is called once, to open its dispute, after all of our own state is written; its ruling is only noted here, and
/// what follows from it is carried out by whoever calls `execute`. If it never rules, time does.
abstract contract Arbitrations is Reevaluations, IArbitrable {
    uint256 private constant RULING_EPOCHS = 7;
    /// @dev Deposits are this many times the policy's `disputeDeposit`.
    uint256 internal constant ARBITRATION_DEPOSITS = 2;
    /// @dev The rulings: 1 the result stands, 2 it is overturned. 0, or any other number: refused.
    uint256 private constant CHOICES = 2;
    uint256 private constant STANDS = 1;
    uint256 private constant OVERTURNED = 2;

    mapping(address arbitrator => mapping(uint256 arbitratorDisputeId => uint256 disputeId)) private _arbitrated;

    /// @inheritdoc ICourt
    function appealToArbitrator(uint256 disputeId) external payable nonReentrant {
        Dispute storage appealed = _at(disputeId, Stage.Reevaluated);
        Policy memory policy = DataCode.readPolicy(appealed.policyPointer);
        require(policy.arbitrator != address(0), NoArbitrator(disputeId));
        uint256 deadline = block.timestamp + RULING_EPOCHS * EPOCH_LENGTH;
        appealed.stage = Stage.Appealed;
        appealed.deadline = uint40(deadline);
        appealed.arbitrationAppellant = msg.sender;
        uint256 deposit = ARBITRATION_DEPOSITS * policy.disputeDeposit;
        _takeDeposit(msg.sender, deposit);
        uint256 arbitratorDisputeId = _createDispute(policy.arbitrator, disputeId);
        emit AppealedToArbitrator(disputeId, msg.sender, policy.arbitrator, arbitratorDisputeId, deadline, deposit);
    }

    function _createDispute(address arbitrator, uint256 disputeId) private returns (uint256 arbitratorDisputeId) {
        bytes memory extraData = abi.encode(disputeId);
        uint256 cost = IArbitrator(arbitrator).arbitrationCost(extraData);
        require(msg.value == cost, WrongArbitrationFee(msg.value, cost));
        arbitratorDisputeId = IArbitrator(arbitrator).createDispute{ value: cost }(CHOICES, extraData);
        require(_arbitrated[arbitrator][arbitratorDisputeId] == 0, ArbitratorRepeated(arbitrator, arbitratorDisputeId));
        _arbitrated[arbitrator][arbitratorDisputeId] = disputeId;
    }

    /// @inheritdoc IArbitrable
    /// @dev Never refuses a dispute's own arbitrator: a ruling that comes too late, or again, changes nothing.
    function rule(uint256 arbitratorDisputeId, uint256 ruling) external {
        uint256 disputeId = _arbitrated[msg.sender][arbitratorDisputeId];
        require(disputeId != 0, UnknownArbitration(msg.sender, arbitratorDisputeId));
        emit Ruling(IArbitrator(msg.sender), arbitratorDisputeId, ruling);
        Dispute storage ruled = _disputes[disputeId];
        if (ruled.stage != Stage.Appealed || block.timestamp >= ruled.deadline) return;
        Outcome outcome =
            ruling == OVERTURNED
                ? Outcome.Overturned
                : ruling == STANDS
                    ? Outcome.Confirmed
                    : Outcome.Unresolved;
        ruled.stage = Stage.Ruled;
        ruled.ruling = outcome;
        emit Ruled(disputeId, outcome);
    }
}
