import { anyFamilyReason, familyReason, reasonBit } from "./admissionReason.ts";
import { type Family, type FamilyIndex, families, familyIndexes, type PerFamily, perFamily } from "./families.ts";
import { barUp, massNeeded, massSharePerItem, passes } from "./gates.ts";
import { ceilDiv, max } from "./integers.ts";
import {
  decayMemory,
  hasFlag,
  type Memory,
  massPerItem,
  roundsOnRecord,
  scarPerItem,
  strikeUnit,
  unpackMemory,
} from "./memory.ts";
import type { Policy } from "./policy.ts";
import { maturityBpsDown, qualityBpsDown, weightDown } from "./quality.ts";
import { activeBond, countedStake, type ModelStake } from "./stake.ts";
import { validUntilDown } from "./validity.ts";
import { lowerBoundDown } from "./wilson.ts";

/** Where a model stands, in the order of the enum in contracts/interfaces/IAssayLens.sol. Derived on every read, stored nowhere. */
export const admissionStates = [
  "Unbonded",
  "Experimental",
  "Eligible",
  "Admitted",
  "Suspended",
  "Stale",
  "Contested",
  "Retired",
] as const;

export type AdmissionState = (typeof admissionStates)[number];

/** One family of an admission; rates and bars in units of 1/50,000. */
export interface FamilyAdmission {
  readonly family: Family;
  /** The policy has a floor for it. */
  readonly gated: boolean;
  readonly passes: boolean;
  readonly rate: bigint;
  /** Wilson lower bound of the rate, rounded down. */
  readonly lowerBound: bigint;
  /** The bar that the lower bound has to reach; 0 when not gated. */
  readonly bar: bigint;
  /** lowerBound − bar: not negative exactly when a gated family passes; 0 when not gated. */
  readonly distance: bigint;
  /** Whole items of evidence behind the rate, rounded down. */
  readonly items: bigint;
  /**
   * Items of the suite still to come, all at the current rate, until it passes, rounded up; 0 if it passes. Undefined if it never
   * will: the rate is not above the bar, or a full record (the policy's massCap) would not prove it.
   */
  readonly itemsNeeded: bigint | undefined;
}

/** Everything that can be said about an admission at one time. Its first part is `Explanation` in IAssayLens.sol. */
export interface Admission {
  readonly state: AdmissionState;
  readonly admitted: boolean;
  /** Bitmap over reasonCodes; 0 exactly when admitted. */
  readonly reasons: bigint;
  readonly families: PerFamily<FamilyAdmission>;
  /** Evidence and scar as of `at`, whole items rounded down. */
  readonly mass: bigint;
  readonly scar: bigint;
  /** Results of this version, and with what it took over from earlier ones: the latter count for maturity. */
  readonly rounds: bigint;
  readonly roundsOnRecord: bigint;
  readonly cleanRoundsOwed: bigint;
  readonly qualityBps: bigint;
  readonly maturityBps: bigint;
  /** 0..1e8. */
  readonly weight: bigint;
  /** Bond and delegations that are not unbonding, as far as they count, in the token's smallest unit. */
  readonly activeStake: bigint;
  /** Start of the epoch of the last result (unix seconds); 0 without one. */
  readonly updatedAt: bigint;
  /** The last second (unix) until which the admission stands if nothing but time happens (see validUntilDown); 0 when not admitted. */
  readonly validUntil: bigint;
  /** The time it was asked for (unix seconds). */
  readonly at: bigint;
  /** The bond that is not unbonding. */
  readonly activeBond: bigint;
  readonly openFreezes: bigint;
}

/** Start of the epoch of a round (from 1), unix seconds: a result is as old as its epoch, not as its transaction. */
export function epochStart(roundId: bigint, genesis: bigint, epochLength: bigint): bigint {
  return genesis + (roundId - 1n) * epochLength;
}

/** What an admission is a pure function of. */
export interface AdmissionQuestion {
  /** As recorded on chain; 0 for an unknown version. */
  readonly memoryWord: bigint;
  readonly stake: ModelStake;
  readonly policy: Policy;
  /** Unix seconds, not before the last result. */
  readonly now: bigint;
  /** Start of the first epoch (unix seconds), and seconds per epoch. */
  readonly genesis: bigint;
  readonly epochLength: bigint;
  /** Whether the guardian's pause is on: nobody is newly admitted. */
  readonly paused: boolean;
  /** A retired model is admitted no longer than this (unix seconds); only read when the memory says that it is retired. */
  readonly servedUntil: bigint;
}

/** Who is admitted, and what speaks against the others. Twin of contracts/libraries/ExplanationLib.sol (explain). */
export function admissionOf(question: AdmissionQuestion): Admission {
  const { stake, policy, now, genesis, epochLength } = question;
  const recorded = unpackMemory(question.memoryWord);
  const memory = decayMemory(recorded, now, policy.halfLife);
  const updatedAt = memory.rounds === 0n ? 0n : epochStart(memory.lastRound, genesis, epochLength);
  const reasons =
    memoryReasons(memory, policy, updatedAt, now) | standingReasons(memory, question) | stakeReasons(stake, policy);
  const state = stateOf(memory, stake, reasons);
  const admitted = state === "Admitted";
  const weighed = {
    qualityBps: qualityBpsDown(memory, policy),
    maturityBps: maturityBpsDown(memory, policy),
    activeStake: countedStake(stake, policy),
  };
  return {
    state,
    admitted,
    reasons,
    families: perFamily((index) => familyAdmission(memory, policy, index)),
    mass: memory.mass / massPerItem,
    scar: memory.scar / scarPerItem,
    rounds: memory.rounds,
    roundsOnRecord: roundsOnRecord(memory),
    cleanRoundsOwed: memory.cleanOwed,
    ...weighed,
    weight: admitted ? weightDown({ ...weighed, halfSaturation: policy.halfSaturation }) : 0n,
    updatedAt,
    validUntil: admitted ? validUntilOf(recorded, memory, updatedAt, question) : 0n,
    at: now,
    activeBond: activeBond(stake),
    openFreezes: stake.openFreezes,
  };
}

function validUntilOf(recorded: Memory, memory: Memory, updatedAt: bigint, question: AdmissionQuestion): bigint {
  const { policy, servedUntil } = question;
  // Of an admitted version every gated family has a mass at which it passes.
  const needed = familyIndexes.map((index) => familyMassNeeded(memory, policy, index) ?? 0n);
  return validUntilDown({
    recorded,
    massNeeded: needed.reduce(max, policy.massMin * massPerItem),
    halfLife: policy.halfLife,
    agesAt: updatedAt + policy.maxAge,
    servedUntil: hasFlag(memory, "retired") ? servedUntil : undefined,
  });
}

/**
 * Bits of what a memory says against admission; an unknown version has the one reason "no-version". Twin of
 * contracts/libraries/AdmissionLib.sol (memoryReasons).
 * @param memory Decayed to `now`.
 * @param lastEpochStart Start of the epoch of its last round.
 */
export function memoryReasons(memory: Memory, policy: Policy, lastEpochStart: bigint, now: bigint): bigint {
  if (!hasFlag(memory, "exists")) return reasonBit("no-version");
  let reasons = 0n;
  // An inherited record alone never admits: the new version itself must have been measured.
  if (memory.rounds === 0n || memory.rounds < policy.minRounds) reasons |= reasonBit("too-few-rounds");
  if (memory.mass < policy.massMin * massPerItem) reasons |= reasonBit("too-little-evidence");
  // Without a result there is none that could be too old.
  if (memory.rounds !== 0n && now > lastEpochStart + policy.maxAge) reasons |= reasonBit("result-too-old");
  if (memory.cleanOwed !== 0n) reasons |= reasonBit("clean-rounds-owed");
  for (const index of familyIndexes) {
    if (!passesFamily(memory, policy, index)) reasons |= familyReason(index);
  }
  return reasons;
}

/** Whether the evidence alone would admit: no memoryReasons. Twin of contracts/libraries/AdmissionLib.sol (isProven). */
export function isProven(memory: Memory, policy: Policy, lastEpochStart: bigint, now: bigint): boolean {
  return memoryReasons(memory, policy, lastEpochStart, now) === 0n;
}

/**
 * Bits of what lane, retirement and pause say against admission: nothing of it was measured. Twin of
 * contracts/libraries/AdmissionLib.sol (standingReasons).
 */
export function standingReasons(
  memory: Memory,
  { now, servedUntil, paused }: Pick<AdmissionQuestion, "now" | "servedUntil" | "paused">,
): bigint {
  let reasons = 0n;
  if (hasFlag(memory, "retired") && now >= servedUntil) reasons |= reasonBit("retired");
  if (!hasFlag(memory, "standard")) reasons |= reasonBit("not-standard-lane");
  if (hasFlag(memory, "left")) reasons |= reasonBit("result-needed");
  if (paused && !hasFlag(memory, "admitted")) reasons |= reasonBit("paused");
  return reasons;
}

/** Bits of what a stake says against admission. Twin of contracts/libraries/AdmissionLib.sol (stakeReasons). */
export function stakeReasons(stake: ModelStake, policy: Pick<Policy, "bondMin">): bigint {
  const bond = activeBond(stake);
  let reasons = 0n;
  if (stake.openFreezes !== 0n) reasons |= reasonBit("freeze-open");
  // Without any bond nothing is covered, whatever the smallest bond is.
  if (bond === 0n || bond < policy.bondMin) reasons |= reasonBit("bond-too-small");
  return reasons;
}

/** The state that the reasons add up to; first match from the top. Twin of contracts/libraries/AdmissionLib.sol (stateOf). */
export function stateOf(memory: Memory, stake: Pick<ModelStake, "bond">, reasons: bigint): AdmissionState {
  if ((reasons & reasonBit("retired")) !== 0n) return "Retired";
  if (stake.bond === 0n) return "Unbonded";
  if ((reasons & reasonBit("not-standard-lane")) !== 0n) return "Experimental";
  if ((reasons & reasonBit("freeze-open")) !== 0n) return "Contested";
  if (reasons === 0n) return "Admitted";
  if (!hasPast(memory)) return "Eligible";
  return isFadedOnly(reasons) ? "Stale" : "Suspended";
}

/** Was admitted once, or has failed lately. */
function hasPast(memory: Memory): boolean {
  return hasFlag(memory, "wasEverAdmitted") || memory.strikes >= strikeUnit / 2n || memory.cleanOwed !== 0n;
}

/** The evidence is old or thin, and nothing that was measured speaks against the version. */
function isFadedOnly(reasons: bigint): boolean {
  const faded = reasonBit("result-too-old") | reasonBit("too-little-evidence");
  const measured = anyFamilyReason | reasonBit("clean-rounds-owed");
  return (reasons & faded) !== 0n && (reasons & measured) === 0n;
}

/** The bar of a gated family for a memory, hysteresis and scar included. Twin of AdmissionLib.sol (barOf). */
export function barOf(memory: Memory, policy: Policy, index: FamilyIndex): bigint {
  return barUp({
    floorBps: policy.floorsBps[index],
    easeBps: hasFlag(memory, "admitted") ? policy.hysteresisBps : 0n,
    scar: memory.scar,
    scarK: policy.scarK,
  });
}

/** Whether a family is proven to be above its bar; a family without a floor always is. Twin of AdmissionLib.sol. */
export function passesFamily(memory: Memory, policy: Policy, index: FamilyIndex): boolean {
  if (policy.floorsBps[index] === 0n) return true;
  return passes({
    rate: memory.rates[index],
    bar: barOf(memory, policy, index),
    massShare: memory.mass * policy.sharesBps[index],
    z2: policy.passZ2,
  });
}

/**
 * The smallest mass at which a family passes, at the rate and bar of now; 0 for a family without a floor, undefined if no mass would do.
 * Twin of contracts/libraries/ValidityLib.sol (familyMassNeededUp).
 */
function familyMassNeeded(memory: Memory, policy: Policy, index: FamilyIndex): bigint | undefined {
  if (policy.floorsBps[index] === 0n) return 0n;
  return massNeeded({
    rate: memory.rates[index],
    bar: barOf(memory, policy, index),
    shareBps: policy.sharesBps[index],
    z2: policy.passZ2,
  });
}

function familyAdmission(memory: Memory, policy: Policy, index: FamilyIndex): FamilyAdmission {
  const gated = policy.floorsBps[index] !== 0n;
  const massShare = memory.mass * policy.sharesBps[index];
  const bar = gated ? barOf(memory, policy, index) : 0n;
  const lowerBound = lowerBoundDown(memory.rates[index], massShare, policy.passZ2);
  const isPassed = passesFamily(memory, policy, index);
  return {
    family: families[index],
    gated,
    passes: isPassed,
    rate: memory.rates[index],
    lowerBound,
    bar,
    distance: gated ? lowerBound - bar : 0n,
    items: massShare / massSharePerItem,
    itemsNeeded: isPassed ? 0n : itemsNeededUp(memory, policy, index),
  };
}

/** For a family that does not pass, so that the mass it needs is more than there is. */
function itemsNeededUp(memory: Memory, policy: Policy, index: FamilyIndex): bigint | undefined {
  const needed = familyMassNeeded(memory, policy, index);
  if (needed === undefined || needed > policy.massCap * massPerItem) return undefined;
  return ceilDiv(needed - memory.mass, massPerItem);
}
