// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, ResultEntry } from "../../../contracts/interfaces/IAssay.sol";
import { MemoryLib } from "../../../contracts/libraries/MemoryLib.sol";
import { AssayFixture } from "../AssayFixture.sol";

/// @notice Attacks on the breaker: failing together, for as long as one likes.
contract BreakerAttackTest is AssayFixture {
    uint256 private constant MODELS = 3;

    function setUp() public override {
        super.setUp();
        for (uint256 modelId = 1; modelId <= MODELS; ++modelId) _standardModel(_digest(modelId, 0));
    }

    function _digest(uint256 modelId, uint256 day) private pure returns (bytes32) {
        return keccak256(abi.encode("model", modelId, day));
    }

    /// @dev Three models fail together every day, and each gets a new version between opening and result: what was spared is another version than the one
    /// that is measured next. They are spared once.
    function test_FailingTogetherSparesOnceWhateverVersionIsNext() public {
        for (uint256 day; day < 3; ++day) {
            _nextEpoch();
            uint256 roundId = _drawRound();
            Batch memory batch = _emptyBatch(roundId, MODELS);
            for (uint256 i; i < MODELS; ++i) {
                _addVersion(i + 1, _digest(i + 1, day + 1));
                batch.results[i] = ResultEntry({ modelId: i + 1, digest: _digest(i + 1, day), word: _bad() });
            }
            _post(batch);
            for (uint256 modelId = 1; modelId <= MODELS; ++modelId) {
                bytes32 failed = assay.versionIdOf(modelId, _digest(modelId, day));
                _isTrue(_isFrozen(failed, roundId) == (day != 0), day == 0 ? "spared" : "frozen");
                _isTrue(_hasFlag(assay.currentVersion(modelId), MemoryLib.CONTESTED), "waited for");
            }
        }
    }
}
