import type { Hex } from "./hex.ts";

/** EIP-712 domain of reports, commitments and batches. */
export function assayDomain(chainId: bigint, verifyingContract: Hex) {
  return { name: "Assay", version: "1", chainId, verifyingContract } as const;
}

/** EIP-712 domain of re-evaluations, which a disjoint committee signs for a dispute. */
export function courtDomain(chainId: bigint, verifyingContract: Hex) {
  return { name: "Assay Court", version: "1", chainId, verifyingContract } as const;
}

/** EIP-712 domain of key proofs, which a seat's new signing key signs. */
export function boardDomain(chainId: bigint, verifyingContract: Hex) {
  return { name: "Assay PolicyBoard", version: "1", chainId, verifyingContract } as const;
}

/** EIP-712 types of what evaluators sign for the record, in the field order that is hashed. */
export const assayTypes = {
  ResultEntry: [
    { name: "modelId", type: "uint256" },
    { name: "digest", type: "bytes32" },
    { name: "word", type: "uint256" },
  ],
  /** What a committee posts. `reportsRoot` is that of merkleReports.ts. */
  Batch: [
    { name: "roundId", type: "uint256" },
    { name: "shard", type: "uint256" },
    { name: "reportsRoot", type: "bytes32" },
    { name: "results", type: "ResultEntry[]" },
  ],
  /** What one evaluator measured for one version. */
  Report: [
    { name: "roundId", type: "uint256" },
    { name: "modelId", type: "uint256" },
    { name: "digest", type: "bytes32" },
    { name: "evaluator", type: "address" },
    { name: "word", type: "uint256" },
    { name: "evidenceRoot", type: "bytes32" },
    { name: "evidenceHash", type: "bytes32" },
    { name: "link", type: "bytes32" },
  ],
  /** Binds an evaluator to a report before anybody reveals one. `reportDigest` is the EIP-712 digest of the Report. */
  Commitment: [
    { name: "roundId", type: "uint256" },
    { name: "modelId", type: "uint256" },
    { name: "digest", type: "bytes32" },
    { name: "evaluator", type: "address" },
    { name: "reportDigest", type: "bytes32" },
  ],
} as const;

/** EIP-712 types of what evaluators sign for the court. */
export const courtTypes = {
  /** What a disjoint committee measured for the disputed version. */
  Reevaluation: [
    { name: "disputeId", type: "uint256" },
    { name: "versionId", type: "bytes32" },
    { name: "word", type: "uint256" },
    { name: "reportsRoot", type: "bytes32" },
  ],
} as const;

/** EIP-712 types of what a signing key signs for the policy board. */
export const boardTypes = {
  /** Whoever names a key for a seat must hold it. */
  KeyProof: [
    { name: "seatId", type: "uint256" },
    { name: "seatOwner", type: "address" },
  ],
} as const;

export interface ResultEntry {
  readonly modelId: bigint;
  readonly digest: Hex;
  /** A result word. */
  readonly word: bigint;
}

export interface Batch {
  readonly roundId: bigint;
  /** The committee that measured: 0 .. shards − 1. */
  readonly shard: bigint;
  readonly reportsRoot: Hex;
  readonly results: readonly ResultEntry[];
}

export interface Report {
  readonly roundId: bigint;
  readonly modelId: bigint;
  readonly digest: Hex;
  /** Address of the signing key. */
  readonly evaluator: Hex;
  /** A result word. */
  readonly word: bigint;
  /** Hash of the root node of the evidence's Merkle-sum tree. */
  readonly evidenceRoot: Hex;
  /** sha256 of the evidence blob. */
  readonly evidenceHash: Hex;
  /** The evaluator's link for the round. */
  readonly link: Hex;
}

export interface Commitment {
  readonly roundId: bigint;
  readonly modelId: bigint;
  readonly digest: Hex;
  /** Address of the signing key. */
  readonly evaluator: Hex;
  readonly reportDigest: Hex;
}

export interface Reevaluation {
  readonly disputeId: bigint;
  readonly versionId: Hex;
  /** A result word. */
  readonly word: bigint;
  /** Root over the one entry that was measured again (merkleReports.ts). */
  readonly reportsRoot: Hex;
}

export interface KeyProof {
  readonly seatId: bigint;
  readonly seatOwner: Hex;
}
