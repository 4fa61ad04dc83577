// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Assay } from "../../contracts/Assay.sol";
import { Batch, IAssay, ResultEntry } from "../../contracts/interfaces/IAssay.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { CombineLib } from "../../contracts/libraries/CombineLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { ResultLib } from "../../contracts/libraries/ResultLib.sol";
import { AssayFixture } from "./AssayFixture.sol";
import { vm } from "./Vm.sol";

contract PostTest is AssayFixture {
    uint256 private constant CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    uint256 private modelId;
    bytes32 private versionId;
    uint256 private roundId;
    uint256 private committee;

    function setUp() public override {
        super.setUp();
        (modelId, versionId) = _standardModel();
        _nextEpoch();
        roundId = _drawRound();
        committee = assay.committeeOf(roundId);
    }

    function test_Post() public {
        Batch memory batch = _goodBatch();
        Memory memory expected = _memory(versionId);
        CombineLib.applyResult(expected, _good(), roundId, block.timestamp, _policy());
        uint256 word = MemoryLib.pack(expected);
        bytes[] memory signatures = _signatures(batch, committee);
        _expectEvent();
        emit IAssay.BatchPosted(roundId, assay.batchDigest(batch), committee, batch.reportsRoot, address(this));
        _expectEvent();
        emit IAssay.ResultPosted(roundId, modelId, versionId, _good(), word, 0);
        assay.post(batch, committee, signatures);
        _same(assay.memoryOf(versionId), word, "memory");
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
        string memory entryType = "ResultEntry(uint256 modelId,bytes32 digest,uint256 word)";
        bytes32 entry = keccak256(abi.encode(keccak256(bytes(entryType)), batch.results[0]));
        bytes32 batchType = keccak256(
            abi.encodePacked("Batch(uint256 roundId,bytes32 reportsRoot,ResultEntry[] results)", entryType)
        );
        bytes32 hash = keccak256(abi.encode(batchType, roundId, batch.reportsRoot, keccak256(abi.encodePacked(entry))));
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

    /// @dev Fifteen of fifteen: the largest committee there is.
    function test_Post_LargestCommittee() public {
        Policy memory next = _policy();
        (next.committeeSize, next.quorum) = (15, 8);
        _setPolicy(next);
        for (uint256 i = SEATS; i < 20; ++i) board.addSeat(address(this), vm.addr(FIRST_KEY + i), "link");
        _measure(modelId, DIGEST, _good());
        _same(_memory(versionId).rounds, 1, "rounds");
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
        uint256[4] memory words = [
            _word(10_001),
            _wordOf([uint256(1), 1, 1, 1, 1, 1, 1], 0),
            ResultLib.pack(0, 1, 5, 6, 0, 0),
            ResultLib.pack(0, 1, 5, 0, 6, 0)
        ];
        for (uint256 i; i < words.length; ++i) {
            Batch memory batch = _batch(roundId, modelId, DIGEST, words[i]);
            _refused(batch, committee, abi.encodeWithSelector(IAssay.MalformedResult.selector, words[i]));
        }
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
        _refused(twice, assay.committeeOf(next), _stale(next, next));
        // And an older round after a newer one.
        uint256 older = next;
        _nextEpoch();
        uint256 newest = _drawRound();
        _post(_batch(newest, modelId, DIGEST, _good()));
        Batch memory late = _batch(older, modelId, DIGEST, _good());
        _refused(late, assay.committeeOf(older), _stale(older, newest));
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
        vm.warp(closedAt);
        _refused(_goodBatch(), committee, abi.encodeWithSelector(IAssay.RoundClosed.selector, roundId, closedAt));
        vm.warp(closedAt - 1);
        _post(_goodBatch());
    }

    // ---------------------------------------------------------------- signers
    function test_RevertWhen_TooFewSigners() public {
        uint256 signers = _lowest(committee, 3);
        _refused(_goodBatch(), signers, abi.encodeWithSelector(IAssay.TooFewSigners.selector, 3, 4));
        _refused(_goodBatch(), 0, abi.encodeWithSelector(IAssay.TooFewSigners.selector, 0, 4));
    }

    function test_RevertWhen_NotInCommittee() public {
        uint256 outsiders = ~committee & ((1 << SEATS) - 1);
        uint256 seat = _lowestSeat(outsiders);
        _refused(_goodBatch(), committee | outsiders, abi.encodeWithSelector(IAssay.NotInCommittee.selector, seat));
        // A bit that is no seat at all.
        bytes[] memory signatures = _signatures(_goodBatch(), committee);
        _expect(abi.encodeWithSelector(IAssay.NotInCommittee.selector, 255));
        assay.post(_goodBatch(), committee | (1 << 255), signatures);
    }

    function test_RevertWhen_SignatureCountMismatch() public {
        Batch memory batch = _goodBatch();
        bytes[] memory six = _signatures(batch, _lowest(committee, 6));
        _expect(abi.encodeWithSelector(IAssay.SignatureCountMismatch.selector, 6, 7));
        assay.post(batch, committee, six);
        bytes[] memory seven = _signatures(batch, committee);
        uint256 signers = _lowest(committee, 6);
        _expect(abi.encodeWithSelector(IAssay.SignatureCountMismatch.selector, 7, 6));
        assay.post(batch, signers, seven);
    }

    /// @dev A bitmap cannot name a seat twice; handing in one signature for two seats fails at the second.
    function test_Attack_DuplicateSigner() public {
        Batch memory batch = _goodBatch();
        bytes[] memory signatures = _signatures(batch, committee);
        signatures[1] = signatures[0];
        uint256 first = _lowestSeat(committee);
        uint256 second = _lowestSeat(committee & (committee - 1));
        _expectWrongSignature(second, vm.addr(FIRST_KEY + first));
        assay.post(batch, committee, signatures);
    }

    function test_Attack_WrongSignature() public {
        Batch memory batch = _goodBatch();
        bytes[] memory signatures = _signatures(batch, committee);
        uint256 seat = _lowestSeat(committee);
        signatures[0] = _signature(0xBAD, assay.batchDigest(batch));
        _expectWrongSignature(seat, vm.addr(0xBAD));
        assay.post(batch, committee, signatures);
    }

    /// @dev One changed score, and every signature is over something else.
    function test_Attack_ChangedScore() public {
        bytes[] memory signatures = _signatures(_goodBatch(), committee);
        Batch memory changed = _batch(roundId, modelId, DIGEST, _word(9_951));
        uint256 seat = _lowestSeat(committee);
        // Whatever address such a signature recovers to is not the seat's.
        (bool done, bytes memory reason) = address(assay).call(
            abi.encodeCall(IAssay.post, (changed, committee, signatures))
        );
        _isTrue(!done, "refused");
        _same(bytes32(bytes4(reason)), bytes32(IAssay.WrongSignature.selector), "reason");
        (uint256 refusedSeat, , ) = abi.decode(_tail(reason), (uint256, address, address));
        _same(refusedSeat, seat, "seat");
    }

    /// @dev (r, n − s) signs the same; only the lower half counts, so a signature has one form.
    function test_Attack_MalleableSignature() public {
        Batch memory batch = _goodBatch();
        bytes32 digest = assay.batchDigest(batch);
        bytes[] memory signatures = _signatures(batch, committee);
        uint256 seat = _lowestSeat(committee);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(FIRST_KEY + seat, digest);
        bytes32 flipped = bytes32(CURVE_ORDER - uint256(s));
        uint8 other = v == 27 ? 28 : 27;
        _same(ecrecover(digest, other, r, flipped), vm.addr(FIRST_KEY + seat), "the curve accepts it");
        signatures[0] = abi.encodePacked(r, flipped, other);
        _expectWrongSignature(seat, address(0));
        assay.post(batch, committee, signatures);
    }

    /// @dev What does not recover gives the zero address, and no seat has that key (see PolicyBoard.addSeat).
    function test_Attack_ZeroSigner() public {
        Batch memory batch = _goodBatch();
        bytes[] memory signatures = _signatures(batch, committee);
        uint256 seat = _lowestSeat(committee);
        signatures[0] = new bytes(65);
        _expectWrongSignature(seat, address(0));
        assay.post(batch, committee, signatures);
        signatures[0] = "";
        _expectWrongSignature(seat, address(0));
        assay.post(batch, committee, signatures);
    }

    /// @dev The domain binds a signature to one contract on one chain.
    function test_Attack_ReplayElsewhere() public {
        Batch memory batch = _goodBatch();
        bytes[] memory signatures = _signatures(batch, committee);
        bytes32 digest = assay.batchDigest(batch);
        Assay twin = new Assay(address(token), address(board), EPOCH, UNBONDING);
        _isTrue(twin.batchDigest(batch) != digest, "another contract");
        uint256 chainId = block.chainid;
        vm.chainId(chainId + 1);
        _isTrue(assay.batchDigest(batch) != digest, "another chain");
        (bool done, bytes memory reason) = address(assay).call(
            abi.encodeCall(IAssay.post, (batch, committee, signatures))
        );
        _isTrue(!done && bytes4(reason) == IAssay.WrongSignature.selector, "refused on a fork");
        vm.chainId(chainId);
        assay.post(batch, committee, signatures);
    }

    function test_RevertWhen_FailingResultNeedsMoreSigners() public {
        Batch memory batch = _batch(roundId, modelId, DIGEST, _bad());
        uint256 four = _lowest(committee, 4);
        _refused(batch, four, abi.encodeWithSelector(IAssay.FailingResultNeedsMoreSigners.selector, versionId, 4, 5));
        _postBy(batch, _lowest(committee, 5));
    }

    // ---------------------------------------------------------------- nobody blocks others
    /// @dev Whatever an owner or a staker does to one model between signing and posting, the batch applies.
    function testFuzz_Post_OwnersCannotBlockABatch(uint8 action, uint96 amount) public {
        (uint256 otherId, ) = _register(keccak256("other"));
        _bond(otherId, 2_000 * UNIT);
        _delegate(delegator, otherId, 100 * UNIT);
        _nextEpoch();
        roundId = _drawRound();
        committee = assay.committeeOf(roundId);
        Batch memory batch = _goodBatch();
        batch.results = new ResultEntry[](2);
        batch.results[0] = ResultEntry({ modelId: otherId, digest: keccak256("other"), word: _bad() });
        batch.results[1] = ResultEntry({ modelId: modelId, digest: DIGEST, word: _good() });
        bytes[] memory signatures = _signatures(batch, committee);
        _interfere(otherId, action % 7, _within(amount, 1, 100 * UNIT));
        assay.post(batch, committee, signatures);
        _same(_memory(versionId).lastRound, roundId, "applied");
    }

    function _interfere(uint256 otherId, uint256 action, uint256 amount) private {
        if (action == 0) _delegate(delegator, otherId, amount);
        if (action == 1) {
            vm.prank(delegator);
            assay.requestUnbond(otherId, amount);
        }
        if (action > 1) vm.prank(owner);
        if (action == 2) assay.addVersion(otherId, keccak256("escape"), "");
        if (action == 3) assay.setLane(otherId, 1);
        if (action == 4) assay.requestBondUnbond(otherId, amount);
        if (action == 5) assay.transferFrom(owner, delegator, otherId);
        if (action == 6) assay.bond(otherId, amount);
    }

    // ---------------------------------------------------------------- promises
    /// @dev No stake shortens the record that is needed.
    function testFuzz_Post_NotAdmittedBeforeTheThirdRound(uint96 bonded, uint96 delegated) public {
        _bond(modelId, _within(bonded, 1, 9e6 * UNIT));
        _delegate(delegator, modelId, _within(delegated, 1, 9e6 * UNIT));
        for (uint256 i; i < 2; ++i) {
            _measure(modelId, DIGEST, _word(10_000));
            _isTrue(!lens.isAdmitted(modelId), "two rounds are not enough");
        }
    }

    function test_Post_RefusedStaysRefusedWithAThousandTimesTheStake() public {
        uint256 weak = _wordOf([uint256(9_950), 9_950, 9_950, 5_600, 9_950, 9_950, 9_950], 447);
        _measureRounds(modelId, 5, weak);
        uint256 reasons = lens.explain(modelId).reasons;
        _same(reasons, 1 << 12, "refused for perturbation alone");
        _bond(modelId, 2_000_000 * UNIT);
        _same(lens.explain(modelId).reasons, reasons, "and for the same with a thousand times the bond");
        _measureRounds(modelId, 5, weak);
        _isTrue(!lens.isAdmitted(modelId), "also after more rounds");
    }

    /// @dev A perfect result never turns an admitted version into a refused one.
    function test_Post_AdmittedStaysAdmitted() public {
        _measureRounds(modelId, 3, _good());
        _isTrue(lens.isAdmitted(modelId), "admitted after three rounds");
        _same(_memory(versionId).flags, MemoryLib.EXISTS | 3, "and it is remembered");
        for (uint256 i; i < 5; ++i) {
            _measure(modelId, DIGEST, _word(10_000));
            _isTrue(lens.isAdmitted(modelId), "still");
        }
    }

    /// @dev The hysteresis is earned with stake and lost by evidence alone: no bond moves a bar.
    function test_Post_HysteresisIsLostByEvidenceAlone() public {
        _measureRounds(modelId, 2, _good());
        vm.prank(owner);
        assay.requestBondUnbond(modelId, 1_500 * UNIT);
        _measure(modelId, DIGEST, _good());
        _same(_memory(versionId).flags, MemoryLib.EXISTS, "not earned without the bond");
        _bond(modelId, 1_000 * UNIT);
        _measure(modelId, DIGEST, _good());
        _same(_memory(versionId).flags, MemoryLib.EXISTS | 3, "earned");
        vm.prank(owner);
        assay.requestBondUnbond(modelId, 1_000 * UNIT);
        _measure(modelId, DIGEST, _good());
        _isTrue(!lens.isAdmitted(modelId), "not admitted without the bond");
        _same(_memory(versionId).flags, MemoryLib.EXISTS | 3, "but the bars stay where they were");
        _measure(modelId, DIGEST, _bad());
        _same(_memory(versionId).flags, MemoryLib.EXISTS | 2, "lost by a failure");
    }

    // ---------------------------------------------------------------- steps
    function _goodBatch() private view returns (Batch memory) {
        return _batch(roundId, modelId, DIGEST, _good());
    }

    function _postBy(Batch memory batch, uint256 signers) private {
        assay.post(batch, signers, _signatures(batch, signers));
    }

    function _refused(Batch memory batch, uint256 signers, bytes memory reason) private {
        bytes[] memory signatures = _signatures(batch, signers);
        _expect(reason);
        assay.post(batch, signers, signatures);
    }

    function _stale(uint256 posted, uint256 last) private view returns (bytes memory) {
        return abi.encodeWithSelector(IAssay.StaleRound.selector, versionId, posted, last);
    }

    function _expectWrongSignature(uint256 seat, address recovered) private {
        _expect(abi.encodeWithSelector(IAssay.WrongSignature.selector, seat, recovered, vm.addr(FIRST_KEY + seat)));
    }

    /// @dev What follows an error's selector.
    function _tail(bytes memory data) private pure returns (bytes memory tail) {
        tail = new bytes(data.length - 4);
        for (uint256 i; i < tail.length; ++i) tail[i] = data[i + 4];
    }
}
