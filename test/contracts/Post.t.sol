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
        committee = _committee(roundId);
    }

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
        bytes memory signatures = _signatures(_goodBatch(), committee);
        _expect(abi.encodeWithSelector(IAssay.NotInCommittee.selector, 255));
        assay.post(_goodBatch(), committee | (1 << 255), signatures);
    }

    function test_RevertWhen_SignatureLengthMismatch() public {
        Batch memory batch = _goodBatch();
        bytes memory seven = _signatures(batch, committee);
        uint256 six = _lowest(committee, 6);
        _expect(abi.encodeWithSelector(IAssay.SignatureLengthMismatch.selector, 7 * 64, 6 * 64));
        assay.post(batch, six, seven);
        bytes memory tooShort = _signatures(batch, six);
        _expect(abi.encodeWithSelector(IAssay.SignatureLengthMismatch.selector, 6 * 64, 7 * 64));
        assay.post(batch, committee, tooShort);
        _expect(abi.encodeWithSelector(IAssay.SignatureLengthMismatch.selector, 7 * 64 + 1, 7 * 64));
        assay.post(batch, committee, bytes.concat(seven, hex"00"));
    }

    /// @dev A bitmap cannot name a seat twice; handing in one signature for two seats fails at the second.
    function test_Attack_DuplicateSigner() public {
        Batch memory batch = _goodBatch();
        uint256 first = _lowestSeat(committee);
        uint256 rest = committee & (committee - 1);
        uint256 second = _lowestSeat(rest);
        bytes memory own = _signatures(batch, 1 << first);
        bytes memory signatures = bytes.concat(own, own, _signatures(batch, rest & (rest - 1)));
        _expectWrongSignature(second, vm.addr(KEY + first));
        assay.post(batch, committee, signatures);
    }

    function test_Attack_WrongSignature() public {
        Batch memory batch = _goodBatch();
        uint256 seat = _lowestSeat(committee);
        bytes memory wrong = _compact(0xBAD, assay.batchDigest(batch));
        bytes memory signatures = _withFirst(wrong, batch);
        _expectWrongSignature(seat, vm.addr(0xBAD));
        assay.post(batch, committee, signatures);
    }

    /// @dev The committee's signatures with another one in the first place.
    function _withFirst(bytes memory first, Batch memory batch) private view returns (bytes memory) {
        return bytes.concat(first, _signatures(batch, committee & (committee - 1)));
    }

    /// @dev One changed score, and every signature is over something else.
    function test_Attack_ChangedScore() public {
        bytes memory signatures = _signatures(_goodBatch(), committee);
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

    /// @dev (r, n − s) signs the same; only the lower half counts, so a signature has one form. A signature of 64 bytes has no room for an s of
    /// the upper half beside the bit for v: the curve's order is above 2^255, so what is left of it is another s.
    function test_Attack_MalleableSignature() public {
        Batch memory batch = _goodBatch();
        bytes32 digest = assay.batchDigest(batch);
        uint256 seat = _lowestSeat(committee);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY + seat, digest);
        bytes32 flipped = bytes32(CURVE_ORDER - uint256(s));
        uint8 other = v == 27 ? 28 : 27;
        _same(ecrecover(digest, other, r, flipped), vm.addr(KEY + seat), "the curve accepts it");
        for (uint256 parity; parity < 2; ++parity) {
            bytes32 vs = bytes32((uint256(flipped) & ~(uint256(1) << 255)) | (parity << 255));
            bytes memory signatures = _withFirst(bytes.concat(r, vs), batch);
            (bool done, bytes memory reason) = address(assay).call(
                abi.encodeCall(IAssay.post, (batch, committee, signatures))
            );
            // It recovers to nobody when it is in the upper half still, else to some key that is no seat's.
            _isTrue(!done && bytes4(reason) == IAssay.WrongSignature.selector, "refused");
        }
    }

    /// @dev What does not recover gives the zero address, and no seat has that key (see IPolicyBoard.addSeat).
    function test_Attack_ZeroSigner() public {
        Batch memory batch = _goodBatch();
        bytes memory signatures = _withFirst(new bytes(64), batch);
        _expectWrongSignature(_lowestSeat(committee), address(0));
        assay.post(batch, committee, signatures);
    }

    /// @dev An s in the upper half that fits beside v's bit.
    function test_Attack_UpperHalf() public {
        Batch memory batch = _goodBatch();
        bytes32 upper = bytes32((CURVE_ORDER >> 1) + 1);
        bytes memory signatures = _withFirst(bytes.concat(bytes32(uint256(1)), upper), batch);
        _expectWrongSignature(_lowestSeat(committee), address(0));
        assay.post(batch, committee, signatures);
    }

    /// @dev The domain binds a signature to one contract on one chain.
    function test_Attack_ReplayElsewhere() public {
        Batch memory batch = _goodBatch();
        bytes memory signatures = _signatures(batch, committee);
        bytes32 digest = assay.batchDigest(batch);
        Assay twin = new Assay(address(board), address(vault), address(court), EPOCH);
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

    /// @dev Two failures leave a whole strike and most of another, so the third takes half as much again.
    function test_Post_FreezesMoreAfterWholeStrikes() public {
        uint256 word = _wordOf([uint256(9_950), 9_950, 9_950, 9_950, 9_950, 9_950, 7_500], 447);
        _measureRounds(modelId, 2, word);
        uint256 bond = vault.stakeOf(modelId).bond;
        _measure(modelId, DIGEST, word);
        uint256 severity = (1_000 * 10_000) / uint256(8_500);
        _same(bond - vault.stakeOf(modelId).bond, (bond * 500 * severity * 3) / (2 * 10_000 * 10_000), "frozen");
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
    function _goodBatch() private view returns (Batch memory) {
        return _batch(roundId, modelId, DIGEST, _good());
    }

    function _stale(uint256 posted, uint256 last) private view returns (bytes memory) {
        return abi.encodeWithSelector(IAssay.StaleRound.selector, versionId, posted, last);
    }

    function _expectWrongSignature(uint256 seat, address recovered) private {
        _expect(abi.encodeWithSelector(IAssay.WrongSignature.selector, seat, recovered, vm.addr(KEY + seat)));
    }

    /// @dev What follows an error's selector.
    function _tail(bytes memory data) private pure returns (bytes memory tail) {
        tail = new bytes(data.length - 4);
        for (uint256 i; i < tail.length; ++i) tail[i] = data[i + 4];
    }
}
