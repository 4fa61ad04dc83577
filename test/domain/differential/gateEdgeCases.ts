import type { EdgeCasesByRule } from "./edgeFixtures.ts";

/** Cases about the bars and the tests against them. */
export const gateEdgeCases: EdgeCasesByRule = {
  bar: {
    about: "φ + (1 − φ)·scar/(scar + K), rounded up to 1/50,000.",
    cases: {
      "no scar": { floorBps: 9_000n, easeBps: 0n, scar: 0n, scarK: 2_000n },
      "no scar, admitted": { floorBps: 9_000n, easeBps: 100n, scar: 0n, scarK: 2_000n },
      "the smallest scar raises the bar": { floorBps: 9_000n, easeBps: 0n, scar: 1n, scarK: 2_000n },
      "a scar of K: half way": { floorBps: 9_000n, easeBps: 0n, scar: 512_000n, scarK: 2_000n },
      "the largest scar": { floorBps: 9_000n, easeBps: 0n, scar: 16_777_215n, scarK: 2_000n },
      "the largest scar, the smallest K": { floorBps: 9_900n, easeBps: 0n, scar: 16_777_215n, scarK: 1n },
      "hysteresis as large as the floor": { floorBps: 100n, easeBps: 100n, scar: 0n, scarK: 2_000n },
      "hysteresis larger than the floor": { floorBps: 1n, easeBps: 1_000n, scar: 256n, scarK: 1n },
    },
  },
  passes: {
    about: "(rate − bar)²·n ≥ z²·bar·(1 − bar), the same as: the Wilson lower bound is at least the bar.",
    cases: {
      "no evidence": { rate: 50_000n, bar: 45_000n, massShare: 0n, z2: 4n },
      "no evidence, no bar": { rate: 0n, bar: 0n, massShare: 0n, z2: 4n },
      "rate at the bar": { rate: 45_000n, bar: 45_000n, massShare: 163_840_000_000n, z2: 4n },
      "36 perfect items against 90 %": { rate: 50_000n, bar: 45_000n, massShare: 36n * 40_960_000n, z2: 4n },
      "one grain less than 36 items": { rate: 50_000n, bar: 45_000n, massShare: 36n * 40_960_000n - 1n, z2: 4n },
      "a bar of 1 is never passed": { rate: 50_000n, bar: 50_000n, massShare: 167_731_200_000n, z2: 1n },
      "one unit below a bar of 1": { rate: 50_000n, bar: 49_999n, massShare: 167_731_200_000n, z2: 1n },
      "rate one unit below the bar": { rate: 44_999n, bar: 45_000n, massShare: 167_731_200_000n, z2: 1n },
    },
  },
  fails: {
    about: "(ψ − s)²·n ≥ z²·ψ·(1 − ψ): one round is provably below the slash floor.",
    cases: {
      "no slash floor": { score: 0n, slashFloorBps: 0n, itemsShare: 6_000_000n, z2: 9n },
      "no items": { score: 0n, slashFloorBps: 7_000n, itemsShare: 0n, z2: 9n },
      "at the floor": { score: 35_000n, slashFloorBps: 7_000n, itemsShare: 6_000_000n, z2: 9n },
      "one unit below the floor": { score: 34_999n, slashFloorBps: 7_000n, itemsShare: 6_000_000n, z2: 9n },
      "where 600 items prove it": { score: 32_193n, slashFloorBps: 7_000n, itemsShare: 6_000_000n, z2: 9n },
      "one unit above": { score: 32_194n, slashFloorBps: 7_000n, itemsShare: 6_000_000n, z2: 9n },
      "nothing right": { score: 0n, slashFloorBps: 7_000n, itemsShare: 40_000n, z2: 9n },
    },
  },
  "lower-bound": {
    about: "Wilson lower bound in units of 1/50,000, rounded down. massShare is in units of 1/40,960,000 item.",
    cases: {
      "no evidence": { rate: 50_000n, massShare: 0n, z2: 4n },
      "rate 0": { rate: 0n, massShare: 163_840_000_000n, z2: 4n },
      "one perfect item": { rate: 50_000n, massShare: 40_960_000n, z2: 4n },
      "the smallest evidence": { rate: 50_000n, massShare: 1n, z2: 4n },
      "a full perfect record": { rate: 50_000n, massShare: 163_840_000_000n, z2: 4n },
      "95 % of 1,000 items": { rate: 47_500n, massShare: 40_960_000_000n, z2: 4n },
      "half of 100 items": { rate: 25_000n, massShare: 4_096_000_000n, z2: 4n },
      "one unit": { rate: 1n, massShare: 163_840_000_000n, z2: 1n },
    },
  },
};
