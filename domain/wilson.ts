import { massSharePerItem } from "./gates.ts";
import { sqrtUp } from "./integers.ts";
import { rateOne } from "./memory.ts";

/**
 * Wilson lower bound of a rate, rounded down to 1/50,000; 0 without evidence.
 *
 * With U = 50,000, n = N/D items and z² = Z it is (2·N·r + Z·D·U − √(4·Z·N·D·r·(U − r) + (Z·D·U)²)) / (2·(N + Z·D)). Rounding the
 * root up and the quotient down gives exactly the floor of that real number, and bars are whole units, so for Z ≥ 1
 * `lowerBoundDown(rate, n, z2) ≥ bar` and `passes` are the same test, without a rounding gap.
 * Twin of contracts/libraries/QualityLib.sol (lowerBoundDown).
 * @param massShare N = mass · shareBps, unit 1/40,960,000 item.
 */
export function lowerBoundDown(rate: bigint, massShare: bigint, z2: bigint): bigint {
  if (massShare === 0n) return 0n;
  const unit = z2 * massSharePerItem;
  const centre = unit * rateOne;
  const spread = sqrtUp(4n * unit * massShare * rate * (rateOne - rate) + centre * centre);
  return (2n * massShare * rate + centre - spread) / (2n * (massShare + unit));
}
