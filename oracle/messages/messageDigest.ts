import { type Address, type Hex, hashTypedData, zeroHash } from "viem";
import { assayDomain, assayTypes, type Batch } from "../../domain/typedData.ts";
import { versionIdOf } from "../../domain/version.ts";
import type { BatchSignature, Commitment, Report, Unsigned } from "./message.ts";

/** The EIP-712 domain of one deployment: a signature for one chain and contract is worth nothing on another. */
export interface SigningDomain {
  readonly chainId: bigint;
  readonly assay: Address;
}

const eip712Domain = ({ chainId, assay }: SigningDomain) => assayDomain(chainId, assay);

/** EIP-712 digest of a batch; twin of `Assay.batchDigest`. */
export const batchDigest = (domain: SigningDomain, batch: Batch): Hex =>
  hashTypedData({ domain: eip712Domain(domain), types: assayTypes, primaryType: "Batch", message: batch });

/** EIP-712 digest of a report; what its commitment binds to. */
export const reportDigest = (domain: SigningDomain, report: Unsigned<Report>): Hex =>
  hashTypedData({ domain: eip712Domain(domain), types: assayTypes, primaryType: "Report", message: report });

/** EIP-712 digest of a commitment. */
export const commitmentDigest = (domain: SigningDomain, commitment: Unsigned<Commitment>): Hex =>
  hashTypedData({
    domain: eip712Domain(domain),
    types: assayTypes,
    primaryType: "Commitment",
    message: commitment,
  });

/** The batch that a batch signature is over. */
export const batchOf = ({ roundId, reportsRoot, entries }: Unsigned<BatchSignature>): Batch => ({
  roundId,
  reportsRoot,
  results: entries.map(({ modelId, digest, word }) => ({ modelId, digest, word })),
});

/** A message before it is signed. */
export type UnsignedMessage = Unsigned<Commitment> | Unsigned<Report> | Unsigned<BatchSignature>;

/**
 * The digest that a message's signature is over, and by which two messages are the same or not: the signature itself is left out,
 * because the same content can be signed in more than one way.
 */
export function messageDigest(domain: SigningDomain, message: UnsignedMessage): Hex {
  if (message.kind === "commitment") return commitmentDigest(domain, message);
  if (message.kind === "report") return reportDigest(domain, message);
  return batchDigest(domain, batchOf(message));
}

/** The version a message is about; zero for a batch signature, which is about the round. */
export const messageSubject = (message: UnsignedMessage): Hex =>
  message.kind === "batchSignature" ? zeroHash : versionIdOf(message.modelId, message.digest);
