// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch, ResultLog } from "./IAssay.sol";
import { FreezeRecord } from "./IAssayVault.sol";

/// @notice What one evaluator measured for one version in one round (EIP-712, domain of the Assay contract).
struct Report {
    uint256 roundId;
    uint256 modelId;
    bytes32 digest;
    /// Signing key.
    address evaluator;
    /// A result word (see ResultLib).
    uint256 word;
    /// Hash of the root of the evidence's Merkle-sum tree.
    bytes32 evidenceRoot;
    /// sha256 of the evidence blob.
    bytes32 evidenceHash;
    /// The evaluator's link for the round.
    bytes32 link;
}

/// @notice Binds an evaluator to a report before anybody reveals one (EIP-712, domain of the Assay contract).
struct Commitment {
    uint256 roundId;
    uint256 modelId;
    bytes32 digest;
    address evaluator;
    /// EIP-712 digest of the Report.
    bytes32 reportDigest;
}

/// @notice One node of an evidence tree. `sums` and `counts` are words of eight 32-bit lanes (see EvidenceLib).
struct EvidenceNode {
    bytes32 hash;
    uint256 sums;
    uint256 counts;
}

/// @notice One item of evidence. `itemHash` is the sha256 of the item's record hashes, one after the other.
struct EvidenceLeaf {
    bytes32 itemHash;
    uint256 sums;
    uint256 counts;
}

/// @notice Where a node stands in an evidence tree: its place from the left among those of its height, and the siblings from it up to the root.
struct EvidencePath {
    uint256 index;
    EvidenceNode[] siblings;
}

/// @notice A posted batch, who signed it, and the reports that one of its entries was to be the median of.
struct MedianProof {
    Batch batch;
    /// Bitmap over the round's seat list, and 64 bytes a signer (see IAssay.post).
    uint256 signers;
    bytes signatures;
    /// Which entry of the batch.
    uint256 entry;
    /// The reports under the entry's leaf of `reportsRoot`, in seat order.
    Report[] reports;
    /// From the leaf to `reportsRoot`.
    bytes32[] path;
}

/// @notice What an availability challenge asks for: a record of an item of a report's evidence.
struct Request {
    /// Place of the item in the evidence tree; 32 bits.
    uint256 leafIndex;
    /// Place of the record among the item's; 32 bits.
    uint256 recordIndex;
}

/// @notice The answer to a challenge: the item asked for with its record, or the last leaf, which proves that there is no such item.
struct Answer {
    EvidencePath path;
    EvidenceLeaf leaf;
    /// sha256 of each of the item's records: the preimage of `leaf.itemHash`. Empty for a leaf that only proves that it is the last.
    bytes32[] recordHashes;
    /// The record asked for, as it stands in the blob; empty if the item has no such record.
    bytes record;
}

/// @notice An availability challenge.
struct Challenge {
    /// Who put the deposit down; 0: never challenged.
    address challenger;
    /// Seconds; 0 once it is answered or closed.
    uint40 answerBy;
}

/// @notice What an evaluator can be proven to have done.
enum Fault {
    Equivocation,
    WrongMedian,
    WrongSums,
    Unavailable
}

/// @title Inspector: what evaluators can be proven to have done
/// @notice Levels 0 and 1 of the court's disputes (see ICourt): evaluators' statements against each other, against their own evidence, and evidence that
/// nobody can see. The court that created it carries out what follows.
interface IInspector {
    // ---------------------------------------------------------------- events: an indexer is a fold over these
    event EvaluatorSlashed(
        uint256 indexed seatId,
        bytes32 indexed versionId,
        uint256 indexed roundId,
        Fault fault,
        uint256 shareBps,
        uint256 assets
    );
    /// @dev `versionId` is the leaf's, `right` the median of the reports (0: they are not about the entry).
    event MedianDisproved(
        bytes32 indexed versionId,
        uint256 indexed roundId,
        bytes32 indexed batchDigest,
        uint256 word,
        uint256 right
    );
    event ChallengeOpened(
        bytes32 indexed reportDigest,
        uint256 indexed seatId,
        address indexed challenger,
        Report report,
        Request request,
        uint256 answerBy,
        uint256 deposit
    );
    /// @dev Hashes and record are in the transaction's calldata. `leafIndex` is the one shown: a smaller one than asked for is the last.
    event ChallengeAnswered(bytes32 indexed reportDigest, Request request, uint256 leafIndex, EvidenceLeaf leaf);
    event ChallengeUpheld(bytes32 indexed reportDigest, Request request);

    // ---------------------------------------------------------------- errors
    /// @notice The signature is not the evaluator's over this digest.
    error WrongSignature(address recovered, address expected);
    /// @notice The evaluator was not in the committee that measured this version in this round.
    error NotInCommittee(address evaluator, uint256 roundId, bytes32 versionId);
    /// @notice It can no longer be proven: too long ago (seconds).
    error ProofTooLate(uint256 provableUntil, uint256 nowAt);
    /// @notice The evaluator was slashed for this already.
    error AlreadySlashed(uint256 seatId, Fault fault);
    /// @notice The two statements are about different rounds or versions, or by different evaluators.
    error DifferentSubjects(bytes32 first, bytes32 second);
    /// @notice The two statements say the same.
    error NoContradiction(bytes32 reportDigest);
    /// @notice What is shown does not lead to this root.
    error WrongOpening(bytes32 shown, bytes32 expected);
    /// @notice The sums are right: the shown word or node follows from them.
    error SumsAreRight(uint256 word);
    /// @notice There is no such entry, or nothing in it to overturn: of a log only results and carried failures can be.
    error NoSuchEntry(uint256 index, uint256 entries);
    /// @notice More reports than a committee has members.
    error TooManyReports(uint256 reports, uint256 bound);
    /// @notice The entry is the median of its reports.
    error MedianIsRight(uint256 word);
    /// @notice Fewer committee members signed than needed.
    error TooFewSigners(uint256 signers, uint256 needed);
    /// @notice Leaf or record index has more than 32 bits.
    error IndexTooLarge(uint256 index, uint256 bound);
    /// @notice This was asked for already.
    error AlreadyChallenged(bytes32 reportDigest, uint256 leafIndex, uint256 recordIndex);
    /// @notice The report has to answer this many challenges already.
    error TooManyChallenges(bytes32 reportDigest, uint256 open);
    /// @notice Evidence of this round can no longer be asked for (seconds).
    error ChallengeTooLate(uint256 challengeableUntil, uint256 nowAt);
    /// @notice There is no such open challenge.
    error NoOpenChallenge(bytes32 reportDigest, uint256 leafIndex, uint256 recordIndex);
    /// @notice The time to answer is over (seconds).
    error AnswerTooLate(uint256 answerBy, uint256 nowAt);
    /// @notice The evaluator can still answer (seconds).
    error AnswerPending(uint256 answerBy, uint256 nowAt);
    /// @notice The leaf shown is neither the one asked for nor the last before it.
    error WrongLeaf(uint256 shown, uint256 asked);
    /// @notice The leaf shown stands at another height than one that was shown of the same evidence before.
    error WrongHeight(uint256 shown, uint256 expected);
    /// @notice The record hashes, or the record, are not what the leaf commits to.
    error WrongRecord(bytes32 shown, bytes32 expected);

    // ---------------------------------------------------------------- level 0: proofs
    // All of these: anyone, without a deposit, for committee members' statements, until 21 days after the round is closed.
    // Signatures are 64 bytes (r, then vs: EIP-2098).

    /// @notice Two reports of one evaluator for one version and round: takes its whole bond, once a version and round.
    function proveTwoReports(
        Report calldata first,
        bytes calldata firstSignature,
        Report calldata second,
        bytes calldata secondSignature
    ) external;
    /// @notice Two commitments of one evaluator for one version and round: as proveTwoReports.
    function proveTwoCommitments(
        Commitment calldata first,
        bytes calldata firstSignature,
        Commitment calldata second,
        bytes calldata secondSignature
    ) external;
    /// @notice A report that is not the one its evaluator committed to: as proveTwoReports.
    function proveBrokenCommitment(
        Commitment calldata commitment,
        bytes calldata commitmentSignature,
        Report calldata report,
        bytes calldata reportSignature
    ) external;

    /// @notice A report whose word does not follow from the root of its evidence, or a node of its evidence whose sums are not those of its children.
    /// Takes half of the reporter's bond, once a report.
    /// @param path Of the node; without siblings it is the root.
    /// @param node As its parent commits to it; of a root only the hash counts.
    /// @param left The node's children.
    function proveWrongSums(
        Report calldata report,
        bytes calldata signature,
        EvidencePath calldata path,
        EvidenceNode calldata node,
        EvidenceNode calldata left,
        EvidenceNode calldata right
    ) external;
    /// @notice The same for a leaf whose index or sums are not those it is committed to with.
    /// @param leafIndex As it went into the leaf's hash.
    function proveWrongLeaf(
        Report calldata report,
        bytes calldata signature,
        EvidencePath calldata path,
        EvidenceNode calldata node,
        uint256 leafIndex,
        EvidenceLeaf calldata leaf
    ) external;

    /// @notice A batch of which an entry is not the median of its reports: takes half of every signer's bond, once a batch.
    /// @dev The record keeps no batches: the signatures of as many as the entry needed (two thirds if it fails) prove that it could be posted. If the
    /// version's log says that it was this batch, the result is corrected, and a freeze it caused is restored; if it says that it was another one, only
    /// the signers pay. A result of a round that no log tells of takes all evidence behind the version's rates with it, once, if it flattered the version.
    /// @param log The version's; ignored while there is none.
    /// @param frozen The freeze the result caused; ignored if there is none.
    function proveWrongMedian(
        MedianProof calldata proof,
        ResultLog calldata log,
        FreezeRecord calldata frozen
    ) external;

    // ---------------------------------------------------------------- level 1: availability
    /// @notice Asks an evaluator for a record of its evidence. Anyone, for a deposit. At most 8 open challenges a report.
    function challenge(Report calldata report, bytes calldata signature, Request calldata request) external;
    /// @notice Publishes what was asked for, or proves that there is no such item. Anyone. The deposit is forfeited.
    /// @dev Proves that the record belongs to the evidence and that its sums add up to the report's word. The first answer shows how high the tree is; another
    /// height is no answer. Whether it is the probe that the seed demands,
    /// and graded right, is for everybody to see.
    function answer(Report calldata report, Request calldata request, Answer calldata answered) external;
    /// @notice Closes a challenge that was not answered in time: deposit back, 5 % of the seat's bond taken, once a report. Anyone.
    function uphold(Report calldata report, Request calldata request) external;

    // ---------------------------------------------------------------- views
    /// @notice The court, which created this contract.
    function court() external view returns (address);
    function challengeOf(bytes32 reportDigest, Request calldata request) external view returns (Challenge memory);
    /// @notice Challenges that a report has to answer.
    function openChallenges(bytes32 reportDigest) external view returns (uint256);
    /// @notice EIP-712 digest of a report.
    function reportDigest(Report calldata report) external view returns (bytes32);
    /// @notice EIP-712 digest of a commitment.
    function commitmentDigest(Commitment calldata commitment) external view returns (bytes32);
}
