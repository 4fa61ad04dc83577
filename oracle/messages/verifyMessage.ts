import { type Address, type Hex, hexToBigInt, isAddressEqual, recoverAddress, size, sliceHex } from "viem";
import type { Message } from "./message.ts";
import { messageDigest, type SigningDomain } from "./messageDigest.ts";

/** Half of secp256k1's order: the contract takes no s above it, so neither does anything here. */
const halfOrder = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** A signature is not one the contract would accept from the evaluator that the message names. */
export class WrongMessageSignatureError extends Error {
  override name = "WrongMessageSignatureError";
}

/** Whether a signature is 65 bytes (r, s, v) with s in the lower half and v 27 or 28. */
export function isCanonicalSignature(signature: Hex): boolean {
  if (size(signature) !== 65) return false;
  const v = hexToBigInt(sliceHex(signature, 64));
  return (v === 27n || v === 28n) && hexToBigInt(sliceHex(signature, 32, 64)) <= halfOrder;
}

const recover = (hash: Hex, signature: Hex): Promise<Address | undefined> =>
  recoverAddress({ hash, signature }).catch(() => undefined);

/**
 * Checks that a message was signed by the evaluator it names.
 * @returns the digest that was signed.
 * @throws WrongMessageSignatureError naming the signer found and the one expected.
 */
export async function verifyMessage(domain: SigningDomain, message: Message): Promise<Hex> {
  const { evaluator, signature, kind, roundId } = message;
  const digest = messageDigest(domain, message);
  const signer = isCanonicalSignature(signature) ? await recover(digest, signature) : undefined;
  if (signer && isAddressEqual(signer, evaluator)) return digest;
  throw new WrongMessageSignatureError(
    `the ${kind} of round ${roundId} was not signed by ${evaluator} but by ${signer ?? "nobody"}: ` +
      `sign it with that key over chain ${domain.chainId} and contract ${domain.assay}`,
  );
}
