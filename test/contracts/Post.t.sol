// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Assay } from "../../contracts/Assay.sol";
import { Batch, IAssay, ResultEntry } from "../../contracts/interfaces/IAssay.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { CombineLib } from "../../contracts/libraries/CombineLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { ResultLib } from "../../contracts/libraries/ResultLib.sol";
import { PostFixture } from "./PostFixture.sol";
import { vm } from "./Vm.sol";

/// @notice Assay.post: batches and what comes of them.
contract PostTest is PostFixture {
    function test_Post() public {
        Batch memory batch = _goodBatch();
        Memory memory expected = _memory(versionId);
        CombineLib.applyResult(expected, _good(), roundId, block.timestamp, _policy());
        uint256 word = MemoryLib.pack(expected);
        bytes memory signatures = _signatures(batch, committee);
        _expectAssayEvent();
        emit IAssay.BatchPosted(
            roundId,
            0,
            assay.batchDigest(batch),
            committee,
            batch.reportsRoot,
            false,
            (1 << 7) - 1
        );
        _expectAssayEvent();
        emit IAssay.ResultPosted(roundId, modelId, versionId, _good(), word, 0);
        assay.post(batch, committee, signatures);
        _same(assay.memoryOf(versionId), word, "memory");
        _same(assay.round(roundId).participated, (1 << 7) - 1, "participated");
    }

    /// @dev The digest, spelled out once more from the EIP.
    function test_BatchDigest() public view {
        Batch memory batch = _goodBatch();
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Assay"),
                keccak256("1"),
                block.chainid,
                address(assay)
            )
        );
        _same(assay.domainSeparator(), domain, "domain");
        string memory entryType = "ResultEntry(uint256 modelId,bytes32 digest,uint256 word)";
        bytes32 entry = keccak256(abi.encode(keccak256(bytes(entryType)), batch.results[0]));
        bytes32 batchType = keccak256(
            abi.encodePacked(
                "Batch(uint256 roundId,uint256 shard,bytes32 reportsRoot,ResultEntry[] results)",
                entryType
            )
        );
        bytes32 results = keccak256(abi.encodePacked(entry));
        bytes32 hash = keccak256(abi.encode(batchType, roundId, batch.shard, batch.reportsRoot, results));
        _same(assay.batchDigest(batch), keccak256(abi.encodePacked(hex"1901", domain, hash)), "digest");
    }

    function test_Post_QuorumIsEnough() public {
        uint256 signers = _lowest(committee, 4);
        _postBy(_goodBatch(), signers);
        _same(_memory(versionId).rounds, 1, "rounds");
    }

    function test_Post_ManyResults() public {
        (uint256 secondId, bytes32 secondVersion) = _register(keccak256("second"));
        _nextEpoch();
        roundId = _drawRound();
        Batch memory batch = _goodBatch();
        batch.results = new ResultEntry[](2);
        batch.results[0] = ResultEntry({ modelId: secondId, digest: keccak256("second"), word: _word(8_000) });
        batch.results[1] = ResultEntry({ modelId: modelId, digest: DIGEST, word: _good() });
        _post(batch);
        _same(MemoryLib.rate(_memory(versionId), 0), 9_950 * 5, "first model");
        _same(MemoryLib.rate(_memory(secondVersion), 0), 8_000 * 5, "second model");
    }

    /// @dev EIP-5267, for wallets.
    function test_Eip712Domain() public view {
        (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifier,
            bytes32 salt,

        ) = assay.eip712Domain();
        _same(bytes32(fields), bytes32(hex"0f"), "fields");
        _same(keccak256(bytes(name)), keccak256("Assay"), "name");
        _same(keccak256(bytes(version)), keccak256("1"), "version");
        _same(chainId, block.chainid, "chain");
        _same(verifier, address(assay), "contract");
        _same(salt, 0, "salt");
    }

    // ---------------------------------------------------------------- shape of a batch
    function test_RevertWhen_EmptyBatch() public {
        Batch memory batch = _goodBatch();
        batch.results = new ResultEntry[](0);
        _refused(batch, committee, abi.encodeWithSelector(IAssay.EmptyBatch.selector));
    }

    function test_RevertWhen_BatchTooLarge() public {
        Batch memory batch = _goodBatch();
        batch.results = new ResultEntry[](65);
        _refused(batch, committee, abi.encodeWithSelector(IAssay.BatchTooLarge.selector, 65, 64));
    }

    function test_RevertWhen_MalformedResult() public {
        uint256[5] memory words = [
            _word(10_001),
            _good() | (1 << 216),
            _wordOf([uint256(1), 1, 1, 1, 1, 1, 1], 0),
            ResultLib.pack(0, 1, 5, 6, 0, 0),
            ResultLib.pack(0, 1, 5, 0, 6, 0)
        ];
        for (uint256 i; i < words.length; ++i) {
            Batch memory batch = _batch(roundId, modelId, DIGEST, words[i]);
            _refused(batch, committee, abi.encodeWithSelector(IAssay.MalformedResult.selector, words[i]));
        }
    }

    function test_RevertWhen_AnyScoreIsAboveAll() public {
        uint256[2] memory scores = [uint256(10_001), 0x8000];
        for (uint256 i; i < 14; ++i) {
            uint256 word = ResultLib.pack(scores[i / 7] << (16 * (i % 7)), 1, 1, 0, 0, 0x7f);
            Batch memory batch = _batch(roundId, modelId, DIGEST, word);
            _refused(batch, committee, abi.encodeWithSelector(IAssay.MalformedResult.selector, word));
        }
    }

    function test_RevertWhen_FamiliesNotMeasured() public {
        for (uint256 family; family < 7; ++family) {
            bytes memory reason = abi.encodeWithSelector(IAssay.FamiliesNotMeasured.selector, versionId, 1 << family);
            _refused(_batch(roundId, modelId, DIGEST, _goodBut(1 << family)), committee, reason);
        }
    }

    function test_AFamilyWithoutAFloorMayBeMissing() public {
        Policy memory policy = _policy();
        (policy.floorsBps[4], policy.slashFloorsBps[4], policy.weights[4]) = (0, 0, 0);
        _setPolicy(policy);
        _nextEpoch();
        roundId = _drawRound();
        _post(_batch(roundId, modelId, DIGEST, _goodBut(1 << 4)));
        _same(MemoryLib.rate(_memory(versionId), 4), 0, "what was not measured has no rate");
        _same(MemoryLib.rate(_memory(versionId), 3), 9_950 * 5, "what was measured has one");
    }

    /// @dev A good result that leaves these families out.
    function _goodBut(uint256 missing) private pure returns (uint256) {
        return ResultLib.pack(ResultLib.scores(_good()), 447, 900, 0, 0, 0x7f & ~missing);
    }

    function test_RevertWhen_UnknownVersion() public {
        bytes32 other = keccak256("never registered");
        Batch memory batch = _batch(roundId, modelId, other, _good());
        _refused(batch, committee, abi.encodeWithSelector(IAssay.UnknownVersion.selector, modelId, other));
        batch = _batch(roundId, 77, DIGEST, _good());
        _refused(batch, committee, abi.encodeWithSelector(IAssay.UnknownVersion.selector, 77, DIGEST));
    }

    /// @dev Nobody answers for what was measured before it existed, also not in the epoch of its registration.
    function test_RevertWhen_RegisteredAfterTheRoundOpened() public {
        (uint256 late, bytes32 lateVersion) = _register(keccak256("late"));
        Batch memory batch = _batch(roundId, late, keccak256("late"), _good());
        _refused(batch, committee, abi.encodeWithSelector(IAssay.StaleRound.selector, lateVersion, roundId, roundId));
    }

    // ---------------------------------------------------------------- rounds
    function test_RevertWhen_StaleRound() public {
        _post(_goodBatch());
        // The same batch again, another result for the same round, and the same version twice in one batch.
        _refused(_goodBatch(), committee, _stale(roundId, roundId));
        _refused(_batch(roundId, modelId, DIGEST, _word(5_000)), committee, _stale(roundId, roundId));
        _nextEpoch();
        uint256 next = _drawRound();
        Batch memory twice = _goodBatch();
        twice.roundId = next;
        twice.results = new ResultEntry[](2);
        twice.results[0] = twice.results[1] = ResultEntry({ modelId: modelId, digest: DIGEST, word: _good() });
        _refused(twice, _committee(next), _stale(next, next));
        // And an older round after a newer one.
        uint256 older = next;
        _nextEpoch();
        uint256 newest = _drawRound();
        _post(_batch(newest, modelId, DIGEST, _good()));
        Batch memory late = _batch(older, modelId, DIGEST, _good());
        _refused(late, _committee(older), _stale(older, newest));
    }

    function test_RevertWhen_RoundNotOpen() public {
        Batch memory batch = _goodBatch();
        batch.roundId = 9;
        _refused(batch, committee, abi.encodeWithSelector(IAssay.RoundNotOpen.selector, 9));
    }

    function test_RevertWhen_EntropyNotCaptured() public {
        _nextEpoch();
        Batch memory batch = _goodBatch();
        batch.roundId = assay.openRound();
        _refused(batch, committee, abi.encodeWithSelector(IAssay.EntropyNotCaptured.selector, batch.roundId));
    }

    function test_RevertWhen_RoundClosed() public {
        uint256 closedAt = assay.genesis() + (roundId + 2) * EPOCH;
        for (uint256 late; late < 2; ++late) {
            vm.warp(closedAt + late);
            _refused(_goodBatch(), committee, abi.encodeWithSelector(IAssay.RoundClosed.selector, roundId, closedAt));
        }
        vm.warp(closedAt - 1);
        _post(_goodBatch());
    }

    // ---------------------------------------------------------------- nobody blocks others
    /// @dev Whatever an owner or a staker does to one model between signing and posting, the batch applies.
    function testFuzz_Post_OwnersCannotBlockABatch(uint8 action, uint96 amount) public {
        (uint256 otherId, ) = _register(keccak256("other"));
        _bond(otherId, 2_000 * UNIT);
        _delegate(delegator, otherId, 100 * UNIT);
        _nextEpoch();
        roundId = _drawRound();
        committee = _committee(roundId);
        Batch memory batch = _goodBatch();
        batch.results = new ResultEntry[](2);
        batch.results[0] = ResultEntry({ modelId: otherId, digest: keccak256("other"), word: _bad() });
        batch.results[1] = ResultEntry({ modelId: modelId, digest: DIGEST, word: _good() });
        bytes memory signatures = _signatures(batch, committee);
        _interfere(otherId, action % 7, _within(amount, 1, 100 * UNIT));
        assay.post(batch, committee, signatures);
        _same(_memory(versionId).lastRound, roundId, "applied");
    }

    function _interfere(uint256 otherId, uint256 action, uint256 amount) private {
        if (action == 0) _delegate(delegator, otherId, amount);
        if (action == 1) {
            vm.prank(delegator);
            vault.requestUnbond(otherId, amount);
        }
        if (action > 1) vm.prank(owner);
        if (action == 2) assay.addVersion(otherId, keccak256("escape"), "", 0);
        if (action == 3) assay.setLane(otherId, 1);
        if (action == 4) vault.requestBondUnbond(otherId, amount);
        if (action == 5) assay.transferFrom(owner, delegator, otherId);
        if (action == 6) vault.bond(otherId, amount);
    }

    // ---------------------------------------------------------------- promises
    /// @dev No stake shortens the record that is needed.
    function testFuzz_Post_NotAdmittedBeforeTheThirdRound(uint96 bonded, uint96 delegated) public {
        _bond(modelId, _within(bonded, 1, 9e6 * UNIT));
        _delegate(delegator, modelId, _within(delegated, 1, 9e6 * UNIT));
        for (uint256 i; i < 2; ++i) {
            _measure(modelId, DIGEST, _word(10_000));
            _isTrue(!assay.isAdmitted(modelId), "two rounds are not enough");
        }
    }

    /// @dev Refused for one family, with any bond.
    function testFuzz_Post_NoStakePassesABar(uint96 bonded) public {
        uint256 weak = _wordOf([uint256(9_950), 9_950, 9_950, 5_600, 9_950, 9_950, 9_950], 447);
        _measureRounds(modelId, 5, weak);
        _isTrue(!assay.isAdmitted(modelId), "refused");
        _bond(modelId, _within(bonded, 1, 9e6 * UNIT));
        _isTrue(!assay.isAdmitted(modelId), "and refused with more stake");
    }

    /// @dev A perfect result never turns an admitted version into a refused one.
    function test_Post_AdmittedStaysAdmitted() public {
        _measureRounds(modelId, 3, _good());
        _isTrue(assay.isAdmitted(modelId), "admitted after three rounds");
        _same(_memory(versionId).flags, MemoryLib.EXISTS | MemoryLib.STANDARD | 3, "and it is remembered");
        for (uint256 i; i < 5; ++i) {
            _measure(modelId, DIGEST, _word(10_000));
            _isTrue(assay.isAdmitted(modelId), "still");
        }
    }

    // ---------------------------------------------------------------- steps
    function _stale(uint256 posted, uint256 last) private view returns (bytes memory) {
        return abi.encodeWithSelector(IAssay.StaleRound.selector, versionId, posted, last);
    }
}
