import { type Address, type Hex, hashTypedData, zeroHash } from "viem";
import { keccakConcat } from "../../domain/keccak.ts";
import { assayDomain, assayTypes, type Batch } from "../../domain/typedData.ts";
import { versionIdOf } from "../../domain/version.ts";
import type { BatchSignature, Commitment, Report, Unsigned } from "./message.ts";

/** The EIP-712 domain of one deployment: a signature for one chain and contract is worth nothing on another. */
export interface SigningDomain {
  readonly chainId: bigint;
  readonly assay: Address;
}

export const eip712Domain = ({ chainId, assay }: SigningDomain) => assayDomain(chainId, assay);

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

/** The batches that a batch signature is over. */
export const batchesOf = ({ roundId, shard, batches }: Unsigned<BatchSignature>): Batch[] =>
  batches.map(({ reportsRoot, entries }) => ({
    roundId,
    shard,
    reportsRoot,
    results: entries.map(({ modelId, digest, word }) => ({ modelId, digest, word })),
  }));

/** A message before it is signed. */
export type UnsignedMessage = Unsigned<Commitment> | Unsigned<Report> | Unsigned<BatchSignature>;

/** The digests that a message's signature is over: one, or one for each batch. */
export function messageDigests(domain: SigningDomain, message: UnsignedMessage): Hex[] {
  if (message.kind === "commitment") return [commitmentDigest(domain, message)];
  if (message.kind === "report") return [reportDigest(domain, message)];
  return batchesOf(message).map((batch) => batchDigest(domain, batch));
}

/** One hash for digests that are signed together: the digest itself where there is one. */
export const identityOf = (digests: readonly Hex[]): Hex => {
  const [only] = digests;
  return digests.length === 1 && only !== undefined ? only : keccakConcat(digests);
};

/**
 * What two messages are the same or not by: the digests that are signed, without the signature, because the same content can be
 * signed in more than one way.
 */
export const messageDigest = (domain: SigningDomain, message: UnsignedMessage): Hex =>
  identityOf(messageDigests(domain, message));

/** The version a message is about; zero for a batch signature, which is about the round. */
export const messageSubject = (message: UnsignedMessage): Hex =>
  message.kind === "batchSignature" ? zeroHash : versionIdOf(message.modelId, message.digest);
