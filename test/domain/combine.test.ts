import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { admissionOf } from "../../domain/admission.ts";
import { applyResult, carryFailure, dropOf } from "../../domain/combine.ts";
import { familyIndexes, perFamily } from "../../domain/families.ts";
import { massPerItem, packMemory, rateOne, unpackMemory, withAdmitted } from "../../domain/memory.ts";
import { defaultPolicy } from "../../domain/policy.ts";
import { packResult, unpackResult } from "../../domain/result.ts";
import { emptyStake } from "../../domain/stake.ts";
import { randomGoodMemory, randomMemory, randomPolicy, randomResult } from "./differential/fixtures.ts";
import { Random } from "./differential/random.ts";
import { fuzzCases } from "./fuzzCases.ts";

const options = { numRuns: Math.max(1_000, Math.floor(fuzzCases / 5)), seed: 20_260_101 };
const rate = fc.bigInt({ min: 0n, max: rateOne });
/** The seed of a whole made-up situation; a shrunk one is as good as any. */
const situation = fc.noShrink(fc.integer({ min: 0, max: 0xffff_ffff }));
const start = 1_800_000_000n;
const epochLength = 86_400n;

describe("applyResult", () => {
  test("behavior: INV 6: a perfect result never lowers a rate and never turns an admitted version into a refused one", () => {
    let admittedBefore = 0;
    fc.assert(
      fc.property(situation, (seed) => {
        const random = new Random(seed);
        const policy = randomPolicy(random);
        const question = {
          stake: { ...emptyStake, bond: (1n << 96n) - 1n },
          policy,
          now: start,
          genesis: start - 1_000n * epochLength,
          epochLength,
          paused: false,
          servedUntil: start,
        };
        const before = { ...unpackMemory(randomGoodMemory(random, policy, start)), lastRound: 1_000n };
        const roundId = 1_001n;
        const word = packResult({
          scores: perFamily(() => 10_000n),
          items: random.between(1n, 0xffffn),
          attempts: 1_000n,
          retries: 0n,
          hardFailures: 0n,
          flags: 0x7fn,
        });
        const { memory, failed } = applyResult({ memory: before, word, roundId, now: start, policy });
        expect(failed).toBe(0n);
        for (const index of familyIndexes) expect(memory.rates[index]).toBeGreaterThanOrEqual(before.rates[index]);
        if (!admissionOf({ ...question, memoryWord: packMemory(before) }).admitted) return;
        admittedBefore += 1;
        const recorded = admissionOf({ ...question, memoryWord: packMemory(memory) });
        expect(recorded.admitted).toBe(true);
        // And still with the flag that the contract then writes.
        expect(admissionOf({ ...question, memoryWord: packMemory(withAdmitted(memory, true)) }).admitted).toBe(true);
      }),
      options,
    );
    expect(admittedBefore).toBeGreaterThan(options.numRuns / 20);
  });

  test("behavior: scores that do not drop leave no scar", () => {
    fc.assert(
      fc.property(rate, rate, fc.bigInt({ min: 0n, max: 655_350_000n }), (before, score, itemsShare) => {
        const drop = dropOf(before, score, itemsShare);
        if (score >= before) expect(drop).toBe(0n);
        expect(drop).toBeGreaterThanOrEqual(0n);
        expect(drop).toBeLessThanOrEqual((before > score ? before - score : 0n) * itemsShare);
      }),
      options,
    );
  });

  test("behavior: honest noise leaves next to no scar, and a loss of a tenth does", () => {
    const random = new Random(11);
    /** Scar, in items, of 500 rounds of a model that is right with this probability, against its true rate of 95 %. */
    const scarAfter = (rightBps: bigint) => {
      const items = 600n;
      let scar = 0n;
      for (let round = 0; round < 500; round += 1) {
        const shares = perFamily((index) => items * defaultPolicy.sharesBps[index]);
        for (const index of familyIndexes) {
          const size = shares[index] / 10_000n;
          let right = 0n;
          for (let item = 0n; item < size; item += 1n) if (random.uniform(0n, 9_999n) < rightBps) right += 1n;
          if (size > 0n) scar += dropOf(47_500n, (right * 50_000n) / size, shares[index]);
        }
      }
      return Number(scar) / (50_000 * 10_000) / 500;
    };
    expect(scarAfter(9_500n)).toBeLessThan(0.25);
    expect(scarAfter(8_500n)).toBeGreaterThan(50);
  });

  test("behavior: a family that was not measured keeps its rate, leaves no scar and fails nothing", () => {
    fc.assert(
      fc.property(situation, (seed) => {
        const random = new Random(seed);
        const policy = randomPolicy(random);
        const before = randomMemory(random);
        const measured = unpackResult(randomResult(random));
        const index = random.pick(familyIndexes);
        const flags = measured.flags & ~(1n << BigInt(index));
        const apply = (score: bigint) =>
          applyResult({
            memory: before,
            word: packResult({
              ...measured,
              flags,
              scores: perFamily((family) => (family === index ? score : measured.scores[family])),
            }),
            roundId: before.lastRound + 1n,
            now: start,
            policy,
          });
        const perfect = apply(10_000n);
        expect(apply(0n)).toEqual(perfect);
        expect(perfect.memory.rates[index]).toBe(before.rates[index]);
      }),
      options,
    );
  });

  test("behavior: a mass never exceeds the cap, a rate never 1", () => {
    fc.assert(
      fc.property(situation, (seed) => {
        const random = new Random(seed);
        const policy = randomPolicy(random);
        const word = packResult({
          scores: perFamily(() => random.between(0n, 10_000n)),
          items: random.between(1n, 0xffffn),
          attempts: 0n,
          retries: 0n,
          hardFailures: 0n,
          flags: 0n,
        });
        const before = randomMemory(random);
        const { memory } = applyResult({ memory: before, word, roundId: 1n << 23n, now: start, policy });
        const cap = policy.massCap * massPerItem;
        expect(memory.mass).toBeLessThanOrEqual(before.mass > cap ? before.mass : cap);
        for (const measured of memory.rates) expect(measured).toBeLessThanOrEqual(rateOne);
        expect(unpackMemory(packMemory(memory))).toEqual(memory);
      }),
      options,
    );
  });
});

describe("carryFailure", () => {
  test("behavior: counts for as much as the failing result did where it failed, and leaves rates and mass alone", () => {
    fc.assert(
      fc.property(situation, (seed) => {
        const random = new Random(seed);
        const policy = randomPolicy(random);
        const current = { ...randomMemory(random), tickedAt: start };
        const scarAdded = random.between(0n, (1n << 24n) - 1n);
        const carried = carryFailure(current, scarAdded, start, policy);
        expect(carried.rates).toEqual(current.rates);
        expect(carried.mass).toBe(current.mass);
        expect(carried.lastRound).toBe(current.lastRound);
        expect(carried.rounds).toBe(current.rounds);
        expect(carried.cleanOwed).toBeGreaterThanOrEqual(1n);
        expect(carried.strikes).toBeGreaterThanOrEqual(current.strikes);
        expect(carried.scar - current.scar).toBeLessThanOrEqual(scarAdded);
        expect(carried.scar).toBeGreaterThanOrEqual(current.scar);
      }),
      options,
    );
  });
});
