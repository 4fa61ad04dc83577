// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { Commitment, Report } from "../../../contracts/interfaces/IInspector.sol";
import { ReportLib } from "../../../contracts/libraries/ReportLib.sol";
import { TwoWords } from "./Rows.sol";

/// @title ReportRules: hashes of reports, and of the tree that a batch's root stands for
abstract contract ReportRules {
    struct ProofCase {
        bytes32 versionId;
        uint256 digestCount;
        bytes32[7] digests;
        uint256 proofLength;
        bytes32[7] proof;
    }

    struct HashCase {
        Report report;
        Commitment commitment;
    }

    /// @dev Answers: leaf, root.
    function reportsRoot(ProofCase[] calldata cases) external pure returns (TwoWords[] memory answers) {
        answers = new TwoWords[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            ProofCase calldata c = cases[i];
            bytes32[] memory digests = new bytes32[](c.digestCount);
            for (uint256 j; j < digests.length; ++j) digests[j] = c.digests[j];
            bytes32[] memory proof = new bytes32[](c.proofLength);
            for (uint256 j; j < proof.length; ++j) proof[j] = c.proof[j];
            bytes32 leaf = ReportLib.leafOf(c.versionId, digests);
            answers[i].first = uint256(leaf);
            answers[i].second = uint256(MerkleProof.processProof(proof, leaf));
        }
    }

    /// @dev Answers: EIP-712 struct hashes of the report and of the commitment.
    function structHashes(HashCase[] calldata cases) external pure returns (TwoWords[] memory answers) {
        answers = new TwoWords[](cases.length);
        for (uint256 i; i < cases.length; ++i) {
            answers[i].first = uint256(ReportLib.structHash(cases[i].report));
            answers[i].second = uint256(ReportLib.structHash(cases[i].commitment));
        }
    }
}
