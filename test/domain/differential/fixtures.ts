import { z } from "zod";
import { perFamily } from "../../../domain/families.ts";
import { type Memory, massPerItem, memoryFieldMax, packMemory, rateOne } from "../../../domain/memory.ts";
import { defaultPolicy, type Policy } from "../../../domain/policy.ts";
import { maxScoreBps, packResult } from "../../../domain/result.ts";
import { emptyStake, type ModelStake } from "../../../domain/stake.ts";
import type { Random } from "./random.ts";
import { integer } from "./rule.ts";

const seven = z.tuple([integer, integer, integer, integer, integer, integer, integer]);
export const hex32 = z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]);

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
    delegated: integer,
    lane: integer,
    openFreezes: integer,
    heldUntil: integer,
    shares: integer,
    unbondingShares: integer,
    unbondingBond: integer,
    bondUnlocksAt: integer,
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
  if (random.chance(4)) return { ...defaultPolicy, bondMin: random.between(0n, 10n ** 21n) };
  const floorsBps = perFamily(() => (random.chance(5) ? 0n : random.between(1n, 9_900n)));
  const massCap = random.between(1n, 4_095n);
  const committeeSize = random.between(1n, 15n);
  const lossCapBps = random.between(0n, 3_000n);
  return {
    floorsBps,
    slashFloorsBps: perFamily((index) => (floorsBps[index] === 0n ? 0n : random.between(0n, floorsBps[index] - 1n))),
    sharesBps: perFamily((index) => random.between(floorsBps[index] === 0n ? 0n : 1n, 10_000n)),
    weights: perFamily((index) => (floorsBps[index] === 0n ? 0n : random.between(0n, 0xffffn))),
    massMin: random.between(1n, massCap),
    massCap,
    massFull: random.between(1n, 4_095n),
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
    bondMin: random.between(0n, (1n << 96n) - 1n),
    bondShareBps: random.between(0n, 10_000n),
    committeeSize,
    quorum: random.between(committeeSize / 2n + 1n, committeeSize),
    lossBaseBps: random.between(0n, lossCapBps),
    lossCapBps,
    lossEpoch: random.between(1n, 90n * 86_400n),
    freezeWindow: random.between(1n, 21n * 86_400n),
    halfSaturation: random.between(1n, (1n << 96n) - 1n),
    suiteHash: random.hex(32),
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
    flags: 4n | random.bits(2),
  };
}

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
    flags: 4n | random.bits(2),
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
    flags: random.bits(16),
  });
}

const maxAssets = (1n << 96n) - 1n;
const maxShares = (1n << 104n) - 1n;

/** Any stake that fits its fields; unbonding shares never exceed shares. */
export function randomStake(random: Random): ModelStake {
  const shares = random.between(0n, maxShares);
  return {
    bond: random.between(0n, maxAssets),
    delegated: random.between(0n, maxAssets),
    lane: random.chance(4) ? random.between(0n, 255n) : 1n,
    openFreezes: random.chance(4) ? random.between(0n, 255n) : 0n,
    heldUntil: random.bits(48),
    shares,
    unbondingShares: random.chance(2) ? 0n : random.between(0n, shares),
    unbondingBond: random.chance(2) ? 0n : random.between(0n, maxAssets),
    bondUnlocksAt: random.bits(48),
    lossEpochStart: random.between(0n, 1n << 33n),
    lossInEpoch: random.between(0n, maxAssets),
  };
}
