import type { Hex } from "./hex.ts";
import { keccakWords } from "./keccak.ts";

/** What an entry of a version's log says happened. */
export const logKinds = {
  /** A result was applied; `word` is the result word. */
  result: 0n,
  /** Another version of the model failed, and this one carries it; `word` is the scar added (1/256 item). */
  carried: 1n,
  /** A new version inherited; `word` is 0. */
  inherited: 2n,
  /** An overturned entry: nothing happened. */
  overturned: 3n,
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
}

/** A version's log, from the memory before its first failing result on. Only its hash is stored. */
export interface ResultLog {
  readonly memoryBefore: bigint;
  readonly entries: readonly LogEntry[];
}

/** Seconds after its last failing or carried entry for which a log can be replayed. */
export const logTime = 35n * 86_400n;
/** Entries of a log at most. */
export const logEntriesMax = 255n;

/** Bits of a stored log hash; the rest of its slot says until when and how many. */
const hashBits = 208n;

/** Hash of a log without entries. Twin of contracts/libraries/LogLib.sol (start). */
export function emptyLogHash(memoryBefore: bigint): bigint {
  return truncated(keccakWords(memoryBefore));
}

/** Hash of a log with one more entry. Twin of contracts/libraries/LogLib.sol (extend). */
export function nextLogHash(hash: bigint, entry: LogEntry): bigint {
  const { kind, roundId, appliedAt, policyPointer, versionId, word } = entry;
  return truncated(keccakWords(hash, kind, roundId, appliedAt, policyPointer, versionId, word));
}

/** Hash of a whole log, as the record keeps it. */
export function logHash({ memoryBefore, entries }: ResultLog): bigint {
  return entries.reduce(nextLogHash, emptyLogHash(memoryBefore));
}

/** The lowest 208 bits. */
function truncated(hash: Hex): bigint {
  return BigInt(hash) & ((1n << hashBits) - 1n);
}
