// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAssay, ModelStake } from "./interfaces/IAssay.sol";
import { AdmissionState, Explanation, IAssayLens } from "./interfaces/IAssayLens.sol";
import { IPolicyBoard, Policy } from "./interfaces/IPolicyBoard.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { Clock, ExplanationLib } from "./libraries/ExplanationLib.sol";

/// @title AssayLens
/// @dev Everything is judged by the policy that is in force when it is asked.
contract AssayLens is IAssayLens {
    uint256 private constant MODELS_MAX = 256;

    IAssay private immutable ASSAY;
    IPolicyBoard private immutable BOARD;
    uint256 private immutable GENESIS;
    uint256 private immutable EPOCH_LENGTH;

    constructor(address assay) {
        ASSAY = IAssay(assay);
        BOARD = IPolicyBoard(ASSAY.policyBoard());
        GENESIS = ASSAY.genesis();
        EPOCH_LENGTH = ASSAY.epochLength();
    }

    /// @inheritdoc IAssayLens
    function isAdmitted(uint256 modelId) external view returns (bool) {
        (, address policyPointer) = BOARD.policyInForce();
        return ASSAY.isAdmittedUnder(modelId, policyPointer);
    }

    /// @inheritdoc IAssayLens
    function requireAdmitted(uint256 modelId, uint256 maxAge) external view {
        Explanation memory explanation = explain(modelId);
        require(explanation.admitted, NotAdmitted(modelId, explanation.reasons));
        uint256 updatedAt = explanation.updatedAt;
        // A result is not from the future.
        require(block.timestamp - updatedAt <= maxAge, ResultTooOld(modelId, updatedAt, maxAge));
    }

    /// @inheritdoc IAssayLens
    function admission(
        uint256 modelId
    )
        external
        view
        returns (AdmissionState state, uint256 reasons, uint256 qualityBps, uint256 updatedAt, uint256 validUntil)
    {
        Explanation memory explanation = explain(modelId);
        return (
            explanation.state,
            explanation.reasons,
            explanation.qualityBps,
            explanation.updatedAt,
            explanation.validUntil
        );
    }

    /// @inheritdoc IAssayLens
    function explain(uint256 modelId) public view returns (Explanation memory) {
        return explainAt(modelId, block.timestamp);
    }

    /// @inheritdoc IAssayLens
    function explainAt(uint256 modelId, uint256 timestamp) public view returns (Explanation memory) {
        return _explain(modelId, _policyInForce(), timestamp);
    }

    /// @inheritdoc IAssayLens
    function weights(uint256[] calldata modelIds) external view returns (uint256[] memory modelWeights) {
        require(modelIds.length <= MODELS_MAX, TooManyModels(modelIds.length, MODELS_MAX));
        Policy memory policy = _policyInForce();
        modelWeights = new uint256[](modelIds.length);
        for (uint256 i; i < modelIds.length; ++i) {
            modelWeights[i] = _explain(modelIds[i], policy, block.timestamp).weight;
        }
    }

    function _explain(
        uint256 modelId,
        Policy memory policy,
        uint256 timestamp
    ) private view returns (Explanation memory) {
        (, uint256 memoryWord, ModelStake memory stake) = ASSAY.standingOf(modelId);
        Clock memory clock = Clock({ nowAt: timestamp, genesis: GENESIS, epochLength: EPOCH_LENGTH });
        return ExplanationLib.explain(memoryWord, stake, policy, clock);
    }

    function _policyInForce() private view returns (Policy memory) {
        (, address pointer) = BOARD.policyInForce();
        return DataCode.readPolicy(pointer);
    }
}
