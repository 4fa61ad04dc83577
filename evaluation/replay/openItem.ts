import type { Hex } from "../../domain/hex.ts";
import { EvaluationError } from "../evaluationError.ts";
import { type EvidencePath, pathTo } from "../evidence/findWrongSums.ts";
import { type Leaf, NoSuchLeafError } from "../evidence/merkleSum.ts";
import type { Claims } from "./readClaims.ts";

/** What is asked of an evaluator: a record of an item of its evidence. Same shape as the Inspector's `Request`. */
export interface EvidenceRequest {
  readonly leafIndex: bigint;
  readonly recordIndex: bigint;
}

/** An item with one of its records, as it answers a challenge. Same shape as the Inspector's `Answer`. */
export interface EvidenceAnswer {
  readonly path: EvidencePath;
  readonly leaf: Leaf;
  readonly recordHashes: readonly Hex[];
  /** UTF-8 bytes of the record; empty when the item has no such record. */
  readonly record: Hex;
}

export interface Opening {
  readonly request: EvidenceRequest;
  readonly answer: EvidenceAnswer;
}

/** An item has fewer records than the one asked for. */
export class NoSuchRecordError extends EvaluationError {
  constructor(item: number, record: number, records: number) {
    const which = records === 0 ? "none" : `0..${records - 1}`;
    super(`evidence: record ${record} of item ${item} does not exist; the item has ${which}`);
  }
}

/**
 * Opens an item: leaf, siblings up to the root, record hashes and one record.
 * A record that does not exist is opened too, as an item that lacks it.
 * @throws NoSuchLeafError
 */
export function openItem({ tree, recordsOf }: Claims, item: number, record: number): Opening {
  const claimed = Number.isInteger(item) ? tree.leaves[item] : undefined;
  if (!claimed) throw new NoSuchLeafError(item, tree.leaves.length);
  const records = recordsOf(item);
  const text = records[record]?.text ?? "";
  return {
    request: { leafIndex: BigInt(item), recordIndex: BigInt(record) },
    answer: {
      path: pathTo(tree, 0, item),
      leaf: claimed.leaf,
      recordHashes: records.map(({ hash }): Hex => `0x${hash}`),
      record: `0x${Buffer.from(text).toString("hex")}`,
    },
  };
}
