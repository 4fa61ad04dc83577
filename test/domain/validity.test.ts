import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { admissionOf } from "../../domain/admission.ts";
import { decayMemory, massPerItem, memoryFlags, packMemory, unpackMemory } from "../../domain/memory.ts";
import { defaultPolicy } from "../../domain/policy.ts";
import { emptyStake } from "../../domain/stake.ts";
import { validUntilDown } from "../../domain/validity.ts";
import { fuzzCases } from "./fuzzCases.ts";

const options = { numRuns: Math.max(1_000, Math.floor(fuzzCases / 5)), seed: 20_260_101 };
const start = 1_800_000_000n;
const day = 86_400n;
const halfLife = 28n * day;

describe("validUntilDown", () => {
  test("default: by age while there is evidence to spare", () => {
    const recorded = { mass: 4_000n * massPerItem, tickedAt: start };
    const question = { recorded, massNeeded: 900n * massPerItem, halfLife, agesAt: start + 14n * day };
    expect(validUntilDown({ ...question, servedUntil: undefined })).toBe(start + 14n * day);
    expect(validUntilDown({ ...question, servedUntil: start + 5n * day })).toBe(start + 5n * day - 1n);
  });

  test("behavior: the last second before the evidence is too little, wherever that lies", () => {
    const mass = fc.bigInt({ min: massPerItem, max: 4_095n * massPerItem });
    fc.assert(
      fc.property(mass, mass, fc.bigInt({ min: 0n, max: 90n * day }), (first, second, age) => {
        const [needed, recordedMass] = first < second ? [first, second] : [second, first];
        const recorded = { ...unpackMemory(0n), mass: recordedMass, tickedAt: start };
        const agesAt = start + age;
        const until = validUntilDown({ recorded, massNeeded: needed, halfLife, agesAt, servedUntil: undefined });
        expect(until).toBeLessThanOrEqual(agesAt);
        expect(decayMemory(recorded, until, halfLife).mass).toBeGreaterThanOrEqual(needed);
        if (until < agesAt) expect(decayMemory(recorded, until + 1n, halfLife).mass).toBeLessThan(needed);
      }),
      options,
    );
  });
});

describe("admissionOf", () => {
  const policy = defaultPolicy;
  const stake = { ...emptyStake, bond: policy.bondMin };
  const asked = { stake, policy, genesis: start - 990n * day, epochLength: day, paused: false, servedUntil: 0n };
  const memories = fc.record({
    rate: fc.bigInt({ min: 48_000n, max: 50_000n }),
    mass: fc.bigInt({ min: 900n * massPerItem, max: 1_500n * massPerItem }),
    scar: fc.bigInt({ min: 0n, max: 20_000n }),
  });

  test("behavior: an admission stands until then; without a scar not a second longer", () => {
    let admitted = 0;
    fc.assert(
      fc.property(memories, ({ rate, mass, scar }) => {
        const memoryWord = packMemory({
          rates: [rate, rate, rate, rate, rate, rate, rate],
          mass,
          scar,
          tickedAt: start,
          lastRound: 991n,
          rounds: 3n,
          strikes: 0n,
          cleanOwed: 0n,
          inheritedRounds: 0n,
          flags: memoryFlags.exists | memoryFlags.standard,
        });
        const { validUntil } = admissionOf({ ...asked, memoryWord, now: start });
        if (validUntil === 0n) return;
        admitted += 1;
        expect(admissionOf({ ...asked, memoryWord, now: validUntil }).admitted).toBe(true);
        if (scar === 0n) expect(admissionOf({ ...asked, memoryWord, now: validUntil + 1n }).admitted).toBe(false);
      }),
      options,
    );
    expect(admitted).toBeGreaterThan(options.numRuns / 10);
  });

  test("behavior: the items it says are missing are those that are missing", () => {
    let finite = 0;
    fc.assert(
      fc.property(memories, ({ rate, mass, scar }) => {
        const memory = {
          ...unpackMemory(0n),
          rates: [rate, rate, rate, rate, rate, rate, rate] as const,
          mass: mass / 8n,
          scar,
          tickedAt: start,
          flags: memoryFlags.exists,
        };
        const families = (extra: bigint) =>
          admissionOf({ ...asked, memoryWord: packMemory({ ...memory, mass: memory.mass + extra }), now: start })
            .families;
        for (const [index, { passes, gated, distance, lowerBound, bar, itemsNeeded }] of families(0n).entries()) {
          expect(itemsNeeded === 0n).toBe(passes);
          if (!gated) continue;
          expect(distance).toBe(lowerBound - bar);
          expect(distance >= 0n).toBe(passes);
          if (passes || itemsNeeded === undefined) continue;
          finite += 1;
          expect(families(itemsNeeded * massPerItem)[index]?.passes).toBe(true);
          expect(families((itemsNeeded - 1n) * massPerItem)[index]?.passes).toBe(false);
        }
      }),
      options,
    );
    expect(finite).toBeGreaterThan(options.numRuns / 10);
  });
});
