// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { Charge } from "./Evaluators.sol";
import { EvidenceProofs } from "./EvidenceProofs.sol";
import { IAssay, ResultEntry, ResultLog, Round } from "./interfaces/IAssay.sol";
import { FreezeRecord } from "./interfaces/IAssayVault.sol";
import { Correction } from "./interfaces/ICourt.sol";
import { Fault, IInspector, MedianProof, Report } from "./interfaces/IInspector.sol";
import { Policy } from "./interfaces/IPolicyBoard.sol";
import { CommitteeLib } from "./libraries/CommitteeLib.sol";
import { DataCode } from "./libraries/DataCode.sol";
import { FlatteryLib } from "./libraries/FlatteryLib.sol";
import { MedianLib } from "./libraries/MedianLib.sol";
import { Memory, MemoryLib } from "./libraries/MemoryLib.sol";
import { ReportLib } from "./libraries/ReportLib.sol";
import { ResultLib } from "./libraries/ResultLib.sol";
import { SignersLib } from "./libraries/SignersLib.sol";
import { VerdictLib } from "./libraries/VerdictLib.sol";

/// @notice A batch entry whose word is not the median of its reports.
struct WrongMedian {
    bytes32 versionId;
    uint256 roundId;
    uint256 word;
    /// The median; 0 if the reports are not about the entry, or if no result follows from them.
    uint256 right;
    bytes32 batchDigest;
}

/// @title MedianProofs: a committee that posts what it did not measure
/// @dev An evaluator signs no batch whose medians it has not computed, so each signer is at fault, not only who put the batch together. The reports'
/// own signatures do not matter: by the root, the signers say that these are the reports.
abstract contract MedianProofs is EvidenceProofs {
    uint256 private constant WRONG_MEDIAN_BPS = 5_000;
    /// @dev Members of a committee, and so reports, at most.
    uint256 private constant REPORTS_MAX = 15;

    mapping(bytes32 resultKey => bool) private _discredited;

    /// @inheritdoc IInspector
    function proveWrongMedian(
        MedianProof calldata proof,
        ResultLog calldata log,
        FreezeRecord calldata frozen
    ) external nonReentrant {
        uint256 roundId = proof.batch.roundId;
        _requireProvable(roundId);
        Round memory drawn = ASSAY.round(roundId);
        Policy memory policy = DataCode.readPolicy(drawn.policyPointer);
        WrongMedian memory wrong = _wrongMedian(proof, policy);
        bytes memory seats = DataCode.read(drawn.seatsPointer);
        _requireAccepted(proof, wrong, policy, seats);
        emit MedianDisproved(wrong.versionId, roundId, wrong.batchDigest, wrong.word, wrong.right);
        _slashSigners(proof.signers, seats, wrong);
        Correction memory correction = Correction({ word: wrong.word, newWord: wrong.right });
        bool known = COURT.correct(wrong.versionId, roundId, wrong.batchDigest, correction, log, frozen);
        if (!known) _discredit(wrong);
    }

    // ---------------------------------------------------------------- what is wrong
    function _wrongMedian(
        MedianProof calldata proof,
        Policy memory policy
    ) private view returns (WrongMedian memory wrong) {
        ResultEntry[] calldata results = proof.batch.results;
        require(proof.entry < results.length, NoSuchEntry(proof.entry, results.length));
        ResultEntry calldata entry = results[proof.entry];
        wrong.versionId = ReportLib.versionIdOf(entry.modelId, entry.digest);
        wrong.roundId = proof.batch.roundId;
        wrong.word = entry.word;
        wrong.right = _medianOf(proof, wrong, policy.itemsCap);
        require(wrong.right != wrong.word, MedianIsRight(wrong.word));
        wrong.batchDigest = ASSAY.batchDigest(proof.batch);
    }

    /// @dev Of the reports under the entry's leaf. A median is only as well-formed as its reports, and what is not cannot be replayed.
    function _medianOf(
        MedianProof calldata proof,
        WrongMedian memory wrong,
        uint256 itemsCap
    ) private view returns (uint256 right) {
        uint256 count = proof.reports.length;
        require(count <= REPORTS_MAX, TooManyReports(count, REPORTS_MAX));
        bytes32[] memory digests = new bytes32[](count);
        uint256[] memory words = new uint256[](count);
        bool about = true;
        for (uint256 i; i < count; ++i) {
            Report calldata report = proof.reports[i];
            digests[i] = reportDigest(report);
            words[i] = report.word;
            bool same = ReportLib.versionIdOf(report.modelId, report.digest) == wrong.versionId;
            about = about && same && report.roundId == wrong.roundId;
        }
        _requireLeaf(proof, ReportLib.leafOf(wrong.versionId, digests));
        right = MedianLib.medianResult(words, itemsCap);
        if (!about || !ResultLib.isWellFormed(right)) return 0;
    }

    function _requireLeaf(MedianProof calldata proof, bytes32 leaf) private pure {
        bytes32 root = MerkleProof.processProofCalldata(proof.path, leaf);
        require(root == proof.batch.reportsRoot, WrongOpening(root, proof.batch.reportsRoot));
    }

    // ---------------------------------------------------------------- who is at fault
    /// @dev The batch could be posted: signed by enough of the committee that the entry's version belongs to.
    function _requireAccepted(
        MedianProof calldata proof,
        WrongMedian memory wrong,
        Policy memory policy,
        bytes memory seats
    ) private view {
        uint256 shard = ASSAY.shardOf(wrong.roundId, wrong.versionId);
        require(shard == proof.batch.shard, IAssay.WrongShard(wrong.versionId, proof.batch.shard, shard));
        uint256 committee = ASSAY.committeeOf(wrong.roundId, shard);
        uint256 signed = SignersLib.verify(wrong.batchDigest, proof.signers, committee, proof.signatures, seats);
        uint256 members = SignersLib.countOf(committee);
        uint256 needed =
            VerdictLib.failedFamilies(wrong.word, policy) == 0
                ? CommitteeLib.signersNeeded(members, policy)
                : CommitteeLib.signersNeededToFail(members, policy);
        require(signed >= needed, TooFewSigners(signed, needed));
    }

    /// @dev At most as many steps as a committee has members (15).
    function _slashSigners(uint256 signers, bytes memory seats, WrongMedian memory wrong) private {
        Charge memory charge = Charge({
            fault: Fault.WrongMedian,
            shareBps: WRONG_MEDIAN_BPS,
            versionId: wrong.versionId,
            roundId: wrong.roundId,
            subject: wrong.batchDigest
        });
        for (; signers != 0; signers &= signers - 1) {
            _slash(_seatOfKey(DataCode.addressAt(seats, SignersLib.lowest(signers))), charge);
        }
    }

    // ---------------------------------------------------------------- what follows
    /// @dev Evidence that made a version look worse than it is stays: to take the rest away too would help nobody.
    function _discredit(WrongMedian memory wrong) private {
        bytes32 key = _resultKey(wrong.versionId, wrong.roundId);
        Memory memory self = MemoryLib.unpack(ASSAY.memoryOf(wrong.versionId));
        bool mayHold =
            self.rounds != 0 &&
                self.lastRound >= wrong.roundId &&
                COURT.correctionOf(wrong.versionId, wrong.roundId).word == 0;
        if (_discredited[key] || !mayHold || !FlatteryLib.flatters(wrong.word, wrong.right)) return;
        _discredited[key] = true;
        COURT.discredit(wrong.versionId);
    }
}
