// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Ownable } from "@openzeppelin/contracts/access/Ownable.sol";
import { Ownable2Step } from "@openzeppelin/contracts/access/Ownable2Step.sol";
import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { IArbitrable } from "../interfaces/IArbitrable.sol";
import { IArbitrator } from "../interfaces/IArbitrator.sol";

/// @title OwnerArbitrator: rulings by one account, for a fee
/// @notice The plainest arbitrator ERC-792 allows: whoever owns it decides, once and for all. Meant for a council's multisig or a timelock; it can be no
/// fairer than its owner. A policy that wants more names another arbitrator that speaks ERC-792 (Kleros, through an adapter that adds its court and
/// number of jurors to the extra data).
contract OwnerArbitrator is IArbitrator, Ownable2Step {
    struct OpenDispute {
        IArbitrable arbitrable;
        uint40 choices;
        bool solved;
        uint40 ruling;
    }

    /// @notice The fee changed (wei).
    event FeeChanged(uint256 fee);
    event FeesWithdrawn(address indexed receiver, uint256 amount);

    /// @notice Less was sent than the dispute costs (wei).
    error FeeTooLow(uint256 sent, uint256 cost);
    /// @notice A dispute offers at least one choice and less than 2^40.
    error ChoicesOutOfBounds(uint256 choices, uint256 bound);
    /// @notice There is no such dispute, or it is decided.
    error NotWaiting(uint256 disputeId);
    /// @notice The dispute does not offer this choice.
    error NoSuchChoice(uint256 ruling, uint256 choices);
    /// @notice Rulings are final.
    error NotAppealable(uint256 disputeId);

    /// @notice Cost of a dispute, wei.
    uint256 public fee;
    OpenDispute[] private _disputes;

    constructor(address initialOwner, uint256 fee_) Ownable(initialOwner) {
        fee = fee_;
        emit FeeChanged(fee_);
    }

    /// @notice For disputes from now on. Only the owner.
    function setFee(uint256 fee_) external onlyOwner {
        fee = fee_;
        emit FeeChanged(fee_);
    }

    /// @inheritdoc IArbitrator
    function createDispute(uint256 choices, bytes calldata) external payable returns (uint256 disputeId) {
        require(msg.value >= fee, FeeTooLow(msg.value, fee));
        require(choices != 0 && choices <= type(uint40).max, ChoicesOutOfBounds(choices, type(uint40).max));
        disputeId = _disputes.length;
        // Bound checked above.
        _disputes.push(
            OpenDispute({ arbitrable: IArbitrable(msg.sender), choices: uint40(choices), solved: false, ruling: 0 })
        );
        emit DisputeCreation(disputeId, IArbitrable(msg.sender));
    }

    /// @notice Decides a dispute. Only the owner.
    /// @param ruling 0: refused; else one of the dispute's choices.
    function giveRuling(uint256 disputeId, uint256 ruling) external onlyOwner {
        require(disputeStatus(disputeId) == DisputeStatus.Waiting, NotWaiting(disputeId));
        OpenDispute storage decided = _disputes[disputeId];
        require(ruling <= decided.choices, NoSuchChoice(ruling, decided.choices));
        decided.solved = true;
        // At most `choices`.
        decided.ruling = uint40(ruling);
        decided.arbitrable.rule(disputeId, ruling);
    }

    /// @notice Pays out all fees. Only the owner.
    function withdrawFees(address payable receiver) external onlyOwner {
        uint256 amount = address(this).balance;
        emit FeesWithdrawn(receiver, amount);
        Address.sendValue(receiver, amount);
    }

    /// @inheritdoc IArbitrator
    function appeal(uint256 disputeId, bytes calldata) external payable {
        revert NotAppealable(disputeId);
    }

    /// @inheritdoc IArbitrator
    function arbitrationCost(bytes calldata) external view returns (uint256 cost) {
        return fee;
    }

    /// @inheritdoc IArbitrator
    /// @dev As ERC-792 asks for what cannot be appealed: more than anybody has.
    function appealCost(uint256, bytes calldata) external pure returns (uint256 cost) {
        return type(uint256).max;
    }

    /// @inheritdoc IArbitrator
    function appealPeriod(uint256) external pure returns (uint256 start, uint256 end) {
        return (0, 0);
    }

    /// @inheritdoc IArbitrator
    function disputeStatus(uint256 disputeId) public view returns (DisputeStatus status) {
        require(disputeId < _disputes.length, NotWaiting(disputeId));
        return _disputes[disputeId].solved ? DisputeStatus.Solved : DisputeStatus.Waiting;
    }

    /// @inheritdoc IArbitrator
    function currentRuling(uint256 disputeId) external view returns (uint256 ruling) {
        require(disputeId < _disputes.length, NotWaiting(disputeId));
        return _disputes[disputeId].ruling;
    }
}
