import { describe, expect, test } from "vitest";
import { keccakConcat, keccakWords } from "../../domain/keccak.ts";
import {
  NoEntries,
  NoSuchEntry,
  type ReportedEntry,
  reportsLeaf,
  reportsProof,
  reportsRoot,
  verifyReportsProof,
} from "../../domain/merkleReports.ts";
import { Random } from "./differential/random.ts";

function entriesOf(count: number): ReportedEntry[] {
  const random = new Random(count);
  return Array.from({ length: count }, () => ({
    versionId: random.hex(32),
    reportDigests: Array.from({ length: Number(random.uniform(1n, 7n)) }, () => random.hex(32)),
  }));
}

describe("reportsRoot", () => {
  test("default: one entry is its own root, hashed twice", () => {
    const [entry] = entriesOf(1);
    if (entry === undefined) throw new Error("no entry");
    const inner = keccakWords(entry.versionId, keccakConcat(entry.reportDigests));
    expect(reportsRoot([entry])).toBe(keccakWords(inner));
    expect(reportsProof([entry], 0)).toEqual([]);
  });

  test("default: an odd last node goes up unchanged", () => {
    const entries = entriesOf(3);
    const [a, b, c] = entries.map(reportsLeaf);
    if (a === undefined || b === undefined || c === undefined) throw new Error("no leaves");
    const sorted = (x: typeof a, y: typeof a) => (BigInt(x) < BigInt(y) ? keccakWords(x, y) : keccakWords(y, x));
    expect(reportsRoot(entries)).toBe(sorted(sorted(a, b), c));
    expect(reportsProof(entries, 2)).toEqual([sorted(a, b)]);
  });

  test("behavior: every entry of every size is proven by its own proof, and by no other's", () => {
    for (let count = 1; count <= 33; count += 1) {
      const entries = entriesOf(count);
      const root = reportsRoot(entries);
      for (const [index, entry] of entries.entries()) {
        const proof = reportsProof(entries, index);
        expect(verifyReportsProof(root, reportsLeaf(entry), proof)).toBe(true);
        const other = entries[(index + 1) % count];
        if (other === undefined || count === 1) continue;
        expect(verifyReportsProof(root, reportsLeaf(other), proof)).toBe(false);
      }
    }
  });

  test("behavior: another report, another order of reports or of entries is another root", () => {
    const entries = entriesOf(4);
    const root = reportsRoot(entries);
    const changed = entries.map((entry, index) =>
      index === 2 ? { ...entry, reportDigests: [...entry.reportDigests, entry.versionId] } : entry,
    );
    const turned = entries.map((entry) => ({ ...entry, reportDigests: entry.reportDigests.toReversed() }));
    expect(reportsRoot(changed)).not.toBe(root);
    expect(reportsRoot(turned)).not.toBe(root);
    const [first, second, ...rest] = entries;
    if (first === undefined || second === undefined) throw new Error("no entries");
    expect(reportsRoot([first, ...rest, second])).not.toBe(root);
  });

  test("error: no entries, no such entry", () => {
    expect(() => reportsRoot([])).toThrow(NoEntries);
    expect(() => reportsProof(entriesOf(2), 2)).toThrow(NoSuchEntry);
    expect(() => reportsProof(entriesOf(2), -1)).toThrow("entry -1 does not exist; the batch has entries 0..1");
  });
});
