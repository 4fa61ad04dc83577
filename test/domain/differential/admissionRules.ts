import { z } from "zod";
import { admissionOf, admissionStates, epochStart, memoryReasons, stakeReasons } from "../../../domain/admission.ts";
import { max, min } from "../../../domain/integers.ts";
import { decayMemory, packMemory, unpackMemory } from "../../../domain/memory.ts";
import type { Policy } from "../../../domain/policy.ts";
import { policySchema, randomGoodMemory, randomMemory, randomStake, stakeSchema } from "./fixtures.ts";
import type { Random } from "./random.ts";
import { type Answer, defineRule, integer } from "./rule.ts";

interface AdmissionCase {
  memoryWord: bigint;
  stake: z.infer<typeof stakeSchema>;
  now: bigint;
  genesis: bigint;
  epochLength: bigint;
  policy: Policy;
}

/** The explanation in the order of the Solidity struct, then what the early-exit paths must say. */
function explain(question: AdmissionCase): Answer {
  const admission = admissionOf(question);
  const { stake, policy, now, genesis, epochLength } = question;
  const memory = decayMemory(unpackMemory(question.memoryWord), now, policy.halfLife);
  const lastEpochStart = epochStart(memory.lastRound, genesis, epochLength);
  return {
    state: BigInt(admissionStates.indexOf(admission.state)),
    admitted: admission.admitted,
    reasons: admission.reasons,
    families: admission.families.flatMap(({ gated, passes, rate, lowerBound, bar, items }) => [
      gated ? 1n : 0n,
      passes ? 1n : 0n,
      rate,
      lowerBound,
      bar,
      items,
    ]),
    mass: admission.mass,
    scar: admission.scar,
    rounds: admission.rounds,
    cleanRoundsOwed: admission.cleanRoundsOwed,
    qualityBps: admission.qualityBps,
    maturityBps: admission.maturityBps,
    weight: admission.weight,
    activeStake: admission.activeStake,
    updatedAt: admission.updatedAt,
    validUntil: admission.validUntil,
    proven: memoryReasons(memory, policy, lastEpochStart, now) === 0n,
    backed: stakeReasons(stake, policy) === 0n,
  };
}

const latest = (1n << 32n) - 1n;
const maxAssets = (1n << 96n) - 1n;

/** A version that may be admitted, asked about near the moment at which its last result becomes too old. */
function hopeful(random: Random, policy: Policy): AdmissionCase {
  const genesis = random.uniform(1_000_000_000n, 2_000_000_000n);
  const epochLength = random.between(1n, 86_400n);
  const now = genesis + random.uniform(0n, 1_000n * epochLength);
  const memoryWord = randomGoodMemory(random, policy, now);
  const { lastRound } = unpackMemory(memoryWord);
  const expiry = epochStart(lastRound, genesis, epochLength) + policy.maxAge;
  const stake = { ...randomStake(random), lane: 1n, openFreezes: 0n };
  // A quarter of the stakes within one unit of the smallest bond and of the smallest share.
  const bond = max(0n, min(maxAssets, policy.bondMin + random.uniform(-1n, 1n)));
  const delegations = (bond * (10_000n - policy.bondShareBps)) / max(1n, policy.bondShareBps);
  const delegated = max(0n, min(maxAssets, delegations + random.uniform(-1n, 1n)));
  return {
    memoryWord,
    stake: random.chance(4) ? { ...stake, bond, delegated, unbondingBond: 0n } : stake,
    now: random.chance(2) && expiry + 1n <= latest ? expiry + random.uniform(-1n, 1n) : now,
    genesis,
    epochLength,
    policy,
  };
}

/** Anything that fits the words. */
function anything(random: Random, policy: Policy): AdmissionCase {
  const memory = randomMemory(random);
  const genesis = random.between(0n, latest);
  const epochLength = random.between(1n, 7n * 86_400n);
  const nearby = memory.tickedAt + random.between(0n, 2n * policy.halfLife);
  return {
    memoryWord: random.chance(16) ? 0n : packMemory(memory),
    stake: random.chance(8) ? { ...randomStake(random), bond: 0n } : randomStake(random),
    now: nearby < latest ? nearby : latest,
    genesis,
    epochLength,
    policy,
  };
}

/** Reasons, state, quality, maturity and weight, all at once. */
export const admissionRules = [
  defineRule<AdmissionCase>({
    name: "admission",
    solidity: "explain",
    schema: z.strictObject({
      memoryWord: integer,
      stake: stakeSchema,
      now: integer,
      genesis: integer,
      epochLength: integer,
      policy: policySchema,
    }),
    twin: explain,
    toStruct: ({ memoryWord, stake, now, genesis, epochLength }, policy) => ({
      memoryWord,
      stake: { ...stake },
      clock: { nowAt: now, genesis, epochLength },
      policy,
    }),
    random: (random, policy) => (random.chance(4) ? anything(random, policy) : hopeful(random, policy)),
    batchSize: 25,
  }),
];
