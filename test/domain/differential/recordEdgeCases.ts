import { perFamily } from "../../../domain/families.ts";
import { type Memory, massPerItem } from "../../../domain/memory.ts";
import { defaultPolicy } from "../../../domain/policy.ts";
import type { Result } from "../../../domain/result.ts";
import { type EdgeCasesByRule, maxWord, memory, result, scores, start } from "./edgeFixtures.ts";

/** An application at the time of the last tick, in the next round, unless said otherwise. */
function application(fields: {
  memory?: Partial<Memory>;
  result?: Partial<Result>;
  roundId?: bigint;
  now?: bigint;
  policy?: object;
}) {
  return {
    memoryWord: memory(fields.memory ?? {}),
    resultWord: result(fields.result ?? {}),
    roundId: fields.roundId ?? 11n,
    now: fields.now ?? start,
    policy: fields.policy ?? {},
  };
}

const words = {
  zero: 0n,
  "all ones": maxWord,
  "lowest bit of every field": memory({
    rates: perFamily(() => 1n),
    mass: 1n,
    scar: 1n,
    tickedAt: 1n,
    lastRound: 1n,
    rounds: 1n,
    strikes: 1n,
    cleanOwed: 1n,
    inheritedRounds: 1n,
    flags: 1n,
  }),
  "a typical memory": memory({ scar: 300n, strikes: 4_096n, cleanOwed: 1n, flags: 15n }),
};

function eachWord<T>(make: (word: bigint) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(words).map(([name, word]) => [name, make(word)]));
}

const halfLife = defaultPolicy.halfLife;
/** Load is measured and gates nothing. */
const withoutLoad = {
  floorsBps: perFamily((index) => (index === 5 ? 0n : defaultPolicy.floorsBps[index])),
  slashFloorsBps: perFamily((index) => (index === 5 ? 0n : defaultPolicy.slashFloorsBps[index])),
};
const tick = halfLife / 64n;

/** Cases about what is recorded: words, decay, combining, medians. */
export const recordEdgeCases: EdgeCasesByRule = {
  decay: {
    about: "x·2^(−ticks/64), every step rounded down.",
    cases: {
      "nothing fades to nothing": { x: 0n, ticks: 1n },
      "no tick changes nothing": { x: 16_777_215n, ticks: 0n },
      "one tick": { x: 16_777_215n, ticks: 1n },
      "one unit is gone after one tick": { x: 1n, ticks: 1n },
      "one tick before a half-life": { x: 16_777_215n, ticks: 63n },
      "a half-life": { x: 16_777_215n, ticks: 64n },
      "one tick after a half-life": { x: 16_777_215n, ticks: 65n },
      "the largest value": { x: (1n << 192n) - 1n, ticks: 63n },
      "the last tick that leaves anything": { x: (1n << 192n) - 1n, ticks: 8_191n },
      "128 half-lives": { x: (1n << 192n) - 1n, ticks: 8_192n },
      "far beyond": { x: (1n << 192n) - 1n, ticks: maxWord },
    },
  },
  "memory-unpack": { about: "Fields of a memory word.", cases: eachWord((memoryWord) => ({ memoryWord })) },
  "memory-pack": { about: "A memory word from its fields.", cases: eachWord((memoryWord) => ({ memoryWord })) },
  "memory-life": {
    about: "The first memory of a version, what the next version inherits, its flags, and evidence taken away.",
    cases: {
      ...eachWord((memoryWord) => ({ memoryWord, now: start, roundId: 77n })),
      "inherited, never measured": {
        memoryWord: memory({ scar: 300n, rounds: 0n, strikes: 4_096n, cleanOwed: 1n, flags: 12n }),
        now: start,
        roundId: 77n,
      },
      "half of the rounds, in fours": { memoryWord: memory({ rounds: 23n }), now: start, roundId: 77n },
      "a unit of rounds": { memoryWord: memory({ rounds: 8n }), now: start, roundId: 77n },
      "inherited rounds count": { memoryWord: memory({ rounds: 16n, inheritedRounds: 15n }), now: start, roundId: 77n },
      "rounds up to the most": { memoryWord: memory({ rounds: 120n }), now: start, roundId: 77n },
      "more rounds than that": { memoryWord: memory({ rounds: 255n, inheritedRounds: 15n }), now: start, roundId: 77n },
      "never measured, rounds passed on": {
        memoryWord: memory({ rounds: 0n, inheritedRounds: 7n }),
        now: start,
        roundId: 77n,
      },
      "experimental, never in the other lane": { memoryWord: memory({ flags: 4n }), now: start, roundId: 77n },
      "left the standard lane": { memoryWord: memory({ flags: 20n }), now: start, roundId: 77n },
      "every flag": { memoryWord: memory({ flags: 255n }), now: start, roundId: 77n },
    },
  },
  "memory-decay": {
    about: "A memory advances by an even number of whole ticks.",
    cases: {
      "before its time": { memoryWord: memory({ scar: 5_000n, strikes: 4_096n }), now: start - 1n, halfLife },
      "at its time": { memoryWord: memory({ scar: 5_000n, strikes: 4_096n }), now: start, halfLife },
      "one second before two ticks": {
        memoryWord: memory({ scar: 5_000n, strikes: 4_096n }),
        now: start + 2n * tick - 1n,
        halfLife,
      },
      "two ticks": { memoryWord: memory({ scar: 5_000n, strikes: 4_096n }), now: start + 2n * tick, halfLife },
      "three ticks count as two": {
        memoryWord: memory({ scar: 5_000n, strikes: 4_096n }),
        now: start + 3n * tick,
        halfLife,
      },
      "a half-life": { memoryWord: memory({ scar: 5_000n, strikes: 4_096n }), now: start + halfLife, halfLife },
      "two half-lives: the scar's first": {
        memoryWord: memory({ scar: 5_000n, strikes: 4_096n }),
        now: start + 2n * halfLife,
        halfLife,
      },
      "the shortest half-life": {
        memoryWord: memory({ scar: 16_777_215n, strikes: 65_535n }),
        now: start + 200n,
        halfLife: 64n,
      },
      "everything gone": {
        memoryWord: memory({ scar: 16_777_215n, strikes: 65_535n }),
        now: start + 64n * 300n,
        halfLife: 64n,
      },
      "the zero word of an unknown version": { memoryWord: 0n, now: start, halfLife },
    },
  },
  result: {
    about: "Fields of a result word, and whether it is well formed.",
    cases: {
      perfect: { resultWord: result({}) },
      zero: { resultWord: 0n },
      "all ones": { resultWord: maxWord },
      "one item, nothing else": { resultWord: result({ scores: scores({}, 0n), items: 1n, attempts: 0n, flags: 0n }) },
      "no item": { resultWord: result({ items: 0n }) },
      "the first score one too high": { resultWord: result({ scores: scores({ 0: 10_001n }) }) },
      "the second score one too high": { resultWord: result({ scores: scores({ 1: 10_001n }) }) },
      "the last score one too high": { resultWord: result({ scores: scores({ 6: 10_001n }) }) },
      "the largest score": { resultWord: result({ scores: scores({ 3: 65_535n }, 0n) }) },
      "retries as many as attempts": { resultWord: result({ retries: 1_000n }) },
      "one retry too many": { resultWord: result({ retries: 1_001n }) },
      "hard failures as many as attempts": { resultWord: result({ hardFailures: 1_000n }) },
      "one hard failure too many": { resultWord: result({ hardFailures: 1_001n }) },
      "a stray bit": { resultWord: result({}) | (1n << 216n) },
      "the highest bit": { resultWord: result({}) | (1n << 255n) },
      "every field at its largest": {
        resultWord: result({
          items: 65_535n,
          attempts: 16_777_215n,
          retries: 16_777_215n,
          hardFailures: 16_777_215n,
          flags: 65_535n,
        }),
      },
    },
  },
  "apply-result": {
    about: "What a result does to a memory, under the default policy with the changes given.",
    cases: {
      "the first result": application({ memory: { rates: perFamily(() => 0n), mass: 0n, rounds: 0n } }),
      "a perfect result": application({}),
      "a first result that fails leaves no drop": application({
        memory: { rates: perFamily(() => 0n), mass: 0n, rounds: 0n },
        result: { scores: scores({}, 0n) },
      }),
      "everything drops to 0": application({ result: { scores: scores({}, 0n) } }),
      "a family without a floor may drop": application({
        policy: withoutLoad,
        result: { scores: scores({ 5: 0n }) },
      }),
      "one retry": application({ result: { retries: 1n } }),
      "one hard failure": application({ result: { hardFailures: 1n } }),
      "retries up to the cap of a round": application({ result: { retries: 300n } }),
      "retries beyond the cap of a round": application({ result: { retries: 301n } }),
      "a drop at the edge of the tolerance": application({ result: { scores: scores({ 0: 9_466n }) } }),
      "a drop one unit beyond a tolerance that is a whole number": application({
        memory: { rates: perFamily((index) => (index === 6 ? 27_501n : 50_000n)) },
        result: { items: 400n, scores: scores({ 6: 5_000n }) },
      }),
      "a drop just beyond the tolerance": application({ result: { scores: scores({ 0: 9_465n }) } }),
      "a result for six epochs": application({ roundId: 16n, result: { retries: 10n } }),
      "a result for seven epochs": application({ roundId: 17n, result: { retries: 10n } }),
      "a result for eight epochs counts for seven": application({ roundId: 18n, result: { retries: 10n } }),
      "the scar saturates": application({ memory: { scar: 16_777_215n }, result: { retries: 10n } }),
      "rounds saturate": application({ memory: { rounds: 255n } }),
      "strikes saturate": application({
        memory: { strikes: 65_535n, cleanOwed: 8n },
        result: { scores: scores({ 0: 0n }) },
      }),
      "the second strike": application({ memory: { strikes: 4_096n }, result: { scores: scores({ 0: 0n }) } }),
      "almost the second strike": application({ memory: { strikes: 4_095n }, result: { scores: scores({ 0: 0n }) } }),
      "the third strike": application({ memory: { strikes: 8_192n }, result: { scores: scores({ 0: 0n }) } }),
      "the fourth strike": application({ memory: { strikes: 12_288n }, result: { scores: scores({ 0: 0n }) } }),
      "a failure never lowers what is owed": application({
        memory: { cleanOwed: 7n },
        result: { scores: scores({ 0: 0n }) },
      }),
      "a clean round is paid": application({ memory: { cleanOwed: 2n } }),
      "the mass stops at the cap": application({ memory: { mass: 3_999n * massPerItem } }),
      "a mass above the cap of newer standards stays": application({ memory: { mass: 4_095n * massPerItem } }),
      "items stop at the cap": application({ memory: { mass: 0n }, result: { items: 601n } }),
      "half a unit rounds up": application({
        memory: { rates: perFamily(() => 0n), mass: massPerItem },
        result: { items: 1n, scores: scores({}, 1n) },
      }),
      "after a half-life": application({ now: start + halfLife, memory: { scar: 2_560n } }),
      "a family that was not measured keeps its rate": application({
        result: { flags: 0x7en, scores: scores({ 0: 0n, 1: 9_000n }) },
      }),
      "nothing was measured": application({ result: { flags: 0n, scores: scores({}, 0n), retries: 1n } }),
      "a family without a floor may be left out": application({ policy: withoutLoad, result: { flags: 0x5fn } }),
      "a family without items": application({
        policy: { sharesBps: perFamily(() => 0n) },
        result: { scores: scores({}, 0n) },
      }),
    },
  },
  carry: {
    about: "A failing result of another version: a strike, clean rounds owed, and the scar it left there.",
    cases: {
      "the first strike": { memoryWord: memory({}), scarAdded: 100n, now: start, policy: {} },
      "no scar": { memoryWord: memory({}), scarAdded: 0n, now: start, policy: {} },
      "the scar saturates": {
        memoryWord: memory({ scar: 16_777_000n }),
        scarAdded: 16_777_215n,
        now: start,
        policy: {},
      },
      "the second strike": { memoryWord: memory({ strikes: 4_096n }), scarAdded: 1n, now: start, policy: {} },
      "a failure never lowers what is owed": {
        memoryWord: memory({ cleanOwed: 7n }),
        scarAdded: 1n,
        now: start,
        policy: {},
      },
      "after a half-life": {
        memoryWord: memory({ scar: 2_560n, strikes: 4_096n }),
        scarAdded: 256n,
        now: start + halfLife,
        policy: {},
      },
      "a memory that was never measured": {
        memoryWord: memory({ rates: perFamily(() => 0n), mass: 0n, rounds: 0n }),
        scarAdded: 256n,
        now: start,
        policy: {},
      },
    },
  },
  median: {
    about: "The lower median of reports, field by field.",
    cases: {
      "one report": { words: [result({})], itemsCap: 600n },
      "two reports: the lower": {
        words: [result({ scores: scores({}, 9_000n) }), result({ scores: scores({}, 8_000n) })],
        itemsCap: 5_000n,
      },
      "three reports": {
        words: [
          result({ scores: scores({}, 9_000n) }),
          result({ scores: scores({}, 1n) }),
          result({ scores: scores({}, 10_000n) }),
        ],
        itemsCap: 5_000n,
      },
      "fields come from different reports": {
        words: [
          result({ attempts: 10n, retries: 10n, hardFailures: 0n }),
          result({ attempts: 20n, retries: 12n, hardFailures: 12n }),
          result({ attempts: 11n, retries: 11n, hardFailures: 11n }),
        ],
        itemsCap: 5_000n,
      },
      "medians of retries above the median of attempts are clipped": {
        words: [
          result({ attempts: 5n, retries: 0n, hardFailures: 5n }),
          result({ attempts: 5n, retries: 5n, hardFailures: 5n }),
          result({ attempts: 900n, retries: 900n, hardFailures: 900n }),
          result({ attempts: 4n, retries: 900n, hardFailures: 900n }),
        ],
        itemsCap: 5_000n,
      },
      "items stop at 65,535": { words: [result({ items: 65_535n }), result({ items: 65_535n })], itemsCap: 1_000_000n },
      "a family that one evaluator did not measure": {
        words: [result({ flags: 0x7fn }), result({ flags: 0x6fn })],
        itemsCap: 600n,
      },
      "fifteen reports": {
        words: Array.from({ length: 15 }, (_, i) => result({ scores: scores({}, BigInt(i * 7) % 11n) })),
        itemsCap: 600n,
      },
    },
  },
};
