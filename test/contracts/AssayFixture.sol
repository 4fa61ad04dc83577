// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Assay } from "../../contracts/Assay.sol";
import { AssayVault } from "../../contracts/AssayVault.sol";
import { Court } from "../../contracts/Court.sol";
import { Batch, IAssay, ResultEntry, ResultLog } from "../../contracts/interfaces/IAssay.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { CommitteeLib } from "../../contracts/libraries/CommitteeLib.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { ResultLib } from "../../contracts/libraries/ResultLib.sol";
import { PermitToken } from "../../contracts/tokens/PermitToken.sol";
import { BoardFixture } from "./BoardFixture.sol";
import { vm } from "./Vm.sol";
import { LogFold } from "./harness/LogFold.sol";

/// @notice The whole system with the default standards, evaluators whose keys the tests hold, and the steps of a round.
abstract contract AssayFixture is BoardFixture {
    uint256 internal constant SEATS = 9;
    uint256 internal constant EPOCH = 1 days;
    uint256 internal constant UNBONDING = 14 days;
    uint256 internal constant SEAT_BOND = 20_000 * UNIT;
    bytes32 internal constant DIGEST = keccak256("manifest");
    string internal constant URI = "https://example.org/manifest.json";

    address internal owner = address(0x0123);
    address internal delegator = address(0xDE1E);

    PermitToken internal token;
    Assay internal assay;
    AssayVault internal vault;
    Court internal court;
    LogFold internal fold;

    function setUp() public virtual override {
        super.setUp();
        vm.roll(1_000);
        vm.recordLogs();
        board.announcePolicy(_standards());
        token = new PermitToken("Local", "LOC", address(this), 1e9 * UNIT);
        _deploy();
        board.connect(address(assay));
        token.approve(address(vault), type(uint256).max);
        _fund(owner);
        _fund(delegator);
        // So many tokens in the vault that no freeze of the tests waits for room, and that the lottery is paid for.
        vault.fundCommons(1e6 * UNIT);
        for (uint256 i; i < _seats(); ++i) vault.bondSeat(_addSeat(i), SEAT_BOND);
    }

    /// @dev Vault and court stand at addresses that are known before they are there.
    function _deploy() private {
        uint256 nonce = vm.getNonce(address(this));
        assay = new Assay(
            address(board),
            vm.computeCreateAddress(address(this), nonce + 1),
            vm.computeCreateAddress(address(this), nonce + 2),
            EPOCH
        );
        vault = new AssayVault(address(token), address(assay), UNBONDING);
        court = new Court(address(assay));
        fold = new LogFold(address(assay));
    }

    /// @dev The policy in force from the beginning.
    function _standards() internal view virtual returns (Policy memory) {
        return _policy();
    }

    function _seats() internal view virtual returns (uint256) {
        return SEATS;
    }

    // ---------------------------------------------------------------- people
    function _fund(address account) internal {
        token.transfer(account, 1e7 * UNIT);
        vm.prank(account);
        token.approve(address(vault), type(uint256).max);
    }

    function _register(bytes32 digest) internal returns (uint256 modelId, bytes32 versionId) {
        vm.prank(owner);
        return assay.register("model", digest, URI, 0);
    }

    function _addVersion(uint256 modelId, bytes32 digest) internal returns (bytes32 versionId) {
        vm.prank(owner);
        return assay.addVersion(modelId, digest, URI, 0);
    }

    function _setLane(uint256 modelId, uint8 lane) internal {
        vm.prank(owner);
        assay.setLane(modelId, lane);
    }

    function _standardModel() internal returns (uint256 modelId, bytes32 versionId) {
        return _standardModel(DIGEST);
    }

    /// @dev A model in the standard lane with twice the smallest bond.
    function _standardModel(bytes32 digest) internal returns (uint256 modelId, bytes32 versionId) {
        (modelId, versionId) = _register(digest);
        _setLane(modelId, 1);
        _bond(modelId, 2_000 * UNIT);
    }

    function _bond(uint256 modelId, uint256 assets) internal {
        vm.prank(owner);
        vault.bond(modelId, assets);
    }

    function _delegate(address account, uint256 modelId, uint256 assets) internal returns (uint256 shares) {
        vm.prank(account);
        return vault.delegate(modelId, assets);
    }

    // ---------------------------------------------------------------- rounds
    /// @dev Opens the round of the running epoch and gives it a seed.
    function _drawRound() internal returns (uint256 roundId) {
        roundId = assay.openRound();
        _capture(roundId, keccak256(abi.encode(roundId)));
    }

    function _capture(uint256 roundId, bytes32 entropy) internal {
        uint256 entropyBlock = assay.round(roundId).entropyBlock;
        vm.roll(entropyBlock + 1);
        vm.setBlockhash(entropyBlock, entropy);
        assay.captureEntropy(roundId);
    }

    function _nextEpoch() internal {
        vm.warp(assay.genesis() + assay.currentRoundId() * EPOCH);
    }

    function _committee(uint256 roundId) internal view returns (uint256) {
        return assay.committeeOf(roundId, 0);
    }

    /// @dev The round of the next epoch, in which every committee member signs the same result for one version.
    function _measure(uint256 modelId, bytes32 digest, uint256 word) internal returns (uint256 roundId) {
        _nextEpoch();
        roundId = _drawRound();
        _post(_batch(roundId, modelId, digest, word));
    }

    function _measureRounds(uint256 modelId, uint256 count, uint256 word) internal {
        for (uint256 i; i < count; ++i) _measure(modelId, DIGEST, word);
    }

    function _batch(
        uint256 roundId,
        uint256 modelId,
        bytes32 digest,
        uint256 word
    ) internal pure returns (Batch memory batch) {
        batch = _emptyBatch(roundId, 1);
        batch.results[0] = ResultEntry({ modelId: modelId, digest: digest, word: word });
    }

    function _emptyBatch(uint256 roundId, uint256 results) internal pure returns (Batch memory batch) {
        batch.roundId = roundId;
        batch.reportsRoot = keccak256("reports");
        batch.results = new ResultEntry[](results);
    }

    /// @dev Signed by the whole committee of its shard.
    function _post(Batch memory batch) internal {
        _postBy(batch, assay.committeeOf(batch.roundId, batch.shard));
    }

    function _postBy(Batch memory batch, uint256 signers) internal {
        bytes memory signatures = _signatures(batch, signers);
        assay.post(batch, signers, signatures);
    }

    function _refused(Batch memory batch, uint256 signers, bytes memory reason) internal {
        bytes memory signatures = _signatures(batch, signers);
        _expect(reason);
        assay.post(batch, signers, signatures);
    }

    function _signatures(Batch memory batch, uint256 signers) internal view returns (bytes memory signatures) {
        bytes32 digest = assay.batchDigest(batch);
        for (; signers != 0; signers &= signers - 1) {
            signatures = bytes.concat(signatures, _compact(KEY + _lowestSeat(signers), digest));
        }
    }

    /// @dev 64 bytes: r, then vs.
    function _compact(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return bytes.concat(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    // ---------------------------------------------------------------- bitmaps
    function _count(uint256 bitmap) internal pure returns (uint256 bits) {
        for (; bitmap != 0; bitmap &= bitmap - 1) ++bits;
    }

    /// @dev The `count` lowest members of a committee.
    function _lowest(uint256 bitmap, uint256 count) internal pure returns (uint256 lowest) {
        for (uint256 i; i < count; ++i) {
            uint256 bit = bitmap & (~bitmap + 1);
            lowest |= bit;
            bitmap ^= bit;
        }
    }

    function _lowestSeat(uint256 bitmap) internal pure returns (uint256) {
        return CommitteeLib.lowestSeat(bitmap);
    }

    // ---------------------------------------------------------------- results
    /// @dev The same score in every family.
    function _word(uint256 scoreBps) internal pure returns (uint256) {
        return _wordOf([scoreBps, scoreBps, scoreBps, scoreBps, scoreBps, scoreBps, scoreBps], 447);
    }

    function _wordOf(uint256[7] memory scores, uint256 items) internal pure returns (uint256) {
        uint256 packedScores;
        for (uint256 family; family < 7; ++family) packedScores |= scores[family] << (16 * family);
        return ResultLib.pack(packedScores, items, 900, 0, 0, 0x7f);
    }

    function _good() internal pure returns (uint256) {
        return _word(9_950);
    }

    /// @dev Far below every slash floor.
    function _bad() internal pure returns (uint256) {
        return _word(1_000);
    }

    // ---------------------------------------------------------------- readings
    function _memory(bytes32 versionId) internal view returns (Memory memory) {
        return MemoryLib.unpack(assay.memoryOf(versionId));
    }

    function _hasFlag(bytes32 versionId, uint256 flag) internal view returns (bool) {
        return MemoryLib.has(_memory(versionId), flag);
    }

    /// @dev Whether a result froze stake that is not resolved.
    function _isFrozen(bytes32 versionId, uint256 roundId) internal view returns (bool) {
        return vault.freezeHashOf(versionId, roundId) != 0;
    }

    /// @dev A version's log, as the events told it.
    function _log(bytes32 versionId) internal returns (ResultLog memory) {
        return fold.logOf(versionId);
    }

    /// @dev As the court does it.
    function _overturn(bytes32 versionId, uint256 index, uint256 newWord) internal {
        ResultLog memory log = _log(versionId);
        vm.prank(address(court));
        assay.overturn(versionId, log, index, newWord);
    }

    /// @dev A fuzzed value folded into a range, both ends included.
    function _within(uint256 value, uint256 lower, uint256 upper) internal pure returns (uint256) {
        return lower + (value % (upper - lower + 1));
    }

    // ---------------------------------------------------------------- assertions
    function _expectAssayEvent() internal {
        vm.expectEmit(true, true, true, true, address(assay));
    }

    function _notModelOwner(uint256 modelId, address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IAssay.NotModelOwner.selector, modelId, caller);
    }

    function _notAuthorized(address expected) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IAssay.NotAuthorized.selector, address(this), expected);
    }
}
