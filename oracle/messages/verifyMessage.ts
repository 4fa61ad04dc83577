import type { Hex } from "viem";
import { isAddressEqual } from "viem";
import { recoverSigner, signatureAt } from "./compactSignature.ts";
import type { Message } from "./message.ts";
import { addresseeOf, identityOf, messageDigests, type SigningDomain } from "./messageDigest.ts";
import { sessionName } from "./session.ts";

/** A signature is not one the contract would accept from the evaluator that the message names. */
export class WrongMessageSignatureError extends Error {
  override name = "WrongMessageSignatureError";
}

/**
 * Checks that a message was signed by the evaluator it names.
 * @returns the message's identity (see messageDigest).
 * @throws WrongMessageSignatureError naming the signer found and the one expected.
 */
export async function verifyMessage(domain: SigningDomain, message: Message): Promise<Hex> {
  const { evaluator, signature, kind, roundId } = message;
  const digests = messageDigests(domain, message);
  for (const [index, digest] of digests.entries()) {
    const signer = await recoverSigner(digest, signatureAt(signature, index));
    if (signer && isAddressEqual(signer, evaluator)) continue;
    throw new WrongMessageSignatureError(
      `the ${kind} of ${sessionName(roundId)} was not signed by ${evaluator} but by ${signer ?? "nobody"}: ` +
        `sign it with that key over chain ${domain.chainId} and contract ${addresseeOf(domain, roundId).contract}`,
    );
  }
  return identityOf(digests);
}
