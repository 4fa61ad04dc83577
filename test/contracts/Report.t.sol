// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { MerkleProof } from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import { Commitment, Report } from "../../contracts/interfaces/IInspector.sol";
import { ReportLib } from "../../contracts/libraries/ReportLib.sol";
import { Assertions } from "./harness/Assertions.sol";

/// @notice ReportLib. The numbers are those of domain/typedData.ts (hashed by viem) and domain/merkleReports.ts.
contract ReportTest is Assertions {
    function hashOf(Report calldata report) external pure returns (bytes32) {
        return ReportLib.structHash(report);
    }

    function test_AReportHashesAsItsTwin() external view {
        Report memory report = Report({
            roundId: 1,
            modelId: 2,
            digest: bytes32(uint256(3)),
            evaluator: address(4),
            word: 5,
            evidenceRoot: bytes32(uint256(6)),
            evidenceHash: bytes32(uint256(7)),
            link: bytes32(uint256(8))
        });
        _same(this.hashOf(report), 0xfdc78e5f10a0f50fcde61117d2541d7cff7822b8d1343b641ad6dc1c22267cd1, "hash");
    }

    function test_ACommitmentHashesAsItsTwin() external pure {
        Commitment memory commitment = Commitment({
            roundId: 1,
            modelId: 2,
            digest: bytes32(uint256(3)),
            evaluator: address(4),
            reportDigest: bytes32(uint256(5))
        });
        bytes32 expected = 0xd3dec5dcb0824a883c8cddd6b73d8047534983bb8de60cb011ae6e295767dd9d;
        _same(ReportLib.structHash(commitment), expected, "hash");
    }

    /// @dev Three entries, two reports each; the third leaf goes up alone.
    function test_TheTwinsTreeHasTheSameRoot() external pure {
        bytes32 root = 0xcad95d7f3fddc9e8e7c493825fd0a1c521e8cd119c169885f8f7d1958facb931;
        bytes32[] memory path = new bytes32[](1);
        path[0] = 0x866c4896d99497d34e430177b623d0c984ff1f045dcb2ecf50d2a968dbaeebb5;
        _same(MerkleProof.processProof(path, _leaf(3)), root, "third");
        path = new bytes32[](2);
        path[0] = _leaf(2);
        path[1] = _leaf(3);
        _same(MerkleProof.processProof(path, _leaf(1)), root, "first");
    }

    function _leaf(uint256 entry) private pure returns (bytes32) {
        bytes32[] memory digests = new bytes32[](2);
        (digests[0], digests[1]) = (bytes32(10 * entry), bytes32(10 * entry + 1));
        return ReportLib.leafOf(bytes32(entry), digests);
    }
}
