import { massSharePerItem } from "../../domain/gates.ts";
import { lowerBoundDown } from "../../domain/wilson.ts";

/** z² of the bound in reports: the admission test's default. */
const z2 = 4n;
const ratePerBps = 5n;

/** Wilson lower bound of a score over n items, floored to bps; 0 without items. */
export function lowerBoundBps(score: number, items: number): number {
  return Number(lowerBoundDown(BigInt(score) * ratePerBps, BigInt(items) * massSharePerItem, z2) / ratePerBps);
}
