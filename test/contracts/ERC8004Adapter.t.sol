// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { ERC8004Adapter } from "../../contracts/adapters/ERC8004Adapter.sol";
import { AdmissionState, Explanation } from "../../contracts/interfaces/IAssayLens.sol";
import { Answer, IERC8004Adapter } from "../../contracts/interfaces/IERC8004Adapter.sol";
import { IERC8004Validation } from "../../contracts/interfaces/erc8004/IERC8004Validation.sol";
import { LensFixture } from "./LensFixture.sol";
import { FixedLens } from "./harness/FixedLens.sol";
import { AgentIdentity, AgentValidation } from "./harness/AgentRegistries.sol";
import { vm } from "./Vm.sol";

contract ERC8004AdapterTest is LensFixture {
    bytes32 private constant REQUEST = keccak256("request");
    string private constant TAG = "admission/v1";

    AgentIdentity private agents;
    AgentValidation private validations;
    ERC8004Adapter private adapter;
    /// @dev The registry's first, whose id is 0.
    uint256 private agentId;

    function setUp() public override {
        super.setUp();
        agents = new AgentIdentity();
        validations = new AgentValidation(address(agents));
        adapter = new ERC8004Adapter(address(assay), address(lens), address(validations));
        vm.prank(owner);
        agentId = agents.register();
    }

    function test_Constructor() public view {
        _same(adapter.assay(), address(assay), "assay");
        _same(adapter.lens(), address(lens), "lens");
        _same(adapter.identityRegistry(), address(agents), "identity");
        _same(adapter.validationRegistry(), address(validations), "validation");
    }

    // ---------------------------------------------------------------- link
    function test_Link() public {
        _same(agentId, 0, "the first agent's id");
        _expectAdapterEvent();
        emit IERC8004Adapter.Linked(modelId, agentId, owner);
        _link(modelId, agentId);
        _linked(modelId, agentId);
    }

    /// @dev A new link ends those that either had, so that no name stands for two.
    function test_Link_Again() public {
        (uint256 other, ) = _register(keccak256("other"));
        vm.prank(owner);
        uint256 otherAgent = agents.register();
        _link(modelId, agentId);
        _link(other, otherAgent);
        _link(modelId, otherAgent);
        _linked(modelId, otherAgent);
        _notLinked(other);
        _same(adapter.modelOf(agentId), 0, "the first agent is free");
        _expect(abi.encodeWithSelector(IERC8004Adapter.NotLinked.selector, other));
        vm.prank(owner);
        adapter.unlink(other);
        _link(modelId, otherAgent);
        _linked(modelId, otherAgent);
    }

    function test_RevertWhen_NotOwnerOfBoth() public {
        _expectNotBoth(modelId, agentId, stranger);
        vm.prank(stranger);
        adapter.link(modelId, agentId);
        vm.prank(stranger);
        uint256 stolen = agents.register();
        _expectNotBoth(modelId, stolen, stranger);
        vm.prank(stranger);
        adapter.link(modelId, stolen);
        _expectNotBoth(modelId, stolen, owner);
        vm.prank(owner);
        adapter.link(modelId, stolen);
    }

    /// @dev Sold apart, they stand for each other no longer; sold together, they do.
    function test_Link_EndsWithCommonOwner() public {
        _link(modelId, agentId);
        vm.prank(owner);
        agents.transferFrom(owner, stranger, agentId);
        _notLinked(modelId);
        _same(adapter.modelOf(agentId), 0, "model");
        vm.prank(owner);
        assay.transferFrom(owner, stranger, modelId);
        _linked(modelId, agentId);
    }

    function test_Unlink() public {
        _link(modelId, agentId);
        _expectAdapterEvent();
        emit IERC8004Adapter.Unlinked(modelId, agentId);
        vm.prank(owner);
        adapter.unlink(modelId);
        _notLinked(modelId);
        _same(adapter.modelOf(agentId), 0, "model");
        _expect(abi.encodeWithSelector(IERC8004Adapter.NotLinked.selector, modelId));
        vm.prank(owner);
        adapter.unlink(modelId);
    }

    /// @dev Whoever bought the agent can free it of a name.
    function test_Unlink_ByTheAgentsOwner() public {
        _link(modelId, agentId);
        vm.prank(owner);
        agents.transferFrom(owner, stranger, agentId);
        vm.prank(stranger);
        adapter.unlink(modelId);
        vm.prank(stranger);
        agents.transferFrom(stranger, owner, agentId);
        _notLinked(modelId);
    }

    /// @dev Whoever bought the model can, too.
    function test_Unlink_ByTheModelsOwner() public {
        _link(modelId, agentId);
        vm.prank(owner);
        assay.transferFrom(owner, stranger, modelId);
        vm.prank(stranger);
        adapter.unlink(modelId);
        vm.prank(stranger);
        assay.transferFrom(stranger, owner, modelId);
        _notLinked(modelId);
    }

    function test_RevertWhen_NotLinked() public {
        _expect(abi.encodeWithSelector(IERC8004Adapter.NotLinked.selector, modelId));
        vm.prank(owner);
        adapter.unlink(modelId);
    }

    function test_RevertWhen_NotOwnerOfEither() public {
        _link(modelId, agentId);
        _expect(abi.encodeWithSelector(IERC8004Adapter.NotOwnerOfEither.selector, modelId, agentId, stranger));
        vm.prank(stranger);
        adapter.unlink(modelId);
    }

    // ---------------------------------------------------------------- respond
    function test_Respond_Admitted() public {
        _link(modelId, agentId);
        _request();
        _admit();
        Explanation memory explanation = lens.explain(modelId);
        uint8 percent = uint8((explanation.qualityBps + 50) / 100);
        _isTrue(percent > 90 && percent <= 100, "quality");
        (uint8 response, Answer memory answer) = adapter.answerFor(agentId);
        _same(response, percent, "answerFor");
        _same(answer.modelId, modelId, "model");
        _same(uint256(answer.state), uint256(AdmissionState.Admitted), "state");
        _same(answer.validUntil, explanation.validUntil, "validUntil");
        _same(answer.answeredAt, block.timestamp, "answeredAt");
        _expectEventOf(address(adapter));
        emit IERC8004Adapter.Answered(REQUEST, agentId, percent, answer);
        _expectEventOf(address(validations));
        emit IERC8004Validation.ValidationResponse(
            address(adapter),
            agentId,
            REQUEST,
            percent,
            "",
            keccak256(abi.encode(answer)),
            TAG
        );
        vm.prank(stranger);
        _same(adapter.respond(REQUEST), percent, "respond");
        _answered(percent, keccak256(abi.encode(answer)));
    }

    /// @dev Anyone has the answer given anew; it falls with the admission, with the link, and with common ownership.
    function test_Respond_FollowsAdmissionAndLink() public {
        _request();
        _same(adapter.respond(REQUEST), 0, "not linked");
        _link(modelId, agentId);
        _same(adapter.respond(REQUEST), 0, "not admitted");
        _admit();
        _isTrue(adapter.respond(REQUEST) > 90, "admitted");
        vm.prank(owner);
        agents.transferFrom(owner, stranger, agentId);
        _same(adapter.respond(REQUEST), 0, "sold without the model");
        vm.prank(stranger);
        agents.transferFrom(stranger, owner, agentId);
        _isTrue(adapter.respond(REQUEST) > 90, "back");
        vm.warp(lens.explain(modelId).validUntil + 1);
        _same(adapter.respond(REQUEST), 0, "lapsed");
        _answeredWith(0);
    }

    /// @dev What others read from the registry.
    function test_Respond_Summary() public {
        _link(modelId, agentId);
        _request();
        _admit();
        uint8 response = adapter.respond(REQUEST);
        address[] memory validators = new address[](1);
        validators[0] = address(adapter);
        (uint64 count, uint8 average) = validations.getSummary(agentId, validators, TAG);
        _same(count, 1, "count");
        _same(average, response, "average");
    }

    /// @dev Rounded half up to whole percents, and never 0: that says "not admitted".
    function test_Respond_Rounds() public {
        uint256[6] memory qualities = [uint256(0), 49, 149, 150, 9_949, 10_000];
        uint8[6] memory percents = [1, 1, 1, 2, 99, 100];
        for (uint256 i; i < qualities.length; ++i) {
            FixedLens fixedLens = new FixedLens(qualities[i]);
            adapter = new ERC8004Adapter(address(assay), address(fixedLens), address(validations));
            _link(modelId, agentId);
            (uint8 response, ) = adapter.answerFor(agentId);
            _same(response, percents[i], "percent");
        }
    }

    /// @dev Of an agent that does not exist, too.
    function test_AnswerFor_UnknownAgent() public view {
        (uint8 response, Answer memory answer) = adapter.answerFor(99);
        _same(response, 0, "not admitted");
        _same(answer.modelId, 0, "no model");
        _same(answer.reasons, 0, "nor a word about it");
        _same(answer.agentId, 99, "agent");
        _same(adapter.modelOf(99), 0, "modelOf");
    }

    function test_RevertWhen_NotTheValidator() public {
        vm.prank(owner);
        validations.validationRequest(stranger, agentId, "", REQUEST);
        _expect(abi.encodeWithSelector(IERC8004Adapter.NotTheValidator.selector, REQUEST, stranger));
        adapter.respond(REQUEST);
    }

    function test_RevertWhen_UnknownRequest() public {
        _expect(abi.encodeWithSelector(AgentValidation.UnknownRequest.selector, REQUEST));
        adapter.respond(REQUEST);
    }

    // ---------------------------------------------------------------- steps
    function _link(uint256 model, uint256 agent) private {
        vm.prank(owner);
        adapter.link(model, agent);
    }

    function _request() private {
        vm.prank(owner);
        validations.validationRequest(address(adapter), agentId, "https://example.org/request.json", REQUEST);
    }

    function _linked(uint256 model, uint256 agent) private view {
        (bool linked, uint256 found) = adapter.agentOf(model);
        _isTrue(linked, "linked");
        _same(found, agent, "agent");
        _same(adapter.modelOf(agent), model, "model");
    }

    function _notLinked(uint256 model) private view {
        (bool linked, uint256 found) = adapter.agentOf(model);
        _isTrue(!linked && found == 0, "not linked");
    }

    function _answeredWith(uint8 response) private view {
        (, , uint8 stored, , , ) = validations.getValidationStatus(REQUEST);
        _same(stored, response, "stored");
    }

    function _answered(uint8 response, bytes32 responseHash) private view {
        (address validator, , , bytes32 hash, string memory tag, uint256 lastUpdate) = validations.getValidationStatus(
            REQUEST
        );
        _answeredWith(response);
        _same(validator, address(adapter), "validator");
        _same(hash, responseHash, "hash");
        _same(keccak256(bytes(tag)), keccak256(bytes(TAG)), "tag");
        _same(lastUpdate, block.timestamp, "time");
    }

    function _expectNotBoth(uint256 model, uint256 agent, address caller) private {
        _expect(abi.encodeWithSelector(IERC8004Adapter.NotOwnerOfBoth.selector, model, agent, caller));
    }

    function _expectAdapterEvent() private {
        _expectEventOf(address(adapter));
    }

    function _expectEventOf(address emitter) private {
        vm.expectEmit(true, true, true, true, emitter);
    }
}
