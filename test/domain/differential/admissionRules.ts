import { z } from "zod";
import {
  admissionOf,
  admissionStates,
  epochStart,
  type FamilyAdmission,
  isProven,
  stakeReasons,
  standingReasons,
} from "../../../domain/admission.ts";
import { reasonBit } from "../../../domain/admissionReason.ts";
import { max, min } from "../../../domain/integers.ts";
import { decayMemory, packMemory, unpackMemory } from "../../../domain/memory.ts";
import type { Policy } from "../../../domain/policy.ts";
import type { ModelStake } from "../../../domain/stake.ts";
import { maxAssets, policySchema, randomGoodMemory, randomMemory, randomStake, stakeSchema } from "./fixtures.ts";
import type { Random } from "./random.ts";
import { type Answer, defineRule, integer } from "./rule.ts";

interface AdmissionCase {
  memoryWord: bigint;
  stake: ModelStake;
  now: bigint;
  genesis: bigint;
  epochLength: bigint;
  paused: boolean;
  servedUntil: bigint;
  policy: Policy;
}

/** Everything there is to say, in the order of the row in Solidity, then what the early-exit paths must say. */
function explain(question: AdmissionCase): Answer {
  const admission = admissionOf(question);
  const { stake, policy, now, genesis, epochLength } = question;
  const memory = decayMemory(unpackMemory(question.memoryWord), now, policy.halfLife);
  const standing = standingReasons(memory, question);
  return {
    state: BigInt(admissionStates.indexOf(admission.state)),
    admitted: admission.admitted,
    reasons: admission.reasons,
    families: admission.families.flatMap(familyRow),
    mass: admission.mass,
    scar: admission.scar,
    rounds: admission.rounds,
    roundsOnRecord: admission.roundsOnRecord,
    cleanRoundsOwed: admission.cleanRoundsOwed,
    qualityBps: admission.qualityBps,
    maturityBps: admission.maturityBps,
    weight: admission.weight,
    activeStake: admission.activeStake,
    updatedAt: admission.updatedAt,
    validUntil: admission.validUntil,
    activeBond: admission.activeBond,
    openFreezes: admission.openFreezes,
    outlined: true,
    weightAlone: admission.weight,
    proven: isProven(memory, policy, epochStart(memory.lastRound, genesis, epochLength), now),
    backed: stakeReasons(stake, policy) === 0n,
    entitled: (standing & ~reasonBit("retired")) === 0n,
  };
}

/** Words as Solidity has them: a negative distance in two's complement, "never" as the largest. */
function familyRow(family: FamilyAdmission): bigint[] {
  const { gated, passes, rate, lowerBound, bar, distance, items, itemsNeeded } = family;
  const flags = [gated, passes].map((flag) => (flag ? 1n : 0n));
  return [...flags, rate, lowerBound, bar, BigInt.asUintN(256, distance), items, itemsNeeded ?? maxWord];
}

const maxWord = (1n << 256n) - 1n;
const latest = (1n << 32n) - 1n;

/** A version that may be admitted, asked about near the moment at which its last result becomes too old. */
function hopeful(random: Random, policy: Policy): AdmissionCase {
  const genesis = random.uniform(1_000_000_000n, 2_000_000_000n);
  const epochLength = random.between(1n, 86_400n);
  const now = genesis + random.uniform(0n, 1_000n * epochLength);
  const memoryWord = randomGoodMemory(random, policy, now);
  const { lastRound } = unpackMemory(memoryWord);
  const expiry = epochStart(lastRound, genesis, epochLength) + policy.maxAge;
  const stake = { ...randomStake(random), openFreezes: random.chance(16) ? 1n : 0n };
  // A quarter of the stakes within one unit of the smallest bond and of the delegations that still count.
  const bond = max(0n, min(maxAssets, policy.bondMin + random.uniform(-1n, 1n)));
  const delegations = (bond * (10_000n - policy.bondShareBps)) / max(1n, policy.bondShareBps);
  const delegated = max(0n, min(maxAssets, delegations + random.uniform(-1n, 1n)));
  return {
    memoryWord,
    stake: random.chance(4) ? { ...stake, bond, delegated, unbondingBond: 0n } : stake,
    now: random.chance(2) && expiry + 1n <= latest ? expiry + random.uniform(-1n, 1n) : now,
    genesis,
    epochLength,
    paused: random.chance(8),
    servedUntil: random.chance(2) ? now + random.uniform(-1n, 1n) : random.bits(64),
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
    paused: random.chance(2),
    servedUntil: random.bits(64),
    policy,
  };
}

/** Reasons, state, quality, maturity and weight, all at once. */
export const admissionRules = [
  defineRule<AdmissionCase>({
    name: "admission",
    solidity: "admission",
    schema: z.strictObject({
      memoryWord: integer,
      stake: stakeSchema,
      now: integer,
      genesis: integer,
      epochLength: integer,
      paused: z.boolean(),
      servedUntil: integer,
      policy: policySchema,
    }),
    twin: explain,
    toStruct: ({ stake, now, policy, ...input }, indexOf) => ({
      ...input,
      stake: { ...stake },
      nowAt: now,
      policy: indexOf(policy),
    }),
    random: (random, policy) => (random.chance(4) ? anything(random, policy) : hopeful(random, policy)),
    batchSize: 25,
  }),
];
