import {
  type Address,
  type Hex,
  isAddressEqual,
  numberToHex,
  recoverAddress,
  serializeSignature,
  size,
  sliceHex,
} from "viem";

/** secp256k1's order. */
const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/**
 * Makes of r and s what the contracts take: s in its lower half, and the recovery bit with which the signature is `signer`'s.
 * @returns 65 bytes; undefined when the numbers are out of range or no bit makes it the signer's.
 */
export async function completeSignature(digest: Hex, numbers: Hex, signer: Address): Promise<Hex | undefined> {
  if (size(numbers) !== 64) return undefined;
  const [r, s] = [BigInt(sliceHex(numbers, 0, 32)), BigInt(sliceHex(numbers, 32, 64))];
  if (r === 0n || r >= order || s === 0n || s >= order) return undefined;
  const lowS = s > order / 2n ? order - s : s;
  for (const yParity of [0, 1]) {
    const parts = { r: numberToHex(r, { size: 32 }), s: numberToHex(lowS, { size: 32 }), yParity };
    const signature = serializeSignature(parts);
    const found = await recoverAddress({ hash: digest, signature }).catch(() => undefined);
    if (found && isAddressEqual(found, signer)) return signature;
  }
  return undefined;
}
