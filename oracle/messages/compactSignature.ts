import { recover } from "tiny-secp256k1";
import {
  type Address,
  bytesToHex,
  concat,
  type Hex,
  hexToBigInt,
  hexToBytes,
  numberToHex,
  parseSignature,
  serializeCompactSignature,
  signatureToCompactSignature,
  size,
  sliceHex,
} from "viem";
import { type PrivateKeyAccount, publicKeyToAddress } from "viem/accounts";
import { signatureBytes } from "./message.ts";

/** Half of secp256k1's order: the contracts take no s above it, so neither does anything here. */
const halfOrder = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const parityBit = 1n << 255n;

/** The 64 bytes (EIP-2098) of a 65-byte signature. */
export const compactSignature = (signature: Hex): Hex =>
  serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)));

/** Signs digests, 64 bytes each (EIP-2098), one after the other. Deterministic: the same digests give the same bytes. */
export async function signDigests(account: PrivateKeyAccount, digests: readonly Hex[]): Promise<Hex> {
  const signatures = await Promise.all(digests.map(async (hash) => compactSignature(await account.sign({ hash }))));
  return concat(signatures);
}

/** The signature over the digest at `index` among those that were signed together. */
export const signatureAt = (signatures: Hex, index: number): Hex =>
  sliceHex(signatures, index * signatureBytes, (index + 1) * signatureBytes);

/**
 * Whoever signed a digest; undefined for what the contracts would not take: another length, or s in its upper half. libsecp256k1 (in
 * WebAssembly) takes an eighth of the time that JavaScript takes, which is most of what a message costs a board, and a node that hears its
 * committee; a test holds the two against each other.
 */
export async function recoverSigner(hash: Hex, signature: Hex): Promise<Address | undefined> {
  if (size(signature) !== signatureBytes) return undefined;
  const packed = hexToBigInt(sliceHex(signature, 32));
  const s = packed & ~parityBit;
  if (s > halfOrder) return undefined;
  try {
    const numbers = hexToBytes(concat([sliceHex(signature, 0, 32), numberToHex(s, { size: 32 })]));
    const key = recover(hexToBytes(hash), numbers, packed === s ? 0 : 1);
    return key ? publicKeyToAddress(bytesToHex(key)) : undefined;
  } catch {
    // Numbers that are no signature at all.
    return undefined;
  }
}
