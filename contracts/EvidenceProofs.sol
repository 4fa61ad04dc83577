// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Equivocations } from "./Equivocations.sol";
import { Charge } from "./Evaluators.sol";
import { EvidenceLeaf, EvidenceNode, EvidencePath, Fault, IInspector, Report } from "./interfaces/IInspector.sol";
import { EvidenceLib } from "./libraries/EvidenceLib.sol";
import { ReportLib } from "./libraries/ReportLib.sol";

/// @title EvidenceProofs: a report whose sums are made up
/// @dev Somewhere between the word of a report and the leaves of its evidence sums were made up, or they all add up. Whoever holds the evidence shows
/// the highest place where they do not: all above it lead to the signed root.
abstract contract EvidenceProofs is Equivocations {
    uint256 private constant WRONG_SUMS_BPS = 5_000;

    /// @inheritdoc IInspector
    function proveWrongSums(
        Report calldata report,
        bytes calldata signature,
        EvidencePath calldata path,
        EvidenceNode calldata node,
        EvidenceNode calldata left,
        EvidenceNode calldata right
    ) external nonReentrant {
        (EvidenceNode memory parent, bool carried) = EvidenceLib.parentOf(left, right);
        _requirePath(report, path, node, parent.hash);
        require(carried || !_follows(report, path, node, parent), SumsAreRight(report.word));
        _punishReporter(report, signature);
    }

    /// @inheritdoc IInspector
    function proveWrongLeaf(
        Report calldata report,
        bytes calldata signature,
        EvidencePath calldata path,
        EvidenceNode calldata node,
        uint256 leafIndex,
        EvidenceLeaf calldata leaf
    ) external nonReentrant {
        EvidenceNode memory shown = EvidenceNode({
            hash: EvidenceLib.leafHash(leafIndex, leaf),
            sums: leaf.sums,
            counts: leaf.counts
        });
        _requirePath(report, path, node, shown.hash);
        require(leafIndex != path.index || !_follows(report, path, node, shown), SumsAreRight(report.word));
        _punishReporter(report, signature);
    }

    /// @dev Whether what stands above a node follows from the node's own sums: those its parent commits to, or the report's word.
    function _follows(
        Report calldata report,
        EvidencePath calldata path,
        EvidenceNode calldata node,
        EvidenceNode memory shown
    ) private pure returns (bool) {
        if (path.siblings.length == 0) return EvidenceLib.wordOf(shown.sums, shown.counts) == report.word;
        return node.sums == shown.sums && node.counts == shown.counts;
    }

    function _requirePath(
        Report calldata report,
        EvidencePath calldata path,
        EvidenceNode calldata node,
        bytes32 shown
    ) private pure {
        require(shown == node.hash, WrongOpening(shown, node.hash));
        (EvidenceNode memory root, ) = EvidenceLib.rootOf(path.index, node, path.siblings);
        require(root.hash == report.evidenceRoot, WrongOpening(root.hash, report.evidenceRoot));
    }

    function _punishReporter(Report calldata report, bytes calldata signature) private {
        bytes32 digest = reportDigest(report);
        _requireSigned(digest, report.evaluator, signature);
        _requireProvable(report.roundId);
        bytes32 versionId = ReportLib.versionIdOf(report.modelId, report.digest);
        uint256 seatId = _seatOf(report.roundId, versionId, report.evaluator);
        Charge memory charge = Charge({
            fault: Fault.WrongSums,
            shareBps: WRONG_SUMS_BPS,
            versionId: versionId,
            roundId: report.roundId,
            subject: digest
        });
        require(_slash(seatId, charge), AlreadySlashed(seatId, Fault.WrongSums));
    }
}
