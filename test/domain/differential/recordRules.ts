import { z } from "zod";
import { applyResult, carryFailure, missingFamilies } from "../../../domain/combine.ts";
import { decay } from "../../../domain/decay.ts";
import { perFamily } from "../../../domain/families.ts";
import { medianResult } from "../../../domain/median.ts";
import {
  decayMemory,
  discreditMemory,
  hasStandardTerms,
  inheritMemory,
  initialMemory,
  lanes,
  memoryFieldMax,
  packMemory,
  unpackMemory,
  withAdmitted,
  withLane,
} from "../../../domain/memory.ts";
import { isWellFormedResult, packResult, unpackResult } from "../../../domain/result.ts";
import { policySchema, randomMemory, randomResult } from "./fixtures.ts";
import { defineRule, integer } from "./rule.ts";

const usedResultBits = 216;

/** Rules about what is recorded: words, decay, combining, medians. */
export const recordRules = [
  defineRule({
    name: "decay",
    solidity: "decay",
    schema: z.strictObject({ x: integer, ticks: integer }),
    twin: ({ x, ticks }) => ({ left: decay(x, ticks) }),
    toStruct: ({ x, ticks }) => ({ first: x, second: ticks }),
    random: (random) => ({ x: random.between(0n, (1n << 192n) - 1n), ticks: random.between(0n, 9_000n) }),
  }),
  defineRule({
    name: "memory-unpack",
    solidity: "unpackMemory",
    schema: z.strictObject({ memoryWord: integer }),
    twin: ({ memoryWord }) => ({ ...unpackMemory(memoryWord) }),
    toStruct: ({ memoryWord }) => memoryWord,
    random: (random) => ({ memoryWord: random.bits(256) }),
  }),
  defineRule({
    name: "memory-pack",
    solidity: "packMemory",
    schema: z.strictObject({ memoryWord: integer }),
    twin: ({ memoryWord }) => ({ memoryWord: packMemory(unpackMemory(memoryWord)) }),
    toStruct: ({ memoryWord }) => ({ ...unpackMemory(memoryWord) }),
    random: (random) => ({ memoryWord: random.bits(256) }),
  }),
  defineRule({
    name: "memory-life",
    solidity: "memoryLife",
    schema: z.strictObject({ memoryWord: integer, now: integer, roundId: integer }),
    twin: ({ memoryWord, now, roundId }) => ({
      initial: packMemory(initialMemory(now, roundId)),
      inherited: packMemory(inheritMemory(unpackMemory(memoryWord), roundId)),
      admitted: packMemory(withAdmitted(unpackMemory(memoryWord), true)),
      refused: packMemory(withAdmitted(unpackMemory(memoryWord), false)),
      standard: packMemory(withLane(unpackMemory(memoryWord), lanes.standard)),
      experimental: packMemory(withLane(unpackMemory(memoryWord), lanes.experimental)),
      discredited: packMemory(discreditMemory(unpackMemory(memoryWord))),
      standardTerms: hasStandardTerms(unpackMemory(memoryWord)),
    }),
    toStruct: ({ memoryWord, now, roundId }) => ({ first: memoryWord, second: now, third: roundId }),
    random: (random) => ({
      memoryWord: random.bits(256),
      now: random.between(0n, (1n << 32n) - 1n),
      roundId: random.between(1n, (1n << 24n) - 1n),
    }),
  }),
  defineRule({
    name: "memory-decay",
    solidity: "decayMemory",
    schema: z.strictObject({ memoryWord: integer, now: integer, halfLife: integer }),
    twin: ({ memoryWord, now, halfLife }) => ({
      memoryWord: packMemory(decayMemory(unpackMemory(memoryWord), now, halfLife)),
    }),
    toStruct: ({ memoryWord, now, halfLife }) => ({ first: memoryWord, second: now, third: halfLife }),
    random: (random) => {
      const memory = randomMemory(random);
      const halfLife = 64n * random.between(1n, 31n * 86_400n);
      const later = memory.tickedAt + random.between(0n, 10n * halfLife);
      const latest = (1n << 32n) - 1n;
      return {
        memoryWord: packMemory(memory),
        now: random.chance(8) ? random.bits(32) : later < latest ? later : latest,
        halfLife,
      };
    },
  }),
  defineRule({
    name: "result",
    solidity: "unpackResult",
    schema: z.strictObject({ resultWord: integer }),
    twin: ({ resultWord }) => {
      const result = unpackResult(resultWord);
      return { ...result, wellFormed: isWellFormedResult(resultWord), word: packResult(result) };
    },
    toStruct: ({ resultWord }) => resultWord,
    random: (random) => {
      if (random.chance(4)) return { resultWord: random.bits(256) };
      const resultWord = randomResult(random);
      // One bit flipped, anywhere: most of the broken words are nearly whole.
      const flipped = resultWord ^ (1n << random.uniform(0n, 255n));
      const broken = { ...unpackResult(resultWord), scores: perFamily(() => random.between(9_990n, 10_010n)) };
      return {
        resultWord: random.pick([
          resultWord,
          flipped,
          flipped & ((1n << BigInt(usedResultBits)) - 1n),
          packResult(broken),
        ]),
      };
    },
  }),
  defineRule({
    name: "apply-result",
    solidity: "applyResult",
    schema: z.strictObject({
      memoryWord: integer,
      resultWord: integer,
      roundId: integer,
      now: integer,
      policy: policySchema,
    }),
    twin: ({ memoryWord, resultWord, roundId, now, policy }) => {
      const { memory, failed, scarAdded } = applyResult({
        memory: unpackMemory(memoryWord),
        word: resultWord,
        roundId,
        now,
        policy,
      });
      return { memoryWord: packMemory(memory), failed, scarAdded, missing: missingFamilies(resultWord, policy) };
    },
    toStruct: ({ memoryWord, resultWord, roundId, now, policy }, indexOf) => ({
      memoryWord,
      resultWord,
      roundId,
      nowAt: now,
      policy: indexOf(policy),
    }),
    random: (random, policy) => {
      const memory = randomMemory(random);
      const soon = memory.tickedAt + random.between(0n, 2n * policy.halfLife);
      const latest = (1n << 32n) - 1n;
      const resultWord = randomResult(random);
      const scores = perFamily((index) => {
        // Half of the scores near the rate before, where the tolerance decides.
        const near = memory.rates[index] / 5n - random.between(0n, 600n);
        return random.chance(2) || near < 0n ? random.between(0n, 10_000n) : near;
      });
      return {
        memoryWord: packMemory(memory),
        resultWord: packResult({ ...unpackResult(resultWord), scores }),
        roundId: memory.lastRound + random.between(1n, 15n),
        now: soon < latest ? soon : latest,
        policy,
      };
    },
    batchSize: 50,
  }),
  defineRule({
    name: "carry",
    solidity: "carryFailure",
    schema: z.strictObject({ memoryWord: integer, scarAdded: integer, now: integer, policy: policySchema }),
    twin: ({ memoryWord, scarAdded, now, policy }) => ({
      memoryWord: packMemory(carryFailure(unpackMemory(memoryWord), scarAdded, now, policy)),
    }),
    toStruct: ({ memoryWord, scarAdded, now, policy }, indexOf) => ({
      memoryWord,
      scarAdded,
      nowAt: now,
      policy: indexOf(policy),
    }),
    random: (random, policy) => ({
      memoryWord: packMemory(randomMemory(random)),
      scarAdded: random.between(0n, memoryFieldMax("scar")),
      now: random.bits(32),
      policy,
    }),
  }),
  defineRule({
    name: "median",
    solidity: "medianResult",
    schema: z.strictObject({ words: z.array(integer).min(1).max(15), itemsCap: integer }),
    twin: ({ words, itemsCap }) => ({ word: medianResult(words, itemsCap) }),
    toStruct: ({ words, itemsCap }) => ({
      count: BigInt(words.length),
      words: Array.from({ length: 15 }, (_, place) => words[place] ?? 0n),
      itemsCap,
    }),
    random: (random) => ({
      words: Array.from({ length: Number(random.uniform(1n, random.chance(8) ? 15n : 7n)) }, () =>
        random.chance(3) ? random.bits(usedResultBits) : randomResult(random),
      ),
      itemsCap: random.between(1n, 100_000n),
    }),
    batchSize: 20,
  }),
];
