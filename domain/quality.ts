import { familyIndexes } from "./families.ts";
import { min } from "./integers.ts";
import { type Memory, massPerItem, ratePerBps, roundsOnRecord } from "./memory.ts";
import type { Policy } from "./policy.ts";
import { lowerBoundDown } from "./wilson.ts";

/**
 * Quality: the weighted harmonic mean of the families' lower bounds, bps, rounded down. One weak family pulls it down more than a
 * strong one lifts it. 0 if a weighted family has lower bound 0, or no family has a weight.
 * Twin of contracts/libraries/QualityLib.sol (qualityBpsDown).
 */
export function qualityBpsDown(memory: Memory, policy: Policy): bigint {
  let weights = 0n;
  let inverse = 0n;
  for (const index of familyIndexes) {
    const familyWeight = policy.weights[index];
    if (familyWeight === 0n) continue;
    const lowerBound = lowerBoundDown(memory.rates[index], memory.mass * policy.sharesBps[index], policy.passZ2);
    if (lowerBound === 0n) return 0n;
    weights += familyWeight;
    inverse += (familyWeight << 96n) / lowerBound;
  }
  return weights === 0n ? 0n : (weights << 96n) / (ratePerBps * inverse);
}

/**
 * How much of a full record there is: min(1, mass/massFull, rounds/roundsFull), bps, rounded down. Mass comes back within days; rounds take
 * as long as a name takes to become known, so that leaving a scar behind under a new name does not pay.
 * Twin of contracts/libraries/QualityLib.sol (maturityBpsDown).
 */
export function maturityBpsDown(
  memory: Pick<Memory, "mass" | "rounds" | "inheritedRounds">,
  { massFull, roundsFull }: Pick<Policy, "massFull" | "roundsFull">,
): bigint {
  return min(shareBpsDown(memory.mass, massFull * massPerItem), shareBpsDown(roundsOnRecord(memory), roundsFull));
}

function shareBpsDown(part: bigint, full: bigint): bigint {
  return full === 0n ? 10_000n : min(10_000n, (part * 10_000n) / full);
}

/** Routing weight of an admitted version: quality · maturity · s/(s + S½), 0..1e8. Twin of QualityLib.sol (weightDown). */
export function weightDown(factors: {
  qualityBps: bigint;
  maturityBps: bigint;
  activeStake: bigint;
  halfSaturation: bigint;
}): bigint {
  const { qualityBps, maturityBps, activeStake, halfSaturation } = factors;
  if (activeStake === 0n) return 0n;
  const stakeBps = (activeStake * 10_000n) / (activeStake + halfSaturation);
  return (qualityBps * maturityBps * stakeBps) / 10_000n;
}

/**
 * How many tokens of loss stand behind a version's record: maturity · min(stake that counts, bonds of the committee that last signed),
 * rounded down, in the token's smallest unit.
 */
export function exposureDown(factors: { maturityBps: bigint; activeStake: bigint; committeeBonds: bigint }): bigint {
  return (factors.maturityBps * min(factors.activeStake, factors.committeeBonds)) / 10_000n;
}
