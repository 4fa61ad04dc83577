// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AdmissionState } from "./IAssayLens.sol";

/// @notice What an answer to a validation request was based on; its `keccak256(abi.encode(…))` is the answer's responseHash.
struct Answer {
    uint256 agentId;
    /// The model the agent is linked to; 0: none, and then everything below is 0.
    uint256 modelId;
    AdmissionState state;
    /// AdmissionReason bits.
    uint256 reasons;
    uint256 qualityBps;
    /// Seconds (see IAssayLens.admission).
    uint256 updatedAt;
    uint256 validUntil;
    /// When the answer was given (seconds).
    uint256 answeredAt;
}

/// @title ERC8004Adapter: a model's admission as a validation of an ERC-8004 agent
/// @notice Whoever owns a model and an agent links the two; the link holds only while both have the same owner, so neither can be sold with the other's
/// name. A validation request that names this contract as validator is answered by anyone's call, with the tag "admission/v1": 1..100 (quality in percent,
/// rounded) for an admitted model, else 0. An answer stands in the registry until somebody has it given anew: read `lastUpdate`, or ask IAssayLens.
interface IERC8004Adapter {
    event Linked(uint256 indexed modelId, uint256 indexed agentId, address indexed owner);
    event Unlinked(uint256 indexed modelId, uint256 indexed agentId);
    event Answered(bytes32 indexed requestHash, uint256 indexed agentId, uint8 response, Answer answer);

    /// @notice Only whoever owns both the model and the agent may link them.
    error NotOwnerOfBoth(uint256 modelId, uint256 agentId, address caller);
    /// @notice Only whoever owns the model or the agent may unlink them.
    error NotOwnerOfEither(uint256 modelId, uint256 agentId, address caller);
    /// @notice The model is linked to no agent.
    error NotLinked(uint256 modelId);
    /// @notice The request asks another validator.
    error NotTheValidator(bytes32 requestHash, address validator);

    /// @notice Links a model and an agent of the caller. Links that either had before end.
    function link(uint256 modelId, uint256 agentId) external;
    /// @notice Ends a link. By the owner of the model or of the agent.
    function unlink(uint256 modelId) external;

    /// @notice Answers a validation request by the model's standing now. Anyone, any number of times.
    function respond(bytes32 requestHash) external returns (uint8 response);

    /// @notice What `respond` would answer for an agent now, and why.
    function answerFor(uint256 agentId) external view returns (uint8 response, Answer memory answer);
    /// @notice The model an agent is linked to, while both have the same owner; else 0.
    function modelOf(uint256 agentId) external view returns (uint256 modelId);
    /// @notice The agent a model is linked to, while both have the same owner.
    function agentOf(uint256 modelId) external view returns (bool linked, uint256 agentId);

    function lens() external view returns (address);
    function assay() external view returns (address);
    function identityRegistry() external view returns (address);
    function validationRegistry() external view returns (address);
}
