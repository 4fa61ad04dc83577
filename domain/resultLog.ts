import type { Hex } from "./hex.ts";
import { keccakWords } from "./keccak.ts";
import { type BitField, readField } from "./words.ts";

/** What an entry of a version's log says happened. */
export const logKinds = {
  /** A result was applied; `word` is the result word. */
  result: 0n,
  /** Another version of the model failed, and this one carries it; `word` is the scar added (1/256 item). */
  carried: 1n,
  /** A new version inherited; `word` is 0. */
  inherited: 2n,
  /** An overturned entry: nothing happened. */
  nothing: 3n,
  /** The evidence behind the rates was taken away; `word` is 0. */
  discredited: 4n,
} as const;

/** Field names of the struct in contracts/interfaces/IAssay.sol. */
export interface LogEntry {
  /** See logKinds. */
  readonly kind: bigint;
  readonly roundId: bigint;
  /** Unix seconds. */
  readonly appliedAt: bigint;
  /** Code account of the policy it was applied under. */
  readonly policyPointer: Hex;
  /** The version the entry is about: measured, failed, or new. */
  readonly versionId: Hex;
  readonly word: bigint;
  /** EIP-712 digest of the batch that a result, or a carried failure, came with; else 0. */
  readonly batchDigest: Hex;
}

/** A version's log, from the memory before its first failing result on. Only its hash is stored. */
export interface ResultLog {
  readonly memoryBefore: bigint;
  readonly entries: readonly LogEntry[];
}

/** Seconds after its last failing or carried entry for which a log can be replayed. */
export const logTime = 35n * 86_400n;

/** Fields of the slot that the record keeps of a log: its hash, until when it can be replayed (unix seconds), its length. */
export const logFields = {
  hash: { offset: 0n, bits: 208n },
  until: { offset: 208n, bits: 40n },
  entries: { offset: 248n, bits: 8n },
} as const satisfies Record<string, BitField>;

/** Entries of a log at most. */
export const logEntriesMax = (1n << logFields.entries.bits) - 1n;

/** Hash of a log without entries. Twin of contracts/libraries/LogLib.sol (start). */
export function emptyLogHash(memoryBefore: bigint): bigint {
  return truncated(keccakWords(memoryBefore));
}

/** Hash of a log with one more entry. Twin of contracts/libraries/LogLib.sol (extend). */
export function nextLogHash(hash: bigint, entry: LogEntry): bigint {
  const { kind, roundId, appliedAt, policyPointer, versionId, word, batchDigest } = entry;
  return truncated(keccakWords(hash, kind, roundId, appliedAt, policyPointer, versionId, word, batchDigest));
}

/** Hash of a whole log, as the record keeps it. Twin of contracts/libraries/LogLib.sol (hashOf). */
export function logHash({ memoryBefore, entries }: ResultLog): bigint {
  return entries.reduce(nextLogHash, emptyLogHash(memoryBefore));
}

/** The bits of a hash that are kept: the lowest. */
function truncated(hash: Hex): bigint {
  return readField(BigInt(hash), logFields.hash);
}
