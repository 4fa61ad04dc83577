// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a probe plan is drawn from: nobody knows it before the round, nobody chose it, everybody can check it.
struct ProbeContext {
    uint256 chainId;
    /// The Assay contract.
    address assay;
    uint256 roundId;
    bytes32 versionId;
    bytes32 suiteHash;
    bytes32 roundSeed;
    /// Signing key of the evaluator's seat.
    address evaluator;
    /// The evaluator's link for this round.
    bytes32 link;
}

/// @title SeedLib: rounds' seeds, probe seeds, draws, and evaluators' hash chains
/// @notice Twin: `domain/seed.ts`.
library SeedLib {
    bytes32 internal constant PROBE_DOMAIN = keccak256("ASSAY.SEED.v1");

    /// @notice R, the seed of a round.
    /// @param entropy Hash of the round's entropy block.
    function roundSeed(bytes32 entropy, uint256 roundId) internal pure returns (bytes32) {
        return keccak256(abi.encode(entropy, roundId));
    }

    /// @notice Seed of one evaluator's probe plan for one version in one round: keccak256 of nine words.
    function probeSeed(ProbeContext memory context) internal pure returns (bytes32) {
        return keccak256(abi.encode(PROBE_DOMAIN, context));
    }

    /// @notice The i-th number drawn under a label.
    function draw(bytes32 seed, string memory label, uint256 i) internal pure returns (uint256) {
        return drawHashed(seed, keccak256(bytes(label)), i);
    }

    /// @notice The same for a label that is hashed already.
    function drawHashed(bytes32 seed, bytes32 labelHash, uint256 i) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, labelHash, i)));
    }

    /// @notice keccak256 applied `steps` times. `chainFrom(link of round r, r)` is the chain's head.
    function chainFrom(bytes32 link, uint256 steps) internal pure returns (bytes32) {
        for (uint256 i; i < steps; ++i) link = keccak256(abi.encode(link));
        return link;
    }
}
