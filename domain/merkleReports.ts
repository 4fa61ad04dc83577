import type { Hex } from "./hex.ts";
import { keccakConcat, keccakWords } from "./keccak.ts";

/** The reports that one entry of a batch was taken from. */
export interface ReportedEntry {
  readonly versionId: Hex;
  /** EIP-712 digests of the reports that the medians were taken over, in seat order. */
  readonly reportDigests: readonly Hex[];
}

/** A batch has at least one entry. */
export class NoEntries extends Error {
  override name = "NoEntries";

  constructor() {
    super("a reports root needs at least one entry");
  }
}

/** There is no such entry in the batch. */
export class NoSuchEntry extends Error {
  override name = "NoSuchEntry";

  constructor(index: number, entries: number) {
    super(`entry ${index} does not exist; the batch has entries 0..${entries - 1}`);
  }
}

/** keccak(keccak(abi.encode(versionId, keccak(digests)))): hashed twice, so that no inner node can pass for a leaf. */
export function reportsLeaf({ versionId, reportDigests }: ReportedEntry): Hex {
  return keccakWords(keccakWords(versionId, keccakConcat(reportDigests)));
}

/**
 * Root of the tree over a batch's entries, in entry order: sorted pairs, as OpenZeppelin's MerkleProof verifies them; an odd last node
 * goes up unchanged. Throws NoEntries for an empty batch.
 */
export function reportsRoot(entries: readonly ReportedEntry[]): Hex {
  const [root] = levelsOf(entries).at(-1) ?? [];
  if (root === undefined) throw new NoEntries();
  return root;
}

/** The siblings from an entry's leaf up to the root. Throws NoSuchEntry. */
export function reportsProof(entries: readonly ReportedEntry[], index: number): Hex[] {
  if (!Number.isInteger(index) || index < 0 || index >= entries.length) throw new NoSuchEntry(index, entries.length);
  return levelsOf(entries).flatMap((level, height) => level[Math.floor(index / 2 ** height) ^ 1] ?? []);
}

/** Whether a leaf is part of the tree with this root. Twin of OpenZeppelin's MerkleProof (verify). */
export function verifyReportsProof(root: Hex, leaf: Hex, proof: readonly Hex[]): boolean {
  return proof.reduce(pairHash, leaf) === root;
}

/** Levels from the leaves up to the root. */
function levelsOf(entries: readonly ReportedEntry[]): Hex[][] {
  let level = entries.map(reportsLeaf);
  const levels = [level];
  while (level.length > 1) {
    level = level.flatMap((node, index) => {
      if (index % 2 === 1) return [];
      const right = level[index + 1];
      return [right === undefined ? node : pairHash(node, right)];
    });
    levels.push(level);
  }
  return levels;
}

/** The smaller one first, so that a proof need not say sides. Digits are lower case throughout. */
function pairHash(a: Hex, b: Hex): Hex {
  return a < b ? keccakWords(a, b) : keccakWords(b, a);
}
