import { hashStruct } from "viem";
import { z } from "zod";
import { type ReportedEntry, reportsLeaf, reportsProof, reportsRoot } from "../../../domain/merkleReports.ts";
import { assayTypes } from "../../../domain/typedData.ts";
import { hex20, hex32 } from "./fixtures.ts";
import { defineRule, integer } from "./rule.ts";

/** Digests of an entry, and siblings of a leaf (of 64 entries: 6), at most; the harness takes this many, filled up with 0. */
const listMax = 7;
const zero = `0x${"00".repeat(32)}`;

function padded(list: readonly string[]) {
  return Array.from({ length: listMax }, (_, place) => BigInt(list[place] ?? zero));
}

function entryAt(entries: readonly ReportedEntry[], index: bigint): ReportedEntry {
  const entry = entries[Number(index)];
  if (entry === undefined) throw new RangeError(`the case has no entry ${index}`);
  return entry;
}

const reportedEntry = z.strictObject({ versionId: hex32, reportDigests: z.array(hex32).min(1).max(listMax) });
const report = z.strictObject({
  roundId: integer,
  modelId: integer,
  digest: hex32,
  evaluator: hex20,
  word: integer,
  evidenceRoot: hex32,
  evidenceHash: hex32,
  link: hex32,
});

/** Hashes of reports, and of the tree that a batch's root stands for. */
export const reportRules = [
  defineRule({
    name: "reports-root",
    solidity: "reportsRoot",
    schema: z.strictObject({ entries: z.array(reportedEntry).min(1).max(64), index: integer }),
    twin: ({ entries, index }) => ({ leaf: reportsLeaf(entryAt(entries, index)), root: reportsRoot(entries) }),
    toStruct: ({ entries, index }) => {
      const { versionId, reportDigests } = entryAt(entries, index);
      const proof = reportsProof(entries, Number(index));
      return {
        versionId,
        digestCount: BigInt(reportDigests.length),
        digests: padded(reportDigests),
        proofLength: BigInt(proof.length),
        proof: padded(proof),
      };
    },
    random: (random) => {
      const count = random.uniform(1n, random.chance(16) ? 64n : 7n);
      return {
        entries: Array.from({ length: Number(count) }, () => ({
          versionId: random.hex(32),
          reportDigests: Array.from({ length: Number(random.uniform(1n, BigInt(listMax))) }, () => random.hex(32)),
        })),
        index: random.uniform(0n, count - 1n),
      };
    },
    batchSize: 100,
  }),
  defineRule({
    name: "report-hash",
    solidity: "structHashes",
    schema: z.strictObject({ report, reportDigest: hex32 }),
    twin: ({ report, reportDigest }) => {
      const { roundId, modelId, digest, evaluator } = report;
      const commitment = { roundId, modelId, digest, evaluator, reportDigest };
      return {
        report: hashStruct({ types: assayTypes, primaryType: "Report", data: report }),
        commitment: hashStruct({ types: assayTypes, primaryType: "Commitment", data: commitment }),
      };
    },
    toStruct: ({ report, reportDigest }) => ({ report, commitment: { ...report, reportDigest } }),
    random: (random) => ({
      report: {
        roundId: random.bits(24),
        modelId: random.bits(32),
        digest: random.hex(32),
        evaluator: random.hex(20),
        word: random.bits(216),
        evidenceRoot: random.hex(32),
        evidenceHash: random.hex(32),
        link: random.hex(32),
      },
      reportDigest: random.hex(32),
    }),
  }),
];
