import { z } from "zod";
import { perFamily } from "../../../domain/families.ts";
import { type Memory, massPerItem, memoryFieldMax, memoryFlags, packMemory, rateOne } from "../../../domain/memory.ts";
import { defaultPolicy, type Policy } from "../../../domain/policy.ts";
import { maxScoreBps, packResult } from "../../../domain/result.ts";
import { emptyStake, type ModelStake } from "../../../domain/stake.ts";
import type { Random } from "./random.ts";
import { integer } from "./rule.ts";

const seven = z.tuple([integer, integer, integer, integer, integer, integer, integer]);
export const hex32 = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]);

export const maxAssets = (1n << 96n) - 1n;
export const maxShares = (1n << 104n) - 1n;

export const hex20 = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{40}$/)]);

/** A policy in a vectors file: what differs from the default policy. */
export const policySchema = z
  .strictObject({
    floorsBps: seven,
    slashFloorsBps: seven,
    sharesBps: seven,
    weights: seven,
    massMin: integer,
    massCap: integer,
    massFull: integer,
    roundsFull: integer,
    itemsCap: integer,
    minRounds: integer,
    maxAge: integer,
    halfLife: integer,
    hysteresisBps: integer,
    scarK: integer,
    retryScar: integer,
    hardFailureScar: integer,
    scarCap: integer,
    passZ2: integer,
    failZ2: integer,
    bondMin: integer,
    bondShareBps: integer,
    lossBaseBps: integer,
    lossCapBps: integer,
    lossEpoch: integer,
    halfSaturation: integer,
    experimentalBondMin: integer,
    experimentalLossCapBps: integer,
    bucketBps: integer,
    bucketPeriod: integer,
    breakerBps: integer,
    shards: integer,
    slots: integer,
    lotteryBps: integer,
    evaluationPrice: integer,
    evaluationFee: integer,
    publicShareBps: integer,
    evaluatorBondMin: integer,
    disputeDeposit: integer,
    committeeSize: integer,
    quorum: integer,
    freezeWindow: integer,
    suiteHash: hex32,
    arbitrator: hex20,
  })
  .partial()
  .transform((changes): Policy => {
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    return { ...defaultPolicy, ...Object.fromEntries(given) };
  });

/** A stake in a vectors file: what differs from an empty one. */
export const stakeSchema = z
  .strictObject({
    bond: integer,
    unbondingBond: integer,
    bondUnlocksAt: integer,
    openFreezes: integer,
    streaming: z.boolean(),
    delegated: integer,
    shares: integer,
    heldUntil: integer,
    unbondingAssets: integer,
    unbondingShares: integer,
    lossEpochStart: integer,
    lossInEpoch: integer,
  })
  .partial()
  .transform((changes): ModelStake => {
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    return { ...emptyStake, ...Object.fromEntries(given) };
  });

/** A policy within the bounds of PolicyBounds.sol; every other one resembles the default. */
export function randomPolicy(random: Random): Policy {
  if (random.chance(4)) {
    const bondMin = random.between(0n, 10n ** 21n);
    return { ...defaultPolicy, bondMin, experimentalBondMin: random.between(0n, bondMin) };
  }
  const floorsBps = perFamily(() => (random.chance(5) ? 0n : random.between(1n, 9_900n)));
  const massCap = random.between(1n, 4_095n);
  const committeeSize = random.between(1n, 15n);
  const lossCapBps = random.between(0n, 3_000n);
  const bondMin = random.between(0n, maxAssets);
  const shards = random.between(1n, 48n / committeeSize);
  return {
    floorsBps,
    slashFloorsBps: perFamily((index) => (floorsBps[index] === 0n ? 0n : random.between(0n, floorsBps[index] - 1n))),
    sharesBps: perFamily((index) => random.between(floorsBps[index] === 0n ? 0n : 1n, 10_000n)),
    weights: perFamily((index) => (floorsBps[index] === 0n ? 0n : random.between(0n, 0xffffn))),
    massMin: random.between(1n, massCap),
    massCap,
    massFull: random.between(1n, 4_095n),
    roundsFull: random.between(1n, 255n),
    itemsCap: random.between(1n, 0xffffn),
    minRounds: random.between(1n, 255n),
    maxAge: random.between(1n, 90n * 86_400n),
    halfLife: 64n * random.between(1n, 31n * 86_400n),
    hysteresisBps: random.between(0n, 1_000n),
    scarK: random.between(1n, 0xffffn),
    retryScar: random.between(0n, 0xffffn),
    hardFailureScar: random.between(0n, 0xffffn),
    scarCap: random.between(0n, 0xffffn),
    passZ2: random.between(1n, 100n),
    failZ2: random.between(4n, 100n),
    bondMin,
    bondShareBps: random.between(0n, 10_000n),
    committeeSize,
    quorum: random.between(committeeSize / 2n + 1n, committeeSize),
    lossBaseBps: random.between(0n, lossCapBps),
    lossCapBps,
    lossEpoch: random.between(1n, 90n * 86_400n),
    freezeWindow: random.between(1n, 8n * 86_400n),
    halfSaturation: random.between(1n, maxAssets),
    suiteHash: random.hex(32),
    experimentalBondMin: random.between(0n, bondMin),
    experimentalLossCapBps: random.between(1n, 3_000n),
    bucketBps: random.between(1n, 3_000n),
    bucketPeriod: random.between(1n, 90n * 86_400n),
    breakerBps: random.between(1n, 10_000n),
    shards,
    slots: random.between(1n, min(192n, 64n * shards)),
    lotteryBps: random.between(2_000n, 10_000n),
    evaluationPrice: random.between(0n, maxAssets),
    evaluationFee: random.between(0n, maxAssets),
    publicShareBps: random.between(0n, 5_000n),
    evaluatorBondMin: random.between(0n, maxAssets),
    disputeDeposit: random.between(0n, maxAssets),
    arbitrator: random.hex(20),
  };
}

/** Any memory that the rules can produce under some policy. */
export function randomMemory(random: Random): Memory {
  return {
    rates: perFamily(() => random.between(0n, rateOne)),
    mass: random.between(0n, 4_095n * massPerItem),
    scar: random.between(0n, memoryFieldMax("scar")),
    tickedAt: random.between(0n, memoryFieldMax("tickedAt")),
    lastRound: random.between(1n, memoryFieldMax("lastRound") - 16n),
    rounds: random.between(0n, memoryFieldMax("rounds")),
    strikes: random.between(0n, memoryFieldMax("strikes")),
    cleanOwed: random.between(0n, memoryFieldMax("cleanOwed")),
    inheritedRounds: random.between(0n, memoryFieldMax("inheritedRounds")),
    flags: memoryFlags.exists | random.bits(8),
  };
}

const goodFlags = memoryFlags.exists | memoryFlags.standard;

/** A memory that, with some luck, is admitted at `now` under the policy; now and then with one flaw. */
export function randomGoodMemory(random: Random, policy: Policy, now: bigint): bigint {
  return packMemory({
    rates: perFamily(() => random.uniform(random.chance(20) ? 0n : 49_000n, rateOne)),
    mass: random.uniform((policy.massCap * massPerItem * 3n) / 4n, policy.massCap * massPerItem),
    scar: random.chance(8) ? random.between(0n, memoryFieldMax("scar")) : 0n,
    tickedAt: now - random.uniform(0n, min(now, policy.halfLife / 16n)),
    lastRound: random.uniform(1n, 1_000n),
    rounds: random.chance(16) ? random.between(0n, 255n) : 255n,
    strikes: random.chance(4) ? random.between(0n, memoryFieldMax("strikes")) : 0n,
    cleanOwed: random.chance(16) ? random.between(0n, 8n) : 0n,
    inheritedRounds: random.chance(2) ? random.between(0n, memoryFieldMax("inheritedRounds")) : 0n,
    flags: random.chance(4) ? memoryFlags.exists | random.bits(8) : goodFlags | random.bits(2),
  });
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** A well-formed result word. */
export function randomResult(random: Random): bigint {
  const attempts = random.between(0n, (1n << 24n) - 1n);
  const few = random.chance(2) ? min(attempts, 200n) : attempts;
  return packResult({
    scores: perFamily(() => random.between(0n, maxScoreBps)),
    items: random.between(1n, 0xffffn),
    attempts,
    retries: random.between(0n, few),
    hardFailures: random.between(0n, few),
    // Most results measured every family.
    flags: random.chance(2) ? random.bits(16) : 0x7fn | random.bits(16),
  });
}

/** Any stake that fits its fields. */
export function randomStake(random: Random): ModelStake {
  return {
    bond: random.between(0n, maxAssets),
    unbondingBond: random.chance(2) ? 0n : random.between(0n, maxAssets),
    bondUnlocksAt: random.bits(40),
    openFreezes: random.chance(4) ? random.between(0n, 255n) : 0n,
    streaming: random.chance(2),
    delegated: random.between(0n, maxAssets),
    shares: random.between(0n, maxShares),
    heldUntil: random.bits(40),
    unbondingAssets: random.chance(2) ? 0n : random.between(0n, maxAssets),
    unbondingShares: random.chance(2) ? 0n : random.between(0n, maxShares),
    lossEpochStart: random.between(0n, 1n << 33n),
    lossInEpoch: random.between(0n, maxAssets),
  };
}
