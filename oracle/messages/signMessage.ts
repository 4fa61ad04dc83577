import { concat, type Hex, type LocalAccount } from "viem";
import { assayTypes } from "../../domain/typedData.ts";
import { compactSignature } from "./compactSignature.ts";
import { batchesOf, eip712Domain, type SigningDomain, type UnsignedMessage } from "./messageDigest.ts";

/**
 * Signs a message over the digests of `messageDigests`, 64 bytes each, one after the other. It is given to the key as typed data, so
 * that what stands before the key can see what is signed.
 * @throws whatever the key's account throws.
 */
export async function signMessage(
  account: LocalAccount,
  domain: SigningDomain,
  message: UnsignedMessage,
): Promise<Hex> {
  const shared = { domain: eip712Domain(domain), types: assayTypes };
  if (message.kind === "commitment")
    return compactSignature(await account.signTypedData({ ...shared, primaryType: "Commitment", message }));
  if (message.kind === "report")
    return compactSignature(await account.signTypedData({ ...shared, primaryType: "Report", message }));
  const signatures: Hex[] = [];
  // One after the other: a remote signer is asked up to 33 times here.
  for (const batch of batchesOf(message))
    signatures.push(compactSignature(await account.signTypedData({ ...shared, primaryType: "Batch", message: batch })));
  return concat(signatures);
}
