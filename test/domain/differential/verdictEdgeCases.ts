import { type EdgeCasesByRule, result, scores } from "./edgeFixtures.ts";

const items = (count: bigint) => count * 10_000n;

function proportion(scoreBps: bigint, count: bigint, otherScoreBps: bigint, otherCount: bigint) {
  return { scoreBps, itemsShare: items(count), otherScoreBps, otherItemsShare: items(otherCount), z2: 4n };
}

const failing = result({ scores: scores({ 0: 0n }) });

/** Cases about two measurements of the same version. */
export const verdictEdgeCases: EdgeCasesByRule = {
  proportion: {
    about: "Two rates differ by the pooled two-proportion test.",
    cases: {
      "equal rates": proportion(5_000n, 100n, 5_000n, 100n),
      "50 and 60 of 100": proportion(5_000n, 100n, 6_000n, 100n),
      "50 and 70 of 100": proportion(5_000n, 100n, 7_000n, 100n),
      "70 and 50 of 100": proportion(7_000n, 100n, 5_000n, 100n),
      "exactly two standard errors": proportion(0n, 4n, 6_667n, 3n),
      "none and all of one": proportion(0n, 1n, 10_000n, 1n),
      "none and all of two": proportion(0n, 2n, 10_000n, 2n),
      "none and all of three": proportion(0n, 3n, 10_000n, 3n),
      "no evidence": proportion(0n, 0n, 10_000n, 100n),
      "no evidence at all": proportion(0n, 0n, 0n, 0n),
      "both perfect": proportion(10_000n, 100n, 10_000n, 100n),
      "both nothing": proportion(0n, 100n, 0n, 100n),
      "everything at its largest": { ...proportion(0n, 65_535n, 10_000n, 65_535n), z2: 100n },
    },
  },
  verdict: {
    about: "Families that failed, and whether the second measurement is better in each of them by more than chance.",
    cases: {
      "far better": { word: failing, newWord: result({}), policy: {} },
      "the same": { word: failing, newWord: failing, policy: {} },
      "better, but not by more than chance": {
        word: result({ scores: scores({ 0: 6_000n }), items: 600n }),
        newWord: result({ scores: scores({ 0: 6_300n }), items: 600n }),
        policy: {},
      },
      "better by more than chance, and failing again": {
        word: failing,
        newWord: result({ scores: scores({ 0: 5_000n }), items: 600n }),
        policy: {},
      },
      "better by more than chance, and at the slash floor": {
        word: failing,
        newWord: result({ scores: scores({ 0: 7_000n }), items: 600n }),
        policy: {},
      },
      "worse by more than chance": {
        word: result({ scores: scores({ 0: 3_000n }) }),
        newWord: result({ scores: scores({ 0: 0n }) }),
        policy: {},
      },
      "worse by more than chance, of too few items to fail": {
        word: result({ scores: scores({ 0: 5_600n }), items: 600n }),
        newWord: result({ scores: scores({ 0: 0n }), items: 20n }),
        policy: {},
      },
      "one of two families stays bad": {
        word: result({ scores: scores({ 0: 0n, 1: 0n }) }),
        newWord: result({ scores: scores({ 1: 0n }) }),
        policy: {},
      },
      "another family got worse": { word: failing, newWord: result({ scores: scores({ 1: 0n }) }), policy: {} },
      "a family that was not measured does not fail": {
        word: result({ scores: scores({ 0: 0n, 1: 0n }), flags: 0x7dn }),
        newWord: result({ scores: scores({ 1: 0n }) }),
        policy: {},
      },
      "more items than count": {
        word: result({ scores: scores({ 0: 6_300n }), items: 65_535n }),
        newWord: result({ scores: scores({ 0: 6_400n }), items: 65_535n }),
        policy: { itemsCap: 60_000n },
      },
    },
  },
};
