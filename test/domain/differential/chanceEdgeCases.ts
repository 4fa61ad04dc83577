import { type EdgeCasesByRule, maxWord } from "./edgeFixtures.ts";

const zero32 = `0x${"00".repeat(32)}`;
const ones32 = `0x${"ff".repeat(32)}`;
const word32 = (digit: string) => `0x${digit.repeat(64)}`;
const address = (digit: string) => `0x${digit.repeat(40)}`;

/** Cases about committees, seeds, draws and hash chains. */
export const chanceEdgeCases: EdgeCasesByRule = {
  committee: {
    about: "Seats of a committee as a bitmap, its members, and the signatures it needs.",
    cases: {
      "no seat": { seed: word32("1"), seatCount: 0n, committeeSize: 7n, quorum: 4n },
      "one seat": { seed: word32("1"), seatCount: 1n, committeeSize: 7n, quorum: 4n },
      "three seats: all of them": { seed: word32("1"), seatCount: 3n, committeeSize: 7n, quorum: 4n },
      "as many seats as members": { seed: word32("1"), seatCount: 7n, committeeSize: 7n, quorum: 4n },
      "one seat more than members": { seed: word32("1"), seatCount: 8n, committeeSize: 7n, quorum: 4n },
      "31 seats": { seed: word32("1"), seatCount: 31n, committeeSize: 7n, quorum: 4n },
      "another seed": { seed: word32("2"), seatCount: 31n, committeeSize: 7n, quorum: 4n },
      "255 seats, the largest committee": { seed: ones32, seatCount: 255n, committeeSize: 15n, quorum: 8n },
      "one member of 31": { seed: zero32, seatCount: 31n, committeeSize: 1n, quorum: 1n },
      "the devnet's committee": { seed: word32("a"), seatCount: 3n, committeeSize: 3n, quorum: 2n },
    },
  },
  "round-seed": {
    about: "keccak256(abi.encode(blockhash, roundId)).",
    cases: {
      zeros: { entropy: zero32, roundId: 0n },
      "round 1": { entropy: word32("1"), roundId: 1n },
      "the last round": { entropy: ones32, roundId: 16_777_215n },
    },
  },
  "probe-seed": {
    about: "keccak256 of nine words, the first keccak256('ASSAY.SEED.v1').",
    cases: {
      zeros: {
        chainId: 0n,
        contract: address("0"),
        roundId: 0n,
        versionId: zero32,
        suiteHash: zero32,
        roundSeed: zero32,
        evaluator: address("0"),
        link: zero32,
      },
      "all different": {
        chainId: 31_337n,
        contract: address("1"),
        roundId: 2n,
        versionId: word32("3"),
        suiteHash: word32("4"),
        roundSeed: word32("5"),
        evaluator: address("6"),
        link: word32("7"),
      },
    },
  },
  draw: {
    about: "uint256(keccak256(abi.encode(seed, keccak256(utf8(label)), i))).",
    cases: {
      "the empty label": { seed: zero32, label: "", i: 0n },
      "a label": { seed: word32("1"), label: "shuffle", i: 1n },
      "beyond ASCII": { seed: word32("1"), label: "µ·ü", i: 1n },
      "the largest index": { seed: ones32, label: "a", i: maxWord },
    },
  },
  chain: {
    about: "keccak256 of the 32 bytes, `steps` times.",
    cases: {
      "no step": { link: word32("1"), steps: 0n },
      "one step": { link: word32("1"), steps: 1n },
      "a hundred steps": { link: zero32, steps: 100n },
    },
  },
};
