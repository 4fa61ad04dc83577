/** Fixed point of the computation: 2^-64 is far below the micro that is asked for. */
const one = 1n << 64n;
const million = 1_000_000n;
const ln2 = 2n * atanh(one / 3n);

/**
 * ln(numerator / denominator) in millionths, rounded towards zero; no float anywhere, so that every machine draws the same plan and
 * stops at the same item. Both at least 1. With x = m·2^k, 1 ≤ m < 2: ln x = k·ln 2 + 2·atanh((m − 1)/(m + 1)).
 */
export function lnMicro(numerator: number, denominator: number): number {
  if (numerator < denominator) return 0 - lnMicro(denominator, numerator);
  const [a, b] = [BigInt(numerator), BigInt(denominator)];
  const doublings = BigInt((a / b).toString(2).length - 1);
  const scaled = b << doublings;
  const rest = 2n * atanh(((a - scaled) * one) / (a + scaled));
  return Number(((doublings * ln2 + rest) * million) / one);
}

/** z + z³/3 + z⁵/5 + …, for 0 ≤ z ≤ 1/3: a digit and more a term, so about forty terms. */
function atanh(z: bigint): bigint {
  const square = (z * z) / one;
  let sum = 0n;
  let power = z;
  for (let n = 1n; power > 0n; n += 2n) {
    sum += power / n;
    power = (power * square) / one;
  }
  return sum;
}
