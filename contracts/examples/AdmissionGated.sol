// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Address } from "@openzeppelin/contracts/utils/Address.sol";
import { AdmissionConsumer } from "../consumer/AdmissionConsumer.sol";
import { IAssay } from "../interfaces/IAssay.sol";
import { IAssayLens } from "../interfaces/IAssayLens.sol";

/// @title AdmissionGated: an example of a contract that uses admitted models only
/// @notice A caller pays for one request to a model; the payment reaches the model's owner in the same transaction, or everything reverts. A model that
/// is not admitted at that moment, or was not measured lately, never sees a wei.
contract AdmissionGated {
    /// @dev Stricter than the standards' own bound: this contract wants a result of the last three days (seconds).
    uint256 public constant MAX_AGE = 3 days;

    IAssay public immutable ASSAY;
    IAssayLens public immutable LENS;

    /// @dev `requestHash` commits to the request, which travels off chain to the model's endpoint.
    event Requested(uint256 indexed modelId, address indexed from, bytes32 indexed requestHash, uint256 payment);

    /// @notice A request is paid for; the payment was 0.
    error NoPayment();

    constructor(address assay, address lens) {
        ASSAY = IAssay(assay);
        LENS = IAssayLens(lens);
    }

    /// @notice Sends a request to one model. Reverts with the lens's own reasons if it is not admitted.
    function request(uint256 modelId, bytes32 requestHash) external payable {
        AdmissionConsumer.requireAdmitted(LENS, modelId, MAX_AGE);
        _forward(modelId, requestHash);
    }

    /// @notice Sends a request to whichever of these models has the largest routing weight. Reverts with NobodyAdmitted if none is admitted.
    function requestBest(uint256[] calldata modelIds, bytes32 requestHash) external payable returns (uint256 modelId) {
        modelId = AdmissionConsumer.requireBestOf(LENS, modelIds);
        AdmissionConsumer.requireAdmitted(LENS, modelId, MAX_AGE);
        _forward(modelId, requestHash);
    }

    function _forward(uint256 modelId, bytes32 requestHash) private {
        require(msg.value != 0, NoPayment());
        (address owner, ) = ASSAY.ownerAndLane(modelId);
        emit Requested(modelId, msg.sender, requestHash, msg.value);
        Address.sendValue(payable(owner), msg.value);
    }
}
