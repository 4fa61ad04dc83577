import { type EdgeCasesByRule, maxWord } from "./edgeFixtures.ts";

const word32 = (digit: string) => `0x${digit.repeat(64)}`;

/** Entries with one report each, told apart by a digit. */
const entries = (digits: string) =>
  [...digits].map((digit) => ({ versionId: word32(digit), reportDigests: [word32(digit)] }));

const report = {
  roundId: 1n,
  modelId: 2n,
  digest: word32("3"),
  evaluator: `0x${"4".repeat(40)}`,
  word: 5n,
  evidenceRoot: word32("6"),
  evidenceHash: word32("7"),
  link: word32("8"),
};

/** Cases about the hashes of reports and of the tree over them. */
export const reportEdgeCases: EdgeCasesByRule = {
  "reports-root": {
    about:
      "Sorted pairs over keccak(keccak(versionId, keccak(digests))), an odd last node goes up unchanged; the leaf at an index, and the root.",
    cases: {
      "one entry is the root": { entries: entries("1"), index: 0n },
      "the first of two": { entries: entries("12"), index: 0n },
      "the second of two": { entries: entries("12"), index: 1n },
      "the odd one of three": { entries: entries("123"), index: 2n },
      "the odd one of five": { entries: entries("12345"), index: 4n },
      "the last of seven": { entries: entries("1234567"), index: 6n },
      "twice the same entry": { entries: entries("11"), index: 1n },
      "three reports": {
        entries: [{ versionId: word32("1"), reportDigests: [word32("a"), word32("b"), word32("c")] }],
        index: 0n,
      },
    },
  },
  "report-hash": {
    about: "EIP-712 struct hashes of a report and of the commitment to it.",
    cases: {
      "all different": { report, reportDigest: word32("9") },
      "the largest numbers": {
        report: { ...report, roundId: maxWord, modelId: maxWord, word: maxWord },
        reportDigest: word32("f"),
      },
    },
  },
};
