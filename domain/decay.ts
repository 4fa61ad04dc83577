/** Ticks in a half-life. */
export const ticksPerHalfLife = 64n;

/** ⌊2^64 · 2^(−2^−j)⌋ for j = 1..6, with the bit of the tick count that asks for it. */
const halvings = [
  [32n, 13043817825332782212n],
  [16n, 15511800964685064948n],
  [8n, 16915738899553466670n],
  [4n, 17664662643191237676n],
  [2n, 18051468387014017850n],
  [1n, 18248035989933441396n],
] as const;

/**
 * x·2^(−ticks/64), every step rounded down; 0 after 128 half-lives.
 * Twin of contracts/libraries/DecayLib.sol (decay).
 * @param x Not negative, below 2^192.
 */
export function decay(x: bigint, ticks: bigint): bigint {
  if (ticks >= 128n * ticksPerHalfLife) return 0n;
  let left = x;
  for (const [bit, factor] of halvings) {
    if (ticks & bit) left = (left * factor) >> 64n;
  }
  return left >> (ticks / ticksPerHalfLife);
}
