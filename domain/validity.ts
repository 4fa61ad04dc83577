import { decay, ticksPerHalfLife } from "./decay.ts";
import { min, saturatingSub } from "./integers.ts";
import type { Memory } from "./memory.ts";

/**
 * The last second (unix) until which an admission stands: until its last result is too old, its evidence has faded below what its
 * rates need, or a retired model's service ends. Bars are taken as they are now; a scar that fades lowers them, so that it may stand
 * a little longer than this, never shorter. Twin of contracts/libraries/ValidityLib.sol (validUntilDown).
 */
export function validUntilDown(admission: {
  /** As recorded: fading is computed from there in one step, by this read and by every later one. */
  readonly recorded: Pick<Memory, "mass" | "tickedAt">;
  /** The smallest mass at which it still had enough evidence and passed every family, at the rates and bars of now. */
  readonly massNeeded: bigint;
  readonly halfLife: bigint;
  /** When the last result becomes too old. */
  readonly agesAt: bigint;
  /** Of a retired model; undefined for others. */
  readonly servedUntil: bigint | undefined;
}): bigint {
  const { recorded, massNeeded, halfLife, agesAt, servedUntil } = admission;
  // A retired model is admitted while now < servedUntil.
  const until = servedUntil === undefined ? agesAt : min(agesAt, servedUntil - 1n);
  return min(until, fadesAt(recorded, massNeeded, halfLife, until) - 1n);
}

/**
 * When a memory's mass first falls below `needed`; after `until` if it does not before that. Mass fades in steps of two ticks and
 * falls with each, so the step is found by halving.
 */
function fadesAt(recorded: Pick<Memory, "mass" | "tickedAt">, needed: bigint, halfLife: bigint, until: bigint): bigint {
  const step = 2n * (halfLife / ticksPerHalfLife);
  const isEnoughAfter = (steps: bigint) => decay(recorded.mass, 2n * steps) >= needed;
  let high = saturatingSub(until, recorded.tickedAt) / step;
  if (isEnoughAfter(high)) return until + 1n;
  // Enough after `low` steps (it is admitted now), too little after `high`.
  let low = 0n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (isEnoughAfter(middle)) low = middle;
    else high = middle;
  }
  return recorded.tickedAt + high * step;
}
