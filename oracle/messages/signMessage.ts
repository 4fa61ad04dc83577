import { concat, type Hex, type LocalAccount } from "viem";
import type { Batch } from "../../domain/typedData.ts";
import { compactSignature } from "./compactSignature.ts";
import {
  batchesOf,
  batchTypedData,
  commitmentTypedData,
  isReevaluation,
  reevaluationTypedData,
  reportTypedData,
  type SigningDomain,
  type UnsignedMessage,
} from "./messageDigest.ts";

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
  if (message.kind === "commitment")
    return compactSignature(await account.signTypedData(commitmentTypedData(domain, message)));
  if (message.kind === "report") return compactSignature(await account.signTypedData(reportTypedData(domain, message)));
  const signatures: Hex[] = [];
  // One after the other: a remote signer is asked up to 33 times here.
  for (const batch of batchesOf(message)) signatures.push(compactSignature(await signBatch(account, domain, batch)));
  return concat(signatures);
}

const signBatch = (account: LocalAccount, domain: SigningDomain, batch: Batch): Promise<Hex> =>
  isReevaluation(batch)
    ? account.signTypedData(reevaluationTypedData(domain, batch))
    : account.signTypedData(batchTypedData(domain, batch));
