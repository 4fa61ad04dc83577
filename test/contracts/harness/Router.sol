// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { AdmissionConsumer } from "../../../contracts/consumer/AdmissionConsumer.sol";
import { IAssayLens } from "../../../contracts/interfaces/IAssayLens.sol";

/// @notice The consumer library, callable.
contract Router {
    function isAdmitted(IAssayLens lens, uint256 modelId) external view returns (bool) {
        return AdmissionConsumer.isAdmitted(lens, modelId);
    }

    function requireAdmitted(IAssayLens lens, uint256 modelId, uint256 maxAge) external view {
        AdmissionConsumer.requireAdmitted(lens, modelId, maxAge);
    }

    function bestOf(IAssayLens lens, uint256[] calldata modelIds) external view returns (uint256) {
        return AdmissionConsumer.bestOf(lens, modelIds);
    }

    function drawOf(IAssayLens lens, uint256[] calldata modelIds, uint256 random) external view returns (uint256) {
        return AdmissionConsumer.drawOf(lens, modelIds, random);
    }

    function weights(IAssayLens lens, uint256[] calldata modelIds) external view returns (uint256[] memory) {
        return AdmissionConsumer.weights(lens, modelIds);
    }
}

/// @dev Kinds of nonsense a BrokenLens knows.
uint256 constant KINDS = 10;

/// @notice A lens that answers every question with one kind of nonsense.
contract BrokenLens {
    uint256 private immutable KIND;

    constructor(uint256 kind) {
        KIND = kind;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        if (KIND == 0) revert();
        if (KIND == 1) return "";
        // One byte short of a word, a word that is no bool, two words, and far more than anybody asked for.
        if (KIND == 2) return new bytes(31);
        if (KIND == 3) return abi.encode(2);
        if (KIND == 4) return abi.encode(1, 1);
        // Three weights that come as a reason to revert, and three with a word behind them.
        bytes memory three = abi.encodePacked(uint256(32), uint256(3), uint256(1), uint256(1), uint256(1));
        if (KIND == 5) {
            assembly ("memory-safe") {
                revert(add(three, 0x20), mload(three))
            }
        }
        if (KIND == 6) return bytes.concat(three, bytes32(uint256(1)));
        // Three that are said to start elsewhere, and to be two.
        if (KIND == 7) return abi.encodePacked(uint256(64), uint256(3), uint256(1), uint256(1), uint256(1));
        if (KIND == 8) return abi.encodePacked(uint256(32), uint256(2), uint256(1), uint256(1), uint256(1));
        bytes memory flood = new bytes(100_000);
        flood[31] = 0x01;
        return flood;
    }
}
