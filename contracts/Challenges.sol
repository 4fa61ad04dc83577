// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Charge } from "./Evaluators.sol";
import { MedianProofs } from "./MedianProofs.sol";
import { Answer, Challenge, EvidenceNode, Fault, IInspector, Report, Request } from "./interfaces/IInspector.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { EvidenceLib } from "./libraries/EvidenceLib.sol";
import { ReportLib } from "./libraries/ReportLib.sol";

/// @title Challenges: evidence must be there when somebody asks
/// @dev One record at a time: an item's replies together may be longer than a transaction, a record is bounded by its suite.
abstract contract Challenges is MedianProofs {
    uint256 private constant AVAILABILITY_BPS = 500;
    /// @dev Deposits are this part of the policy's `disputeDeposit`.
    uint256 private constant DEPOSIT_PART = 10;
    /// @dev A report's open challenges, so that an evaluator can always keep up.
    uint256 private constant OPEN_MAX = 8;
    uint256 private constant INDEX_BITS = 32;
    /// @dev Epochs after a round is closed in which its evidence can be asked for, and those an answer may take.
    uint256 private constant CHALLENGE_EPOCHS = 4;
    uint256 private constant ANSWER_EPOCHS = 2;

    mapping(bytes32 challengeKey => Challenge) private _challenges;
    /// @dev One more than the height of a report's tree, as the first answer showed it.
    mapping(bytes32 digest => uint256) private _heights;
    /// @inheritdoc IInspector
    mapping(bytes32 digest => uint256) public openChallenges;

    // ---------------------------------------------------------------- ask
    /// @inheritdoc IInspector
    function challenge(
        Report calldata report,
        bytes calldata signature,
        Request calldata request
    ) external nonReentrant {
        uint256 index = request.leafIndex | request.recordIndex;
        require(index >> INDEX_BITS == 0, IndexTooLarge(index, type(uint32).max));
        uint256 until = ASSAY.closesAt(report.roundId) + CHALLENGE_EPOCHS * EPOCH_LENGTH;
        require(block.timestamp < until, ChallengeTooLate(until, block.timestamp));
        bytes32 digest = reportDigest(report);
        _requireSigned(digest, report.evaluator, signature);
        uint256 seatId = _reporterOf(report);
        uint256 answerBy = _open(digest, request);
        uint256 deposit = _depositFor(report);
        emit ChallengeOpened(digest, seatId, msg.sender, report, request, answerBy, deposit);
        COURT.takeDeposit(msg.sender, deposit);
    }

    function _open(bytes32 digest, Request calldata request) private returns (uint256 answerBy) {
        Challenge storage opened = _challenges[_challengeKey(digest, request)];
        require(opened.challenger == address(0), AlreadyChallenged(digest, request.leafIndex, request.recordIndex));
        uint256 open = openChallenges[digest];
        require(open < OPEN_MAX, TooManyChallenges(digest, open));
        openChallenges[digest] = open + 1;
        answerBy = block.timestamp + ANSWER_EPOCHS * EPOCH_LENGTH;
        opened.challenger = msg.sender;
        // 40 bits of seconds last for 34,000 years.
        opened.answerBy = uint40(answerBy);
    }

    // ---------------------------------------------------------------- answer
    /// @inheritdoc IInspector
    function answer(Report calldata report, Request calldata request, Answer calldata answered) external nonReentrant {
        bytes32 digest = reportDigest(report);
        (, uint256 answerBy) = _close(digest, request);
        require(block.timestamp < answerBy, AnswerTooLate(answerBy, block.timestamp));
        _requireOpening(report, answered);
        _requireHeight(digest, answered.path.siblings.length);
        uint256 shown = answered.path.index;
        if (shown == request.leafIndex) {
            _requireRecord(request, answered);
        } else {
            bool isLast = shown < request.leafIndex && EvidenceLib.isLast(shown, answered.path.siblings);
            require(isLast, WrongLeaf(shown, request.leafIndex));
        }
        emit ChallengeAnswered(digest, request, shown, answered.leaf);
        COURT.settleDeposit(address(0), _depositFor(report));
    }

    /// @dev The leaf belongs to the evidence, whose sums add up to the report's word.
    function _requireOpening(Report calldata report, Answer calldata answered) private pure {
        EvidenceNode memory node = EvidenceNode({
            hash: EvidenceLib.leafHash(answered.path.index, answered.leaf),
            sums: answered.leaf.sums,
            counts: answered.leaf.counts
        });
        (EvidenceNode memory root, bool carried) = EvidenceLib.rootOf(
            answered.path.index,
            node,
            answered.path.siblings
        );
        bool follows = !carried && EvidenceLib.wordOf(root.sums, root.counts) == report.word;
        require(follows && root.hash == report.evidenceRoot, WrongOpening(root.hash, report.evidenceRoot));
    }

    /// @dev All leaves of a tree stand at one height. In one with two, a high leaf would pass for the last, and what stands below others could not be asked for.
    function _requireHeight(bytes32 digest, uint256 height) private {
        uint256 stored = _heights[digest];
        if (stored == 0) _heights[digest] = height + 1;
        else require(stored == height + 1, WrongHeight(height, stored - 1));
    }

    /// @dev All of the item's record hashes, and the record asked for if the item has as many.
    function _requireRecord(Request calldata request, Answer calldata answered) private pure {
        bytes32 itemHash = sha256(abi.encodePacked(answered.recordHashes));
        require(itemHash == answered.leaf.itemHash, WrongRecord(itemHash, answered.leaf.itemHash));
        if (request.recordIndex >= answered.recordHashes.length) return;
        bytes32 recordHash = sha256(answered.record);
        bytes32 expected = answered.recordHashes[request.recordIndex];
        require(recordHash == expected, WrongRecord(recordHash, expected));
    }

    // ---------------------------------------------------------------- no answer
    /// @inheritdoc IInspector
    function uphold(Report calldata report, Request calldata request) external nonReentrant {
        bytes32 digest = reportDigest(report);
        (address challenger, uint256 answerBy) = _close(digest, request);
        require(block.timestamp >= answerBy, AnswerPending(answerBy, block.timestamp));
        Charge memory charge = Charge({
            fault: Fault.Unavailable,
            shareBps: AVAILABILITY_BPS,
            versionId: ReportLib.versionIdOf(report.modelId, report.digest),
            roundId: report.roundId,
            subject: digest
        });
        emit ChallengeUpheld(digest, request);
        // One loss of data is one fault, however many records are asked for.
        _slash(_seatOfKey(report.evaluator), charge);
        COURT.settleDeposit(challenger, _depositFor(report));
    }

    function _close(bytes32 digest, Request calldata request) private returns (address challenger, uint256 answerBy) {
        Challenge storage closed = _challenges[_challengeKey(digest, request)];
        (challenger, answerBy) = (closed.challenger, closed.answerBy);
        require(answerBy != 0, NoOpenChallenge(digest, request.leafIndex, request.recordIndex));
        closed.answerBy = 0;
        --openChallenges[digest];
    }

    function _reporterOf(Report calldata report) private view returns (uint256 seatId) {
        return _seatOf(report.roundId, ReportLib.versionIdOf(report.modelId, report.digest), report.evaluator);
    }

    /// @dev The same at the end as at the beginning: a round's policy does not change.
    function _depositFor(Report calldata report) private view returns (uint256) {
        return DataCode.readPolicy(ASSAY.round(report.roundId).policyPointer).disputeDeposit / DEPOSIT_PART;
    }

    function _challengeKey(bytes32 digest, Request calldata request) private pure returns (bytes32) {
        return keccak256(abi.encode(digest, request.leafIndex, request.recordIndex));
    }

    // ---------------------------------------------------------------- views
    /// @inheritdoc IInspector
    function challengeOf(bytes32 digest, Request calldata request) external view returns (Challenge memory) {
        return _challenges[_challengeKey(digest, request)];
    }
}
