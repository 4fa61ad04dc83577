import {
  type Address,
  compactSignatureToSignature,
  concat,
  type Hex,
  hexToBigInt,
  parseCompactSignature,
  parseSignature,
  recoverAddress,
  serializeCompactSignature,
  serializeSignature,
  signatureToCompactSignature,
  size,
  sliceHex,
} from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
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

/** Whoever signed a digest; undefined for what the contracts would not take: another length, or s in its upper half. */
export async function recoverSigner(hash: Hex, signature: Hex): Promise<Address | undefined> {
  if (size(signature) !== signatureBytes || (hexToBigInt(sliceHex(signature, 32)) & ~parityBit) > halfOrder)
    return undefined;
  try {
    const unpacked = serializeSignature(compactSignatureToSignature(parseCompactSignature(signature)));
    return await recoverAddress({ hash, signature: unpacked });
  } catch {
    // Numbers that are no signature at all.
    return undefined;
  }
}
