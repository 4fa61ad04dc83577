// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC721 } from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import { IERC8004Identity } from "../../../contracts/interfaces/erc8004/IERC8004Identity.sol";
import { IERC8004Validation } from "../../../contracts/interfaces/erc8004/IERC8004Validation.sol";

/// @notice ERC-8004's Identity Registry as far as a validation needs it: an ERC-721 whose ids run from 0.
/// @dev The registries of the standard's authors are in no package; these two follow the standard's text, and the checks of the deployed ones.
contract AgentIdentity is ERC721("AgentIdentity", "AGENT") {
    uint256 private _next;

    function register() external returns (uint256 agentId) {
        agentId = _next++;
        _safeMint(msg.sender, agentId);
    }
}

/// @notice ERC-8004's Validation Registry.
contract AgentValidation is IERC8004Validation {
    struct Status {
        address validator;
        uint256 agentId;
        uint8 response;
        bytes32 responseHash;
        string tag;
        uint256 lastUpdate;
        bool answered;
    }

    ERC721 private immutable IDENTITY;
    mapping(bytes32 requestHash => Status) private _statuses;
    mapping(uint256 agentId => bytes32[]) private _ofAgent;
    mapping(address validator => bytes32[]) private _ofValidator;

    error NotAuthorized(uint256 agentId, address caller);
    error RequestExists(bytes32 requestHash);
    error UnknownRequest(bytes32 requestHash);
    error NotValidator(bytes32 requestHash, address caller);
    error ResponseTooLarge(uint8 response);
    error ZeroValidator();

    constructor(address identity) {
        IDENTITY = ERC721(identity);
    }

    function getIdentityRegistry() external view returns (address) {
        return address(IDENTITY);
    }

    function validationRequest(
        address validatorAddress,
        uint256 agentId,
        string calldata requestURI,
        bytes32 requestHash
    ) external {
        require(validatorAddress != address(0), ZeroValidator());
        require(_statuses[requestHash].validator == address(0), RequestExists(requestHash));
        address owner = IDENTITY.ownerOf(agentId);
        bool authorized =
            msg.sender == owner ||
                IDENTITY.isApprovedForAll(owner, msg.sender) ||
                IDENTITY.getApproved(agentId) == msg.sender;
        require(authorized, NotAuthorized(agentId, msg.sender));
        Status storage status = _statuses[requestHash];
        (status.validator, status.agentId, status.lastUpdate) = (validatorAddress, agentId, block.timestamp);
        _ofAgent[agentId].push(requestHash);
        _ofValidator[validatorAddress].push(requestHash);
        emit ValidationRequest(validatorAddress, agentId, requestURI, requestHash);
    }

    function validationResponse(
        bytes32 requestHash,
        uint8 response,
        string calldata responseURI,
        bytes32 responseHash,
        string calldata tag
    ) external {
        Status storage status = _known(requestHash);
        require(msg.sender == status.validator, NotValidator(requestHash, msg.sender));
        require(response <= 100, ResponseTooLarge(response));
        (status.response, status.responseHash, status.tag) = (response, responseHash, tag);
        (status.lastUpdate, status.answered) = (block.timestamp, true);
        emit ValidationResponse(
            status.validator,
            status.agentId,
            requestHash,
            response,
            responseURI,
            responseHash,
            tag
        );
    }

    function getValidationStatus(
        bytes32 requestHash
    ) external view returns (address, uint256, uint8, bytes32, string memory, uint256) {
        Status storage status = _known(requestHash);
        return (status.validator, status.agentId, status.response, status.responseHash, status.tag, status.lastUpdate);
    }

    function getSummary(
        uint256 agentId,
        address[] calldata validatorAddresses,
        string calldata tag
    ) external view returns (uint64 count, uint8 averageResponse) {
        uint256 sum;
        bytes32[] storage requests = _ofAgent[agentId];
        for (uint256 i; i < requests.length; ++i) {
            Status storage status = _statuses[requests[i]];
            bool counts =
                status.answered && _isNamed(validatorAddresses, status.validator) && _isTagged(tag, status.tag);
            if (!counts) continue;
            sum += status.response;
            ++count;
        }
        // An average of numbers up to 100.
        if (count != 0) averageResponse = uint8(sum / count);
    }

    function getAgentValidations(uint256 agentId) external view returns (bytes32[] memory) {
        return _ofAgent[agentId];
    }

    function getValidatorRequests(address validatorAddress) external view returns (bytes32[] memory) {
        return _ofValidator[validatorAddress];
    }

    function _known(bytes32 requestHash) private view returns (Status storage status) {
        status = _statuses[requestHash];
        require(status.validator != address(0), UnknownRequest(requestHash));
    }

    /// @dev An empty list names everybody.
    function _isNamed(address[] calldata validators, address validator) private pure returns (bool) {
        for (uint256 i; i < validators.length; ++i) {
            if (validators[i] == validator) return true;
        }
        return validators.length == 0;
    }

    /// @dev An empty tag is every tag.
    function _isTagged(string calldata wanted, string storage tag) private pure returns (bool) {
        return bytes(wanted).length == 0 || keccak256(bytes(wanted)) == keccak256(bytes(tag));
    }
}
