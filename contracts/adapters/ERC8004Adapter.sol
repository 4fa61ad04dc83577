// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAssay } from "../interfaces/IAssay.sol";
import { IAssayLens } from "../interfaces/IAssayLens.sol";
import { Answer, IERC8004Adapter } from "../interfaces/IERC8004Adapter.sol";
import { IERC8004Identity } from "../interfaces/erc8004/IERC8004Identity.sol";
import { IERC8004Validation } from "../interfaces/erc8004/IERC8004Validation.sol";

/// @title ERC8004Adapter
/// @notice See IERC8004Adapter for what each function promises.
/// @dev Agent ids begin with 0 and model ids with 1, so what is stored of an agent is one more than its id, and 0 is nothing in both directions.
contract ERC8004Adapter is IERC8004Adapter {
    string private constant TAG = "admission/v1";

    IAssay private immutable ASSAY;
    IAssayLens private immutable LENS;
    IERC8004Identity private immutable IDENTITY;
    IERC8004Validation private immutable VALIDATION;

    /// @dev By agent.
    mapping(uint256 agentId => uint256 modelId) private _models;
    /// @dev By model: one more than the agent's id.
    mapping(uint256 modelId => uint256 agent) private _agents;

    constructor(address assay_, address lens_, address validationRegistry_) {
        ASSAY = IAssay(assay_);
        LENS = IAssayLens(lens_);
        VALIDATION = IERC8004Validation(validationRegistry_);
        IDENTITY = IERC8004Identity(VALIDATION.getIdentityRegistry());
    }

    // ---------------------------------------------------------------- link
    /// @inheritdoc IERC8004Adapter
    function link(uint256 modelId, uint256 agentId) external {
        bool ownsBoth = _modelOwner(modelId) == msg.sender && IDENTITY.ownerOf(agentId) == msg.sender;
        require(ownsBoth, NotOwnerOfBoth(modelId, agentId, msg.sender));
        _unlink(modelId);
        _unlink(_models[agentId]);
        _models[agentId] = modelId;
        _agents[modelId] = agentId + 1;
        emit Linked(modelId, agentId, msg.sender);
    }

    /// @inheritdoc IERC8004Adapter
    function unlink(uint256 modelId) external {
        uint256 agent = _agents[modelId];
        require(agent != 0, NotLinked(modelId));
        bool ownsEither = _modelOwner(modelId) == msg.sender || IDENTITY.ownerOf(agent - 1) == msg.sender;
        require(ownsEither, NotOwnerOfEither(modelId, agent - 1, msg.sender));
        _unlink(modelId);
    }

    /// @dev Nothing for a model without a link.
    function _unlink(uint256 modelId) private {
        uint256 agent = _agents[modelId];
        if (agent == 0) return;
        delete _agents[modelId];
        delete _models[agent - 1];
        emit Unlinked(modelId, agent - 1);
    }

    // ---------------------------------------------------------------- respond
    /// @inheritdoc IERC8004Adapter
    function respond(bytes32 requestHash) external returns (uint8 response) {
        (address validator, uint256 agentId, , , , ) = VALIDATION.getValidationStatus(requestHash);
        require(validator == address(this), NotTheValidator(requestHash, validator));
        Answer memory answer;
        (response, answer) = answerFor(agentId);
        emit Answered(requestHash, agentId, response, answer);
        VALIDATION.validationResponse(requestHash, response, "", keccak256(abi.encode(answer)), TAG);
    }

    /// @inheritdoc IERC8004Adapter
    function answerFor(uint256 agentId) public view returns (uint8 response, Answer memory answer) {
        answer.agentId = agentId;
        answer.answeredAt = block.timestamp;
        uint256 modelId = modelOf(agentId);
        if (modelId == 0) return (0, answer);
        answer.modelId = modelId;
        (answer.state, answer.reasons, answer.qualityBps, answer.updatedAt, answer.validUntil) = LENS.admission(
            modelId
        );
        if (answer.reasons == 0) response = _percent(answer.qualityBps);
    }

    /// @dev 1..100, so that 0 always says "not admitted".
    function _percent(uint256 qualityBps) private pure returns (uint8) {
        uint256 percent = (qualityBps + 50) / 100;
        // qualityBps ≤ 10,000, so percent ≤ 100.
        return percent == 0 ? 1 : uint8(percent);
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IERC8004Adapter
    function modelOf(uint256 agentId) public view returns (uint256 modelId) {
        modelId = _models[agentId];
        if (modelId == 0 || _modelOwner(modelId) != IDENTITY.ownerOf(agentId)) return 0;
    }

    /// @inheritdoc IERC8004Adapter
    function agentOf(uint256 modelId) external view returns (bool linked, uint256 agentId) {
        uint256 agent = _agents[modelId];
        if (agent == 0 || modelOf(agent - 1) != modelId) return (false, 0);
        return (true, agent - 1);
    }

    /// @inheritdoc IERC8004Adapter
    function lens() external view returns (address) {
        return address(LENS);
    }

    /// @inheritdoc IERC8004Adapter
    function assay() external view returns (address) {
        return address(ASSAY);
    }

    /// @inheritdoc IERC8004Adapter
    function identityRegistry() external view returns (address) {
        return address(IDENTITY);
    }

    /// @inheritdoc IERC8004Adapter
    function validationRegistry() external view returns (address) {
        return address(VALIDATION);
    }

    function _modelOwner(uint256 modelId) private view returns (address owner) {
        (owner, ) = ASSAY.ownerAndLane(modelId);
    }
}
