// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Commitment, Report } from "../interfaces/IInspector.sol";

/// @title ReportLib: hashes of what evaluators sign and of what a batch's `reportsRoot` holds
/// @notice Twin: `domain/typedData.ts`, `domain/merkleReports.ts`.
library ReportLib {
    bytes32 private constant REPORT_TYPEHASH = keccak256(
        "Report(uint256 roundId,uint256 modelId,bytes32 digest,address evaluator,uint256 word,bytes32 evidenceRoot,bytes32 evidenceHash,bytes32 link)"
    );
    bytes32 private constant COMMITMENT_TYPEHASH = keccak256(
        "Commitment(uint256 roundId,uint256 modelId,bytes32 digest,address evaluator,bytes32 reportDigest)"
    );

    function structHash(Report calldata report) internal pure returns (bytes32) {
        return keccak256(abi.encode(REPORT_TYPEHASH, report));
    }

    function structHash(Commitment memory commitment) internal pure returns (bytes32) {
        return keccak256(abi.encode(COMMITMENT_TYPEHASH, commitment));
    }

    function versionIdOf(uint256 modelId, bytes32 digest) internal pure returns (bytes32 versionId) {
        return keccak256(abi.encode(modelId, digest));
    }

    /// @notice The leaf of an entry: keccak(keccak(versionId, keccak of the reports' digests one after the other)).
    /// @param digests EIP-712 digests of the reports the entry is the median of, in seat order.
    function leafOf(bytes32 versionId, bytes32[] memory digests) internal pure returns (bytes32) {
        bytes32 reports = keccak256(abi.encodePacked(digests));
        return keccak256(bytes.concat(keccak256(abi.encode(versionId, reports))));
    }
}
