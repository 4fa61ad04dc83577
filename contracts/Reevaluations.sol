// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { Hashes } from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Corrections } from "./Corrections.sol";
import { LogEntry, ResultLog } from "./interfaces/IAssay.sol";
import { FreezeRecord } from "./interfaces/IAssayVault.sol";
import { Dispute, ICourt, Outcome, Stage } from "./interfaces/ICourt.sol";
import { Policy } from "./interfaces/IPolicyBoard.sol";
import { BlockHashLib } from "./libraries/BlockHashLib.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { ResultLib } from "./libraries/ResultLib.sol";
import { SeedLib } from "./libraries/SeedLib.sol";
import { SignersLib } from "./libraries/SignersLib.sol";
import { VerdictLib } from "./libraries/VerdictLib.sol";

/// @title Reevaluations: is a failing result reproducible?
/// @dev A second committee, none of whose seats measured before, with a seed nobody knew when the dispute was opened and its seats were fixed.
abstract contract Reevaluations is Corrections, EIP712 {
    bytes32 private constant REEVALUATION_TYPEHASH = keccak256(
        "Reevaluation(uint256 disputeId,bytes32 versionId,uint256 word,bytes32 reportsRoot)"
    );

    /// @dev Blocks from the appeal to the block whose hash is the seed.
    uint256 private constant ENTROPY_DELAY = 2;
    uint256 private constant REEVALUATION_EPOCHS = 4;
    uint256 private constant APPEAL_EPOCHS = 2;
    /// @dev Members of a second committee; fewer when fewer seats are left.
    uint256 private constant MEMBERS_MAX = 15;

    /// @inheritdoc ICourt
    uint256 public disputeCount;
    mapping(uint256 disputeId => Dispute) internal _disputes;
    mapping(bytes32 resultKey => uint256 disputeId) private _disputeOf;
    /// @inheritdoc ICourt
    mapping(uint256 disputeId => uint256 signers) public unpaidOf;

    constructor() EIP712("Assay Court", "1") {}

    // ---------------------------------------------------------------- appeal
    /// @inheritdoc ICourt
    function appeal(
        bytes32 versionId,
        ResultLog calldata log,
        uint256 index,
        FreezeRecord calldata frozen
    ) external nonReentrant returns (uint256 disputeId) {
        LogEntry calldata entry = _disputable(versionId, log, index);
        Policy memory policy = DataCode.readPolicy(entry.policyPointer);
        uint256 failed = VerdictLib.failedFamilies(entry.word, policy);
        require(failed != 0, NotFailing(entry.word));
        bool contested = _isFrozen(versionId, entry.roundId);
        uint256 until = uint256(entry.appliedAt) + policy.freezeWindow;
        if (contested) {
            _requireFreezeOf(versionId, entry.roundId, frozen);
            until = frozen.releasableAt;
        }
        require(block.timestamp < until, AppealTooLate(until, block.timestamp));
        disputeId = _openDispute(entry);
        emit DisputeOpened(
            disputeId,
            versionId,
            entry.roundId,
            _disputes[disputeId],
            failed,
            contested,
            policy.disputeDeposit
        );
        _takeDeposit(msg.sender, policy.disputeDeposit);
        if (contested) VAULT.contest(frozen);
    }

    /// @dev The entry, if it is a result of the version itself and was not disputed or corrected before.
    function _disputable(
        bytes32 versionId,
        ResultLog calldata log,
        uint256 index
    ) private view returns (LogEntry calldata entry) {
        _requireLog(versionId, log);
        require(index < log.entries.length, NoSuchEntry(index, log.entries.length));
        entry = log.entries[index];
        require(entry.kind == 0 && entry.versionId == versionId, NotInLog(versionId, entry.roundId));
        uint256 earlier = disputeOf(versionId, entry.roundId);
        require(earlier == 0, AlreadyDisputed(earlier));
        require(!_isCorrected(versionId, entry.roundId), AlreadyCorrected(versionId, entry.roundId));
    }

    function _openDispute(LogEntry calldata entry) private returns (uint256 disputeId) {
        disputeId = ++disputeCount;
        _disputeOf[_resultKey(entry.versionId, entry.roundId)] = disputeId;
        Dispute storage opened = _disputes[disputeId];
        opened.versionId = entry.versionId;
        opened.word = entry.word;
        opened.policyPointer = entry.policyPointer;
        opened.roundId = entry.roundId;
        opened.stage = Stage.Opened;
        opened.appellant = msg.sender;
        // Fixed before anybody can know the seed. 0 if the board's list is empty.
        opened.seatsPointer = BOARD.seatsPointer();
        // Seconds and blocks fit 40 bits for 34,000 years.
        opened.deadline = uint40(block.timestamp + REEVALUATION_EPOCHS * EPOCH_LENGTH);
        opened.entropyBlock = uint40(block.number + ENTROPY_DELAY);
    }

    // ---------------------------------------------------------------- draw
    /// @inheritdoc ICourt
    function drawCommittee(uint256 disputeId) external {
        Dispute storage drawn = _at(disputeId, Stage.Opened);
        uint256 entropyBlock = drawn.entropyBlock;
        require(block.number > entropyBlock, EntropyNotReady(entropyBlock, block.number));
        bytes32 entropy = BlockHashLib.blockHash(entropyBlock);
        if (entropy == 0) {
            drawn.entropyBlock = uint40(block.number + ENTROPY_DELAY);
            emit EntropyMoved(disputeId, block.number + ENTROPY_DELAY);
            return;
        }
        bytes32 seed = SeedLib.roundSeed(entropy, disputeId);
        uint256 committee = _committeeOf(drawn, seed);
        drawn.committee = committee;
        drawn.stage = Stage.Drawn;
        // Nobody is left to wait for.
        if (committee == 0) drawn.deadline = uint40(block.timestamp);
        emit CommitteeDrawn(disputeId, seed, committee, drawn.deadline);
    }

    /// @dev A Fisher–Yates shuffle of the whole list from the end, passing over seats of the first committee until there are enough. Seats, not keys,
    /// are compared: a key may have been rotated since. At most 30 draws: as many as both committees have members.
    function _committeeOf(Dispute storage drawn, bytes32 seed) private view returns (uint256 committee) {
        address pointer = drawn.seatsPointer;
        if (pointer == address(0)) return 0;
        bytes memory list = DataCode.read(pointer);
        uint256[] memory excluded = _firstCommittee(drawn.roundId, drawn.versionId);
        uint256 i = list.length / 20;
        // A byte at place p holds `p xor seat`, so that zeroed memory already is the identity (see CommitteeLib).
        bytes memory seats = new bytes(i);
        uint256 members;
        // Draws are below i; a list has at most 255 seats.
        unchecked {
            while (i != 0 && members < MEMBERS_MAX) {
                uint256 place = uint256(Hashes.efficientKeccak256(seed, bytes32(i - 1))) % i;
                --i;
                uint256 seat = uint8(seats[place]) ^ place;
                seats[place] = bytes1(uint8((uint8(seats[i]) ^ i) ^ place));
                if (_isIn(excluded, _seatOfKey(DataCode.addressAt(list, seat)))) continue;
                committee |= 1 << seat;
                ++members;
            }
        }
    }

    /// @dev Seat ids of the whole committee that measured first.
    function _firstCommittee(uint256 roundId, bytes32 versionId) private view returns (uint256[] memory seatIds) {
        uint256 committee = ASSAY.committeeOf(roundId, ASSAY.shardOf(roundId, versionId));
        bytes memory list = DataCode.read(ASSAY.round(roundId).seatsPointer);
        seatIds = new uint256[](SignersLib.countOf(committee));
        for (uint256 i; i < seatIds.length; ++i) {
            seatIds[i] = _seatOfKey(DataCode.addressAt(list, SignersLib.lowest(committee)));
            committee &= committee - 1;
        }
    }

    /// @dev At most 15 steps.
    function _isIn(uint256[] memory values, uint256 value) private pure returns (bool) {
        for (uint256 i; i < values.length; ++i) {
            if (values[i] == value) return true;
        }
        return false;
    }

    // ---------------------------------------------------------------- re-evaluate
    /// @inheritdoc ICourt
    function postReevaluation(
        uint256 disputeId,
        uint256 word,
        bytes32 reportsRoot,
        uint256 signers,
        bytes calldata signatures
    ) external {
        Dispute storage posted = _at(disputeId, Stage.Drawn);
        require(ResultLib.isWellFormed(word), MalformedResult(word));
        _requireCommittee(posted, reevaluationDigest(disputeId, word, reportsRoot), signers, signatures);
        Outcome verdict = _verdictOn(posted, word);
        uint256 deadline = block.timestamp + APPEAL_EPOCHS * EPOCH_LENGTH;
        posted.newWord = word;
        posted.stage = Stage.Reevaluated;
        posted.verdict = verdict;
        posted.deadline = uint40(deadline);
        unpaidOf[disputeId] = signers;
        emit ReevaluationPosted(disputeId, word, reportsRoot, signers, verdict, deadline);
    }

    /// @inheritdoc ICourt
    function claimFee(uint256 disputeId, uint256 place) external nonReentrant returns (uint256 assets) {
        uint256 unpaid = unpaidOf[disputeId];
        // Beyond 256 places the shift leaves nothing.
        require((unpaid >> place) & 1 != 0, NothingToPay(disputeId, place));
        unpaidOf[disputeId] = unpaid ^ (1 << place);
        Dispute storage posted = _disputes[disputeId];
        assets = _feeOf(DataCode.readPolicy(posted.policyPointer));
        VAULT.payReevaluation(disputeId, DataCode.addressAt(DataCode.read(posted.seatsPointer), place), assets);
    }

    /// @dev One version is measured: all members together earn what its owner paid for the disputed round, at most. So nobody is paid for failing on purpose
    /// and appealing, whoever owns the seats, and no dispute takes from the fund what pays for other rounds.
    function _feeOf(Policy memory policy) private pure returns (uint256) {
        return Math.min(policy.evaluationFee, policy.evaluationPrice / MEMBERS_MAX);
    }

    /// @dev Two thirds of it, whatever the verdict: stake is neither burnt nor given back on less.
    function _requireCommittee(
        Dispute storage posted,
        bytes32 digest,
        uint256 signers,
        bytes calldata signatures
    ) private view {
        uint256 committee = posted.committee;
        bytes memory seats = DataCode.read(posted.seatsPointer);
        uint256 signed = SignersLib.verify(digest, signers, committee, signatures, seats);
        uint256 needed = Math.ceilDiv(2 * SignersLib.countOf(committee), 3);
        require(signed >= needed, TooFewSigners(signed, needed));
    }

    function _verdictOn(Dispute storage posted, uint256 newWord) private view returns (Outcome) {
        Policy memory policy = DataCode.readPolicy(posted.policyPointer);
        uint256 word = posted.word;
        uint256 failed = VerdictLib.failedFamilies(word, policy);
        uint256 missing = failed & ~ResultLib.flags(newWord);
        require(missing == 0, FamiliesNotMeasured(missing));
        return VerdictLib.isOverturned(word, newWord, failed, policy) ? Outcome.Overturned : Outcome.Confirmed;
    }

    /// @dev The dispute, if it is at this stage and has time left.
    function _at(uint256 disputeId, Stage stage) internal view returns (Dispute storage found) {
        found = _disputes[disputeId];
        require(found.stage == stage, WrongStage(disputeId, found.stage));
        require(block.timestamp < found.deadline, StageOver(found.deadline, block.timestamp));
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc ICourt
    function dispute(uint256 disputeId) external view returns (Dispute memory) {
        return _disputes[disputeId];
    }

    /// @inheritdoc ICourt
    function disputeOf(bytes32 versionId, uint256 roundId) public view returns (uint256 disputeId) {
        return _disputeOf[_resultKey(versionId, roundId)];
    }

    /// @inheritdoc ICourt
    function reevaluationDigest(uint256 disputeId, uint256 word, bytes32 reportsRoot) public view returns (bytes32) {
        bytes32 versionId = _disputes[disputeId].versionId;
        return _hashTypedDataV4(keccak256(abi.encode(REEVALUATION_TYPEHASH, disputeId, versionId, word, reportsRoot)));
    }

    /// @inheritdoc ICourt
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparatorV4();
    }
}
