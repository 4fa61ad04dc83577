import { z } from "zod";
import { failedFamilies } from "../../../domain/combine.ts";
import { perFamily } from "../../../domain/families.ts";
import { proportionsDiffer } from "../../../domain/proportion.ts";
import { packResult, unpackResult } from "../../../domain/result.ts";
import { isOverturned } from "../../../domain/verdict.ts";
import { policySchema, randomResult } from "./fixtures.ts";
import type { Random } from "./random.ts";
import { defineRule, integer } from "./rule.ts";

const itemsShareMax = 0xffffn * 10_000n;

/** A result that fails or nearly does, and a second one that is somewhat better. */
function twoResults(random: Random) {
  const before = unpackResult(randomResult(random));
  const scores = perFamily(() => random.between(0n, 8_000n));
  const better = perFamily((index) => scores[index] + random.between(0n, 10_000n - scores[index]));
  const after = { ...unpackResult(randomResult(random)), scores: better, flags: 0x7fn };
  const word = packResult({ ...before, scores, flags: random.chance(2) ? 0x7fn : random.bits(7) });
  return { word, newWord: random.chance(8) ? randomResult(random) : packResult(after) };
}

/** Whether two measurements differ, and whether the second overturns the first. */
export const verdictRules = [
  defineRule({
    name: "proportion",
    solidity: "proportionsDiffer",
    schema: z.strictObject({
      scoreBps: integer,
      itemsShare: integer,
      otherScoreBps: integer,
      otherItemsShare: integer,
      z2: integer,
    }),
    twin: ({ scoreBps, itemsShare, otherScoreBps, otherItemsShare, z2 }) => {
      const other = { scoreBps: otherScoreBps, itemsShare: otherItemsShare };
      return { differ: proportionsDiffer({ scoreBps, itemsShare }, other, z2) };
    },
    toStruct: (input) => input,
    random: (random) => {
      const scoreBps = random.between(0n, 10_000n);
      const near = scoreBps + random.uniform(-500n, 500n);
      return {
        scoreBps,
        itemsShare: random.between(0n, itemsShareMax),
        otherScoreBps: random.chance(2) && near >= 0n && near <= 10_000n ? near : random.between(0n, 10_000n),
        otherItemsShare: random.between(0n, itemsShareMax),
        z2: random.between(1n, 100n),
      };
    },
  }),
  defineRule({
    name: "verdict",
    solidity: "verdicts",
    schema: z.strictObject({ word: integer, newWord: integer, policy: policySchema }),
    twin: ({ word, newWord, policy }) => ({
      failed: failedFamilies(word, policy),
      overturned: isOverturned(word, newWord, policy),
    }),
    toStruct: ({ word, newWord, policy }, indexOf) => ({ word, newWord, policy: indexOf(policy) }),
    random: (random, policy) => ({ ...twoResults(random), policy }),
    batchSize: 100,
  }),
];
