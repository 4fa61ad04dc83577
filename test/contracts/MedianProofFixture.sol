// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import { Batch } from "../../contracts/interfaces/IAssay.sol";
import { MedianProof } from "../../contracts/interfaces/IInspector.sol";
import { CourtFixture } from "./CourtFixture.sol";

/// @notice Proofs of a wrong median, and what they are held against.
abstract contract MedianProofFixture is CourtFixture {
    /// @dev Of a batch whose reports all say `reported`.
    function _proof(Batch memory batch, uint256 reported) internal view returns (MedianProof memory proof) {
        proof.batch = batch;
        proof.signers = _committee(roundId);
        proof.signatures = _signatures(assay.batchDigest(batch), proof.signers);
        proof.reports = _reports(roundId, reported);
    }

    /// @dev As the median takes it: items add up, to the policy's cap.
    function _median(uint256 word) internal pure returns (uint256) {
        return (word & ~(uint256(0xffff) << 112)) | (uint256(600) << 112);
    }

    function _sumOfBonds() internal view returns (uint256 sum) {
        for (uint256 i; i < SEATS; ++i) sum += vault.seatBondOf(i).assets;
    }
}
