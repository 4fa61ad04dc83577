// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch } from "../../contracts/interfaces/IAssay.sol";
import { AssayFixture } from "./AssayFixture.sol";

/// @notice A model whose round is open and drawn.
abstract contract PostFixture is AssayFixture {
    uint256 internal modelId;
    bytes32 internal versionId;
    uint256 internal roundId;
    uint256 internal committee;

    function setUp() public override {
        super.setUp();
        (modelId, versionId) = _standardModel();
        _nextEpoch();
        roundId = _drawRound();
        committee = _committee(roundId);
    }

    function _goodBatch() internal view returns (Batch memory) {
        return _batch(roundId, modelId, DIGEST, _good());
    }
}
