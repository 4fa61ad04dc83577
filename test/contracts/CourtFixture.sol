// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Assay } from "../../contracts/Assay.sol";
import { AssayVault } from "../../contracts/AssayVault.sol";
import { Court } from "../../contracts/Court.sol";
import { Batch, IAssay, LogEntry, ResultEntry, ResultLog } from "../../contracts/interfaces/IAssay.sol";
import { FreezeRecord, IAssayVault } from "../../contracts/interfaces/IAssayVault.sol";
import { ICourt, Outcome } from "../../contracts/interfaces/ICourt.sol";
import { IInspector, Report } from "../../contracts/interfaces/IInspector.sol";
import { Policy } from "../../contracts/interfaces/IPolicyBoard.sol";
import { ReportLib } from "../../contracts/libraries/ReportLib.sol";
import { ResultLib } from "../../contracts/libraries/ResultLib.sol";
import { PermitToken } from "../../contracts/tokens/PermitToken.sol";
import { BoardFixture } from "./BoardFixture.sol";
import { vm, VmLog } from "./Vm.sol";

/// @notice The whole system, evaluators whose keys the tests hold, a model with evidence, and the steps of a dispute.
abstract contract CourtFixture is BoardFixture {
    uint256 internal constant SEATS = 24;
    uint256 internal constant EPOCH = 1 days;
    uint256 internal constant UNBONDING = 14 days;
    uint256 internal constant DEPOSIT = 500 * UNIT;
    uint256 internal constant SEAT_BOND = 20_000 * UNIT;
    bytes32 internal constant DIGEST = keccak256("manifest");
    bytes32 internal constant NEXT_DIGEST = keccak256("next manifest");

    address internal owner = address(0x0123);
    address internal other = address(0x0789);

    PermitToken internal token;
    Assay internal assay;
    AssayVault internal vault;
    Court internal court;
    IInspector internal inspector;

    uint256 internal modelId;
    bytes32 internal versionId;

    /// @dev The last result posted and its batch, and the log that began with it.
    uint256 internal roundId;
    bytes32 internal postedDigest;
    ResultLog internal log;
    FreezeRecord internal frozen;

    function setUp() public virtual override {
        super.setUp();
        vm.roll(1_000);
        board.announcePolicy(_standards());
        token = _token();
        uint256 nonce = vm.getNonce(address(this));
        assay = new Assay(
            address(board),
            vm.computeCreateAddress(address(this), nonce + 1),
            vm.computeCreateAddress(address(this), nonce + 2),
            EPOCH
        );
        vault = new AssayVault(address(token), address(assay), UNBONDING);
        court = new Court(address(assay));
        inspector = IInspector(court.inspector());
        board.connect(address(assay));
        token.approve(address(vault), type(uint256).max);
        // So many tokens in the vault that no freeze of the tests waits for room.
        vault.fundCommons(1e6 * UNIT);
        _fund(owner);
        _fund(other);
        for (uint256 i; i < SEATS; ++i) vault.bondSeat(_addSeat(i), SEAT_BOND);
        (modelId, versionId) = _standardModel();
    }

    /// @dev The policy in force from the beginning.
    function _standards() internal view virtual returns (Policy memory) {
        return _policy();
    }

    function _token() internal virtual returns (PermitToken) {
        return new PermitToken("Local", "LOC", address(this), 1e9 * UNIT);
    }

    function _fund(address account) internal {
        token.transfer(account, 1e6 * UNIT);
        vm.prank(account);
        token.approve(address(vault), type(uint256).max);
    }

    function _standardModel() internal returns (uint256 id, bytes32 version) {
        vm.prank(owner);
        (id, version) = assay.register("model", DIGEST, "https://example.org/manifest.json", 0);
        vm.prank(owner);
        assay.setLane(id, 1);
        vm.prank(owner);
        vault.bond(id, 2_000 * UNIT);
    }

    // ---------------------------------------------------------------- rounds
    function _nextEpoch() internal {
        vm.warp(assay.genesis() + assay.currentRoundId() * EPOCH);
    }

    /// @dev Opens the round of the next epoch and gives it a seed.
    function _drawRound() internal returns (uint256 drawn) {
        _nextEpoch();
        drawn = assay.openRound();
        _mine(3);
        assay.captureEntropy(drawn);
    }

    /// @dev Blocks with hashes of their own.
    function _mine(uint256 blocks) internal {
        vm.roll(block.number + blocks);
        for (uint256 i = 1; i <= blocks; ++i) {
            vm.setBlockhash(block.number - i, keccak256(abi.encode("block", block.number - i)));
        }
    }

    function _committee(uint256 round) internal view returns (uint256) {
        return assay.committeeOf(round, 0);
    }

    /// @dev A report of each committee member, in seat order, all with the same word.
    function _reports(uint256 round, uint256 word) internal view returns (Report[] memory reports) {
        uint256 committee = _committee(round);
        reports = new Report[](_count(committee));
        for (uint256 i; i < reports.length; ++i) {
            reports[i] = _report(round, _lowest(committee), word);
            committee &= committee - 1;
        }
    }

    function _report(uint256 round, uint256 seat, uint256 word) internal view returns (Report memory) {
        return
            Report({
                roundId: round,
                modelId: modelId,
                digest: DIGEST,
                evaluator: vm.addr(KEY + seat),
                word: word,
                evidenceRoot: keccak256("root"),
                evidenceHash: keccak256("blob"),
                link: keccak256("link")
            });
    }

    /// @dev The root of a batch with one entry.
    function _reportsRoot(Report[] memory reports) internal view returns (bytes32) {
        bytes32[] memory digests = new bytes32[](reports.length);
        for (uint256 i; i < reports.length; ++i) digests[i] = inspector.reportDigest(reports[i]);
        return ReportLib.leafOf(versionId, digests);
    }

    function _batch(uint256 round, uint256 word, Report[] memory reports) internal view returns (Batch memory batch) {
        batch.roundId = round;
        batch.reportsRoot = _reportsRoot(reports);
        batch.results = new ResultEntry[](1);
        batch.results[0] = ResultEntry({ modelId: modelId, digest: DIGEST, word: word });
    }

    function _post(Batch memory batch) internal {
        uint256 signers = _committee(batch.roundId);
        postedDigest = assay.batchDigest(batch);
        assay.post(batch, signers, _signatures(postedDigest, signers));
    }

    /// @dev A round in which the whole committee signs `word`, although its reports say `reported`.
    function _measure(uint256 word, uint256 reported) internal returns (Batch memory batch) {
        roundId = _drawRound();
        uint256 memoryBefore = assay.memoryOf(versionId);
        vm.recordLogs();
        batch = _batch(roundId, word, _reports(roundId, reported));
        _post(batch);
        _noteEntry(memoryBefore, 0, versionId, word);
        _noteFreeze();
    }

    /// @dev A failing result of the model's version.
    function _fail() internal {
        _measure(_bad(), _bad());
    }

    function _noteEntry(uint256 memoryBefore, uint8 kind, bytes32 about, uint256 word) internal {
        if (log.entries.length == 0) log.memoryBefore = memoryBefore;
        log.entries.push(
            LogEntry({
                kind: kind,
                roundId: uint32(roundId),
                appliedAt: uint40(block.timestamp),
                policyPointer: assay.round(roundId).policyPointer,
                versionId: about,
                word: word,
                batchDigest: kind > 1 ? bytes32(0) : postedDigest
            })
        );
    }

    /// @dev The record in the last event of a freeze since logs are recorded.
    function _noteFreeze() internal {
        VmLog[] memory logs = vm.getRecordedLogs();
        for (uint256 i = logs.length; i != 0; --i) {
            bytes32 topic = logs[i - 1].topics[0];
            if (topic != IAssayVault.StakeFrozen.selector && topic != IAssayVault.FreezeChanged.selector) continue;
            (frozen, , , , ) = abi.decode(logs[i - 1].data, (FreezeRecord, uint256, uint256, uint256, uint256));
            return;
        }
    }

    // ---------------------------------------------------------------- disputes
    /// @dev By the owner, about the log's first entry.
    function _appeal() internal returns (uint256 disputeId) {
        vm.recordLogs();
        vm.prank(owner);
        disputeId = court.appeal(versionId, log, 0, frozen);
        _noteFreeze();
    }

    function _draw(uint256 disputeId) internal returns (uint256 committee) {
        _mine(3);
        court.drawCommittee(disputeId);
        return court.dispute(disputeId).committee;
    }

    /// @dev The whole second committee says `word`.
    function _reevaluate(uint256 disputeId, uint256 word) internal {
        uint256 signers = court.dispute(disputeId).committee;
        bytes32 digest = court.reevaluationDigest(disputeId, word, bytes32("reports"));
        court.postReevaluation(disputeId, word, bytes32("reports"), signers, _signatures(digest, signers));
    }

    /// @dev A dispute in which the second committee has said `word`.
    function _reevaluated(uint256 word) internal returns (uint256 disputeId) {
        _fail();
        disputeId = _appeal();
        _draw(disputeId);
        _reevaluate(disputeId, word);
    }

    function _execute(uint256 disputeId) internal {
        court.execute(disputeId, frozen, log);
    }

    // ---------------------------------------------------------------- signatures
    /// @dev 64 bytes: r, then vs.
    function _compact(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return bytes.concat(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
    }

    function _signatures(bytes32 digest, uint256 signers) internal pure returns (bytes memory signatures) {
        for (; signers != 0; signers &= signers - 1) {
            signatures = bytes.concat(signatures, _compact(KEY + _lowest(signers), digest));
        }
    }

    function _signed(Report memory report) internal view returns (bytes memory) {
        return _compact(_keyOf(report.evaluator), inspector.reportDigest(report));
    }

    function _keyOf(address signer) internal view returns (uint256) {
        return KEY + board.seatOfSigner(signer) - 1;
    }

    // ---------------------------------------------------------------- bitmaps
    function _count(uint256 bitmap) internal pure returns (uint256 bits) {
        for (; bitmap != 0; bitmap &= bitmap - 1) ++bits;
    }

    function _lowest(uint256 bitmap) internal pure returns (uint256 bit) {
        for (; (bitmap >> bit) & 1 == 0; ++bit) {}
    }

    /// @dev The `count` lowest set bits.
    function _first(uint256 bitmap, uint256 count) internal pure returns (uint256 first) {
        for (uint256 i; i < count; ++i) {
            first |= bitmap & (~bitmap + 1);
            bitmap &= bitmap - 1;
        }
    }

    // ---------------------------------------------------------------- results
    /// @dev The same score in every family.
    function _word(uint256 scoreBps) internal pure returns (uint256 word) {
        for (uint256 family; family < 7; ++family) word |= scoreBps << (16 * family);
        return ResultLib.pack(word, 447, 900, 0, 0, 0x7f);
    }

    function _good() internal pure returns (uint256) {
        return _word(9_950);
    }

    /// @dev Far below every slash floor.
    function _bad() internal pure returns (uint256) {
        return _word(1_000);
    }

    // ---------------------------------------------------------------- readings
    function _bondOf(address evaluator) internal view returns (uint256) {
        return vault.seatBondOf(board.seatOfSigner(evaluator) - 1).assets;
    }

    function _modelBond() internal view returns (uint256) {
        return vault.stakeOf(modelId).bond;
    }

    function _noLog() internal pure returns (ResultLog memory empty) {}

    function _noFreeze() internal pure returns (FreezeRecord memory empty) {}

    function _isOutcome(uint256 disputeId, Outcome outcome, uint256 newWord, bool restored) internal {
        vm.expectEmit(true, true, true, true, address(court));
        emit ICourt.DisputeExecuted(disputeId, outcome, newWord, restored);
    }

    function _reason(bytes4 selector, uint256 first, uint256 second) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, first, second);
    }
}
