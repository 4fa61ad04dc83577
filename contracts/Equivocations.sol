// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Charge, Evaluators } from "./Evaluators.sol";
import { Commitment, Fault, IInspector, Report } from "./interfaces/IInspector.sol";
import { ReportLib } from "./libraries/ReportLib.sol";

/// @title Equivocations: an evaluator that says two things about one measurement
/// @dev A report stands for the commitment to it, so that all three proofs are one: two commitments that differ in nothing but the report.
abstract contract Equivocations is Evaluators {
    uint256 private constant EQUIVOCATION_BPS = 10_000;

    /// @inheritdoc IInspector
    function proveTwoReports(
        Report calldata first,
        bytes calldata firstSignature,
        Report calldata second,
        bytes calldata secondSignature
    ) external nonReentrant {
        _punish(_signedReport(first, firstSignature), _signedReport(second, secondSignature));
    }

    /// @inheritdoc IInspector
    function proveTwoCommitments(
        Commitment calldata first,
        bytes calldata firstSignature,
        Commitment calldata second,
        bytes calldata secondSignature
    ) external nonReentrant {
        _requireSigned(commitmentDigest(first), first.evaluator, firstSignature);
        _requireSigned(commitmentDigest(second), second.evaluator, secondSignature);
        _punish(first, second);
    }

    /// @inheritdoc IInspector
    function proveBrokenCommitment(
        Commitment calldata commitment,
        bytes calldata commitmentSignature,
        Report calldata report,
        bytes calldata reportSignature
    ) external nonReentrant {
        _requireSigned(commitmentDigest(commitment), commitment.evaluator, commitmentSignature);
        _punish(commitment, _signedReport(report, reportSignature));
    }

    /// @dev The commitment that its evaluator must have made, or none.
    function _signedReport(Report calldata report, bytes calldata signature) private view returns (Commitment memory) {
        bytes32 digest = reportDigest(report);
        _requireSigned(digest, report.evaluator, signature);
        return
            Commitment({
                roundId: report.roundId,
                modelId: report.modelId,
                digest: report.digest,
                evaluator: report.evaluator,
                reportDigest: digest
            });
    }

    function _punish(Commitment memory first, Commitment memory second) private {
        require(first.reportDigest != second.reportDigest, NoContradiction(first.reportDigest));
        bytes32 subject = _subjectOf(first);
        require(subject == _subjectOf(second), DifferentSubjects(subject, _subjectOf(second)));
        _requireProvable(first.roundId);
        bytes32 versionId = ReportLib.versionIdOf(first.modelId, first.digest);
        uint256 seatId = _seatOf(first.roundId, versionId, first.evaluator);
        Charge memory charge = Charge({
            fault: Fault.Equivocation,
            shareBps: EQUIVOCATION_BPS,
            versionId: versionId,
            roundId: first.roundId,
            subject: subject
        });
        require(_slash(seatId, charge), AlreadySlashed(seatId, Fault.Equivocation));
    }

    /// @dev All but the report.
    function _subjectOf(Commitment memory said) private pure returns (bytes32) {
        return keccak256(abi.encode(said.roundId, said.modelId, said.digest, said.evaluator));
    }
}
