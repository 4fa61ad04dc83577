import { ceilDiv, saturatingSub } from "./integers.ts";
import { massPerItem, rateOne, ratePerBps, scarPerItem } from "./memory.ts";

/** Units of mass · shareBps in an item. */
export const massSharePerItem = massPerItem * 10_000n;

/** The bar φ + (1 − φ)·scar/(scar + K), rounded up to 1/50,000. Twin of contracts/libraries/GateLib.sol (barUp). */
export function barUp(bar: {
  /** The family's floor φ, not 0. */
  floorBps: bigint;
  /** Hysteresis for a version that is admitted, else 0. */
  easeBps: bigint;
  /** Unit 1/256 item. */
  scar: bigint;
  /** Items. */
  scarK: bigint;
}): bigint {
  const floor = saturatingSub(bar.floorBps, bar.easeBps) * ratePerBps;
  if (bar.scar === 0n) return floor;
  return floor + ceilDiv((rateOne - floor) * bar.scar, bar.scar + bar.scarK * scarPerItem);
}

/**
 * Whether the Wilson lower bound of `rate` is at least `bar`: rate ≥ bar and (rate − bar)²·n ≥ z²·bar·(1 − bar), exact in integers.
 * A rate that only equals its bar is never enough (nor is any for a bar of 1: no finite evidence proves it), except for a bar of
 * 0. Twin of contracts/libraries/GateLib.sol (passes).
 */
export function passes(test: {
  /** Unit 1/50,000. */
  rate: bigint;
  /** Unit 1/50,000. */
  bar: bigint;
  /** mass · shareBps: the family's evidence, unit 1/40,960,000 item. */
  massShare: bigint;
  z2: bigint;
}): boolean {
  const { rate, bar, massShare, z2 } = test;
  if (rate <= bar) return bar === 0n;
  return (rate - bar) ** 2n * massShare >= z2 * bar * (rateOne - bar) * massSharePerItem;
}

/**
 * Whether one round's score is provably below the slash floor: (ψ − s)²·n ≥ z²·ψ·(1 − ψ). Twin of
 * contracts/libraries/GateLib.sol (fails).
 */
export function fails(test: {
  /** Unit 1/50,000. */
  score: bigint;
  /** ψ; 0 never fails. */
  slashFloorBps: bigint;
  /** items · shareBps: the family's items in this result, unit 1/10,000 item. */
  itemsShare: bigint;
  z2: bigint;
}): boolean {
  const { score, itemsShare, z2 } = test;
  const slashFloor = test.slashFloorBps * ratePerBps;
  if (score >= slashFloor) return false;
  return (slashFloor - score) ** 2n * itemsShare >= z2 * slashFloor * (rateOne - slashFloor) * 10_000n;
}

/**
 * The smallest mass (unit 1/4,096 item) at which `passes` holds at this rate: 0 for a bar of 0; undefined when no evidence would do,
 * because the rate is not above the bar or the suite does not measure the family. Twin of contracts/libraries/QualityLib.sol
 * (massNeededUp, where undefined is the largest word).
 */
export function massNeeded(test: { rate: bigint; bar: bigint; shareBps: bigint; z2: bigint }): bigint | undefined {
  const { rate, bar, shareBps, z2 } = test;
  if (bar === 0n) return 0n;
  if (rate <= bar || shareBps === 0n) return undefined;
  return ceilDiv(z2 * bar * (rateOne - bar) * massSharePerItem, (rate - bar) ** 2n * shareBps);
}
