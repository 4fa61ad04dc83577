// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { IAssayLens } from "../interfaces/IAssayLens.sol";

/// @title AdmissionConsumer: a router's questions, a line each
/// @notice Fails closed: a lens that reverts, has no code, or answers with something else means that nobody is admitted.
/// `requireAdmitted` alone passes the lens's own error on, so that a caller reads which conditions fail.
/// @dev Whoever sends a transaction chooses its gas, and a read that runs out of gas is a read that failed. The questions about several models are
/// therefore one call each: starving it takes all models away and never moves the choice from one to another.
library AdmissionConsumer {
    /// @notice None of these models is admitted.
    error NobodyAdmitted(uint256 models);

    /// @notice Whether the model is admitted now.
    /// @param lens The Assay itself answers this one question too, one call cheaper: `IAssayLens(address(assay))`.
    function isAdmitted(IAssayLens lens, uint256 modelId) internal view returns (bool) {
        (bool answered, uint256 answer) = _askWord(address(lens), abi.encodeCall(IAssayLens.isAdmitted, (modelId)));
        return answered && answer == 1;
    }

    /// @notice Reverts unless the model is admitted and its last result is no older than `maxAge` seconds.
    function requireAdmitted(IAssayLens lens, uint256 modelId, uint256 maxAge) internal view {
        lens.requireAdmitted(modelId, maxAge);
    }

    /// @notice The model with the largest routing weight, the first among equals; 0 if none is admitted. At most 256 ids.
    function bestOf(IAssayLens lens, uint256[] memory modelIds) internal view returns (uint256 modelId) {
        uint256[] memory modelWeights = weights(lens, modelIds);
        uint256 best;
        for (uint256 i; i < modelIds.length; ++i) {
            if (modelWeights[i] <= best) continue;
            best = modelWeights[i];
            modelId = modelIds[i];
        }
    }

    /// @notice A model drawn with a probability in proportion to its routing weight; 0 if none is admitted. At most 256 ids.
    /// @param random Any number that the one who gains by the choice cannot choose.
    function drawOf(
        IAssayLens lens,
        uint256[] memory modelIds,
        uint256 random
    ) internal view returns (uint256 modelId) {
        uint256[] memory modelWeights = weights(lens, modelIds);
        uint256 sum;
        for (uint256 i; i < modelIds.length; ++i) sum += modelWeights[i];
        if (sum == 0) return 0;
        uint256 left = random % sum;
        // left < sum, so some weight is above what is left of it.
        for (uint256 i; ; ++i) {
            if (left < modelWeights[i]) return modelIds[i];
            left -= modelWeights[i];
        }
    }

    /// @notice The model with the largest routing weight; reverts if none is admitted.
    function requireBestOf(IAssayLens lens, uint256[] memory modelIds) internal view returns (uint256 modelId) {
        modelId = bestOf(lens, modelIds);
        require(modelId != 0, NobodyAdmitted(modelIds.length));
    }

    /// @notice Routing weights (0..1e8), one a model, in order; all 0 if the lens does not answer. At most 256 ids.
    function weights(IAssayLens lens, uint256[] memory modelIds) internal view returns (uint256[] memory modelWeights) {
        modelWeights = new uint256[](modelIds.length);
        bytes memory question = abi.encodeCall(IAssayLens.weights, (modelIds));
        // An array's encoding: where it starts (32), its length, and a word each.
        uint256 answerBytes = 64 + 32 * modelIds.length;
        bytes memory answer = new bytes(answerBytes);
        bool answered;
        assembly ("memory-safe") {
            // No more than `answerBytes` are copied, whatever comes back.
            answered := staticcall(gas(), lens, add(question, 0x20), mload(question), add(answer, 0x20), answerBytes)
            answered := and(answered, eq(returndatasize(), answerBytes))
            answered := and(answered, eq(mload(add(answer, 0x20)), 0x20))
            answered := and(answered, eq(mload(add(answer, 0x40)), mload(modelIds)))
        }
        if (!answered) return modelWeights;
        for (uint256 i; i < modelIds.length; ++i) modelWeights[i] = _wordAt(answer, 64 + 32 * i);
    }

    function _wordAt(bytes memory data, uint256 offset) private pure returns (uint256 word) {
        // offset + 32 ≤ data.length, by the loop above.
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), offset))
        }
    }

    /// @dev An answer of one word; anything else, and no answer, is none.
    function _askWord(address target, bytes memory question) private view returns (bool answered, uint256 answer) {
        assembly ("memory-safe") {
            // Scratch space holds the word.
            answered := staticcall(gas(), target, add(question, 0x20), mload(question), 0x00, 0x20)
            answered := and(answered, eq(returndatasize(), 0x20))
            answer := mload(0x00)
        }
    }
}
