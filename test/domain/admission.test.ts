import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { admissionOf, memoryReasons, stakeReasons, standingReasons } from "../../domain/admission.ts";
import { anyFamilyReason } from "../../domain/admissionReason.ts";
import { decayMemory, hasFlag, packMemory } from "../../domain/memory.ts";
import { activeBond, countedStake } from "../../domain/stake.ts";
import {
  maxAssets,
  maxShares,
  randomGoodMemory,
  randomMemory,
  randomPolicy,
  randomStake,
} from "./differential/fixtures.ts";
import { Random } from "./differential/random.ts";
import { fuzzCases } from "./fuzzCases.ts";

const options = { numRuns: Math.max(1_000, Math.floor(fuzzCases / 5)), seed: 20_260_101 };
/** The seed of a whole made-up situation; a shrunk one is as good as any. */
const situation = fc.noShrink(fc.integer({ min: 0, max: 0xffff_ffff }));
const start = 1_800_000_000n;
const epochLength = 86_400n;

describe("admission", () => {
  test("behavior: INV 5: no stake does away with a reason that the evidence gives", () => {
    let failing = 0;
    fc.assert(
      fc.property(situation, (seed) => {
        const random = new Random(seed);
        const policy = randomPolicy(random);
        const question = {
          memoryWord: random.chance(2) ? randomGoodMemory(random, policy, start) : packMemory(randomMemory(random)),
          policy,
          now: start,
          genesis: start - 1_000n * epochLength,
          epochLength,
          paused: random.chance(8),
          servedUntil: start,
        };
        const [one, other] = [randomStake(random), randomStake(random)].map((stake) =>
          admissionOf({ ...question, stake }),
        );
        if (one === undefined || other === undefined) return;
        expect(one.reasons & anyFamilyReason).toBe(other.reasons & anyFamilyReason);
        expect(one.families).toEqual(other.families);
        expect(one.qualityBps).toBe(other.qualityBps);
        if ((one.reasons & anyFamilyReason) === 0n) return;
        failing += 1;
        expect(other.admitted).toBe(false);
        expect(other.weight).toBe(0n);
      }),
      options,
    );
    expect(failing).toBeGreaterThan(options.numRuns / 20);
  });

  test("behavior: is admitted exactly when there is no reason, and every state occurs", () => {
    const states = new Set<string>();
    for (let seed = 0; seed < options.numRuns; seed += 1) {
      const random = new Random(seed);
      const policy = randomPolicy(random);
      const memory = random.chance(2) ? randomGoodMemory(random, policy, start) : packMemory(randomMemory(random));
      const stake = random.chance(8) ? { ...randomStake(random), bond: 0n } : randomStake(random);
      const question = {
        memoryWord: memory,
        stake,
        policy,
        now: start,
        genesis: start - 990n * epochLength,
        epochLength,
        paused: random.chance(8),
        servedUntil: start + random.uniform(-1n, 1n),
      };
      const admission = admissionOf(question);
      states.add(admission.state);
      expect(admission.admitted).toBe(admission.reasons === 0n);
      expect(admission.admitted).toBe(admission.state === "Admitted");
      expect(admission.validUntil === 0n).toBe(!admission.admitted);
    }
    expect([...states].sort()).toEqual(
      ["Admitted", "Contested", "Eligible", "Experimental", "Retired", "Stale", "Suspended", "Unbonded"].sort(),
    );
  });

  test("behavior: evidence, standing and stake are judged apart", () => {
    fc.assert(
      fc.property(situation, (seed) => {
        const random = new Random(seed);
        const policy = randomPolicy(random);
        const memory = decayMemory(randomMemory(random), start, policy.halfLife);
        const evidence = memoryReasons(memory, policy, start, start);
        const standing = standingReasons(memory, { now: start, servedUntil: start, paused: random.chance(2) });
        const stake = stakeReasons(randomStake(random), policy);
        expect(evidence & standing).toBe(0n);
        expect(evidence & stake).toBe(0n);
        expect(standing & stake).toBe(0n);
        expect(hasFlag(memory, "exists")).toBe(true);
      }),
      options,
    );
  });

  test("behavior: how much others delegate is no reason against anybody", () => {
    fc.assert(
      fc.property(situation, (seed) => {
        const random = new Random(seed);
        const policy = randomPolicy(random);
        const stake = randomStake(random);
        const delegated = { ...stake, delegated: random.between(0n, maxAssets), shares: random.between(0n, maxShares) };
        expect(stakeReasons(delegated, policy)).toBe(stakeReasons(stake, policy));
        expect(countedStake(delegated, policy)).toBeGreaterThanOrEqual(activeBond(stake));
      }),
      options,
    );
  });
});
