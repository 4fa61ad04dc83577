import { type EdgeCasesByRule, maxWord } from "./edgeFixtures.ts";

const zero32 = `0x${"00".repeat(32)}`;
const ones32 = `0x${"ff".repeat(32)}`;
const word32 = (digit: string) => `0x${digit.repeat(64)}`;
const address = (digit: string) => `0x${digit.repeat(40)}`;

/** One committee of 7 of 31 seats, all of which sign, unless said otherwise. */
function committee(fields: object) {
  const usual = { seed: word32("1"), versionId: word32("3"), seatCount: 31n, committeeSize: 7n, quorum: 4n };
  return { ...usual, shards: 1n, signers: maxWord, ...fields };
}

/** The first draw of a hundred models under the default policy, unless said otherwise. */
function lottery(fields: object) {
  const usual = { seed: word32("1"), slots: 64n, lotteryBps: 2_000n };
  return { ...usual, slot: 0n, attempt: 0n, modelCount: 100n, ...fields };
}

/** Cases about committees, shards, lottery, seeds, draws and hash chains. */
export const chanceEdgeCases: EdgeCasesByRule = {
  committee: {
    about:
      "Disjoint committees of a round as bitmaps, the one for a version, members, and the signatures a result needs.",
    cases: {
      "no seat": committee({ seatCount: 0n }),
      "one seat": committee({ seatCount: 1n }),
      "three seats: all of them": committee({ seatCount: 3n }),
      "as many seats as members": committee({ seatCount: 7n }),
      "one seat more than members": committee({ seatCount: 8n }),
      "31 seats": committee({}),
      "another seed": committee({ seed: word32("2") }),
      "255 seats, the largest committee": committee({
        seed: ones32,
        seatCount: 255n,
        committeeSize: 15n,
        quorum: 8n,
        shards: 3n,
      }),
      "one member of 31": committee({ seed: zero32, committeeSize: 1n, quorum: 1n }),
      "the devnet's committee": committee({ seed: word32("a"), seatCount: 3n, committeeSize: 3n, quorum: 2n }),
      "three shards": committee({ shards: 3n }),
      "three shards, another version": committee({ shards: 3n, versionId: word32("4") }),
      "six shards wanted, seats for four": committee({ shards: 6n }),
      "seats for not even one": committee({ seatCount: 6n, shards: 6n }),
      "seats for exactly two": committee({ seatCount: 14n, shards: 2n }),
      "48 committees of one": committee({ seatCount: 200n, committeeSize: 1n, quorum: 1n, shards: 48n }),
      "nobody signed": committee({ shards: 2n, signers: 0n }),
    },
  },
  lottery: {
    about: "Slots drawn from the experimental lane, and the model that one of them draws.",
    cases: {
      "the first draw": lottery({}),
      "one model": lottery({ modelCount: 1n }),
      "the next attempt": lottery({ attempt: 1n }),
      "the last attempt of the last slot": lottery({ slots: 192n, lotteryBps: 10_000n, slot: 191n, attempt: 7n }),
      "a share of one slot is a slot": lottery({ slots: 1n }),
      "the most models": lottery({ modelCount: (1n << 32n) - 1n }),
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
