// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, IAssay, ResultEntry } from "../../contracts/interfaces/IAssay.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { AssayFixture } from "./AssayFixture.sol";

/// @notice As much as fits: three committees of fifteen, 64 results in a batch.
contract LargestCommitteeTest is AssayFixture {
    function _standards() internal pure override returns (Policy memory policy) {
        policy = _policy();
        (policy.committeeSize, policy.quorum, policy.shards) = (15, 8, 3);
    }

    function _seats() internal pure override returns (uint256) {
        return 47;
    }

    function test_Post_ByTheLastOfThreeCommittees() public {
        (uint256 modelId, uint256 roundId) = (0, 0);
        for (uint256 i; modelId == 0; ++i) {
            (uint256 candidate, bytes32 versionId) = _register(keccak256(abi.encode(i)));
            _nextEpoch();
            roundId = _drawRound();
            if (assay.shardOf(roundId, versionId) != 2) continue;
            modelId = candidate;
            Batch memory batch = _batch(roundId, modelId, keccak256(abi.encode(i)), _good());
            batch.shard = 2;
            _post(batch);
            _same(_memory(versionId).rounds, 1, "rounds");
        }
        _same(assay.round(roundId).participated, ((1 << 15) - 1) << 30, "the upper fifteen of 45 places");
    }
}

/// @notice A full batch.
contract LargestBatchTest is AssayFixture {
    function test_Post_SixtyFourResults() public {
        Batch memory batch = _emptyBatch(0, 64);
        for (uint256 i; i < 64; ++i) {
            (uint256 modelId, ) = _register(keccak256(abi.encode(i)));
            batch.results[i] = ResultEntry({ modelId: modelId, digest: keccak256(abi.encode(i)), word: _good() });
        }
        _nextEpoch();
        batch.roundId = _drawRound();
        _post(batch);
        for (uint256 i; i < 64; ++i) {
            bytes32 versionId = assay.versionIdOf(batch.results[i].modelId, batch.results[i].digest);
            _same(_memory(versionId).lastRound, batch.roundId, "applied");
        }
    }
}

/// @notice Just as many seats as a committee has members.
contract OneCommitteeTest is AssayFixture {
    function _seats() internal pure override returns (uint256) {
        return 7;
    }

    function test_RevertWhen_FewerThanTwoThirdsOfAllSeatsSignAFailure() public {
        (uint256 modelId, bytes32 versionId) = _standardModel();
        _nextEpoch();
        Batch memory batch = _batch(_drawRound(), modelId, DIGEST, _bad());
        _refused(batch, 0x0f, abi.encodeWithSelector(IAssay.FailingResultNeedsMoreSigners.selector, versionId, 4, 5));
        _postBy(batch, 0x1f);
        _same(_memory(versionId).rounds, 1, "rounds");
    }
}

/// @notice Fewer seats than a committee has members: as large a part of them signs.
contract FewSeatsTest is AssayFixture {
    function _seats() internal pure override returns (uint256) {
        return 5;
    }

    function test_Post_ByThreeOfFive() public {
        (uint256 modelId, bytes32 versionId) = _standardModel();
        _nextEpoch();
        Batch memory batch = _batch(_drawRound(), modelId, DIGEST, _good());
        _refused(batch, 0x03, abi.encodeWithSelector(IAssay.TooFewSigners.selector, 2, 3));
        _postBy(batch, 0x07);
        _same(_memory(versionId).rounds, 1, "rounds");
    }
}
