// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Assay } from "../../contracts/Assay.sol";
import { AssayVault } from "../../contracts/AssayVault.sol";
import { PolicyBoard } from "../../contracts/PolicyBoard.sol";
import { Batch, IAssay, ResultEntry, Retirement } from "../../contracts/interfaces/IAssay.sol";
import { ModelStake } from "../../contracts/interfaces/IAssayVault.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { Memory, MemoryLib } from "../../contracts/libraries/MemoryLib.sol";
import { ResultLib } from "../../contracts/libraries/ResultLib.sol";
import { PermitToken } from "../../contracts/tokens/PermitToken.sol";
import { vm } from "./Vm.sol";

contract System {
    Assay public immutable assay;
    AssayVault public immutable vault;

    constructor(address token, address board, address court, uint256 epochLength, uint256 unbondingDelay) {
        // The n-th account this one creates; a LogReplayer or whatever the record creates is the record's own.
        address predicted = vm.computeCreateAddress(address(this), 2);
        assay = new Assay(board, predicted, court, epochLength);
        vault = new AssayVault(token, address(assay), unbondingDelay);
    }
}

/// @notice A deployment with the default standards, evaluators whose keys the tests hold, and the steps of a round.
abstract contract SystemFixture {
    uint256 internal constant SEATS = 9;
    uint256 internal constant FIRST_KEY = 0xA55A4;
    uint256 internal constant EPOCH = 1 days;
    uint256 internal constant UNBONDING = 14 days;
    uint256 internal constant UNIT = 1e18;
    bytes32 internal constant DIGEST = keccak256("manifest");

    address internal owner = address(0x0123);
    address internal delegator = address(0xDE1E);

    PermitToken internal token;
    PolicyBoard internal board;
    Assay internal assay;
    AssayVault internal vault;
    address internal court = address(0xC0047);

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        vm.roll(1_000);
        token = new PermitToken("Local", "LOC", address(this), 1e9 * UNIT);
        board = new PolicyBoard(address(this));
        board.announcePolicy(_policy());
        for (uint256 i; i < SEATS; ++i) board.addSeat(address(this), vm.addr(FIRST_KEY + i), keccak256(abi.encode(i)));
        System system = new System(address(token), address(board), court, EPOCH, UNBONDING);
        (assay, vault) = (system.assay(), system.vault());
        board.connect(address(assay));
        _fund(owner);
        _fund(delegator);
        token.approve(address(vault), type(uint256).max);
        for (uint256 i; i < SEATS; ++i) vault.bondSeat(i, 10_000 * UNIT);
    }

    // ---------------------------------------------------------------- standards
    /// @dev The default policy (`domain/policy.ts`).
    function _policy() internal pure virtual returns (Policy memory policy) {
        policy.floorsBps = [uint16(9_000), 9_000, 9_000, 8_500, 0, 0, 9_700];
        policy.slashFloorsBps = [uint16(7_000), 7_000, 6_500, 5_500, 0, 0, 8_500];
        policy.sharesBps = [uint16(2_721), 2_721, 2_857, 1_700, 0, 0, 10_000];
        policy.weights = [uint16(20), 15, 20, 15, 0, 0, 10];
        policy.massMin = 900;
        policy.massCap = 4_000;
        policy.massFull = 4_000;
        policy.itemsCap = 600;
        policy.minRounds = 3;
        policy.maxAge = 14 days;
        policy.halfLife = 28 days;
        policy.hysteresisBps = 100;
        policy.scarK = 2_000;
        policy.retryScar = 1;
        policy.hardFailureScar = 3;
        policy.scarCap = 300;
        policy.passZ2 = 4;
        policy.failZ2 = 9;
        policy.bondMin = uint96(1_000 * UNIT);
        policy.bondShareBps = 1_000;
        policy.committeeSize = 7;
        policy.quorum = 4;
        policy.lossBaseBps = 500;
        policy.lossCapBps = 1_000;
        policy.lossEpoch = 7 days;
        policy.freezeWindow = 7 days;
        policy.halfSaturation = uint96(100_000 * UNIT);
        policy.suiteHash = keccak256("suite");
        policy.experimentalBondMin = uint96(100 * UNIT);
        policy.experimentalLossCapBps = 200;
        policy.bucketBps = 500;
        policy.bucketPeriod = 1 days;
        policy.breakerBps = 3_000;
        policy.shards = 1;
        policy.slots = 64;
        policy.lotteryBps = 2_000;
        policy.evaluationPrice = uint96(UNIT);
        policy.evaluationFee = uint96(UNIT);
        policy.publicShareBps = 1_000;
        policy.evaluatorBondMin = uint96(10_000 * UNIT);
        policy.disputeDeposit = uint96(500 * UNIT);
    }

    /// @dev Announces standards and waits until they are in force.
    function _setPolicy(Policy memory next) internal {
        board.announcePolicy(next);
        (, uint256 inForceFrom) = board.pendingPolicy();
        vm.warp(inForceFrom);
    }

    // ---------------------------------------------------------------- people
    function _fund(address account) internal {
        token.transfer(account, 1e7 * UNIT);
        vm.prank(account);
        token.approve(address(vault), type(uint256).max);
    }

    function _register(bytes32 digest) internal returns (uint256 modelId, bytes32 versionId) {
        vm.prank(owner);
        (modelId, versionId) = assay.register("model", digest, "https://example.org/manifest.json", bytes32(0));
    }

    /// @dev A model in the standard lane with twice the smallest bond.
    function _standardModel() internal returns (uint256 modelId, bytes32 versionId) {
        (modelId, versionId) = _register(DIGEST);
        vm.prank(owner);
        assay.setLane(modelId, 1);
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

    function _setLane(uint256 modelId, uint8 lane) internal {
        vm.prank(owner);
        assay.setLane(modelId, lane);
    }

    function _retire(uint256 modelId, uint256 servedUntil) internal {
        uint256 liable = block.timestamp + 60 days;
        vm.prank(owner);
        assay.retire(modelId, Retirement(uint64(servedUntil), uint64(servedUntil), uint64(liable), uint64(liable)));
    }

    // ---------------------------------------------------------------- rounds
    /// @dev Opens the round of the running epoch and gives it a seed.
    function _drawRound() internal returns (uint256 roundId) {
        roundId = assay.openRound();
        vm.roll(block.number + 3);
        vm.setBlockhash(block.number - 1, keccak256(abi.encode(block.number - 1)));
        assay.captureEntropy(roundId);
    }

    function _nextEpoch() internal {
        vm.warp(assay.genesis() + assay.currentRoundId() * EPOCH);
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
        batch.roundId = roundId;
        batch.reportsRoot = keccak256("reports");
        batch.results = new ResultEntry[](1);
        batch.results[0] = ResultEntry({ modelId: modelId, digest: digest, word: word });
    }

    /// @dev Signed by the whole committee.
    function _post(Batch memory batch) internal {
        uint256 signers = assay.committeeOf(batch.roundId, batch.shard);
        assay.post(batch, signers, _signatures(batch, signers));
    }

    function _signatures(Batch memory batch, uint256 signers) internal view returns (bytes memory) {
        return _signaturesOver(assay.batchDigest(batch), signers);
    }

    function _signaturesOver(bytes32 digest, uint256 signers) internal pure returns (bytes memory signatures) {
        for (uint256 seat; seat < 256; ++seat) {
            if ((signers >> seat) & 1 == 1) signatures = bytes.concat(signatures, _signature(FIRST_KEY + seat, digest));
        }
    }

    function _signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, uint256(s) | (uint256(v - 27) << 255));
    }

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

    function _lowestSeat(uint256 bitmap) internal pure returns (uint256 seat) {
        for (; (bitmap >> seat) & 1 == 0; ++seat) {}
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

    function _memory(bytes32 versionId) internal view returns (Memory memory) {
        return MemoryLib.unpack(assay.memoryOf(versionId));
    }

    function _stake(uint256 modelId) internal view returns (ModelStake memory) {
        return vault.stakeOf(modelId);
    }

    /// @dev A fuzzed value folded into a range, both ends included.
    function _within(uint256 value, uint256 lower, uint256 upper) internal pure returns (uint256) {
        return lower + (value % (upper - lower + 1));
    }

    // ---------------------------------------------------------------- assertions
    error NotEqual(string what, uint256 left, uint256 right);
    error NotTrue(string what);

    function _same(uint256 left, uint256 right, string memory what) internal pure {
        require(left == right, NotEqual(what, left, right));
    }

    function _same(bytes32 left, bytes32 right, string memory what) internal pure {
        _same(uint256(left), uint256(right), what);
    }

    function _same(address left, address right, string memory what) internal pure {
        _same(uint160(left), uint160(right), what);
    }

    function _isTrue(bool condition, string memory what) internal pure {
        require(condition, NotTrue(what));
    }

    function _sameStake(ModelStake memory left, ModelStake memory right, string memory what) internal pure {
        _same(keccak256(abi.encode(left)), keccak256(abi.encode(right)), what);
    }

    function _expect(bytes memory data) internal {
        vm.expectRevert(data);
    }

    function _expectEvent() internal {
        vm.expectEmit(true, true, true, true, address(assay));
    }

    function _notOwner(uint256 modelId, address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IAssay.NotModelOwner.selector, modelId, caller);
    }
}
