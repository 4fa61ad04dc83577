import { type Address, type Hex, hashTypedData, zeroHash } from "viem";
import { keccakConcat } from "../../domain/keccak.ts";
import { assayDomain, assayTypes, type Batch, courtDomain, courtTypes } from "../../domain/typedData.ts";
import { versionIdOf } from "../../domain/version.ts";
import type { BatchSignature, Commitment, Report, Unsigned } from "./message.ts";
import { disputeOfSession } from "./session.ts";

/** The EIP-712 domains of one deployment: a signature for one chain and contract is worth nothing on another. */
export interface SigningDomain {
  readonly chainId: bigint;
  /** What is said in a round is said to the record. */
  readonly assay: Address;
  /** What is said in a dispute is said to the court. */
  readonly court: Address;
}

/** The contract that a session's messages are signed for, with the number it knows the session by. */
export interface Addressee {
  readonly contract: Address;
  readonly id: bigint;
}

export function addresseeOf({ assay, court }: SigningDomain, session: bigint): Addressee {
  const disputeId = disputeOfSession(session);
  return disputeId === undefined ? { contract: assay, id: session } : { contract: court, id: disputeId };
}

const eip712Domain = ({ chainId, assay, court }: SigningDomain, session: bigint) =>
  disputeOfSession(session) === undefined ? assayDomain(chainId, assay) : courtDomain(chainId, court);

/** The one result of a dispute's session is no batch but a re-evaluation. */
export const isReevaluation = ({ roundId }: Batch): boolean => disputeOfSession(roundId) !== undefined;

/** What is signed for a batch, as EIP-712 typed data. */
export const batchTypedData = (domain: SigningDomain, batch: Batch) =>
  ({
    domain: eip712Domain(domain, batch.roundId),
    types: assayTypes,
    primaryType: "Batch",
    message: batch,
  }) as const;

/**
 * What is signed for the result of a dispute's session, as EIP-712 typed data.
 * @throws RangeError when there is no result in it.
 */
export function reevaluationTypedData(domain: SigningDomain, { roundId: session, reportsRoot, results }: Batch) {
  const [result] = results;
  if (!result) throw new RangeError("a re-evaluation has one result");
  const { modelId, digest, word } = result;
  const disputeId = addresseeOf(domain, session).id;
  const message = { disputeId, versionId: versionIdOf(modelId, digest), word, reportsRoot };
  return { domain: eip712Domain(domain, session), types: courtTypes, primaryType: "Reevaluation", message } as const;
}

/** What is signed for a report, as EIP-712 typed data. */
export const reportTypedData = (domain: SigningDomain, report: Unsigned<Report>) =>
  ({
    domain: eip712Domain(domain, report.roundId),
    types: assayTypes,
    primaryType: "Report",
    message: { ...report, roundId: addresseeOf(domain, report.roundId).id },
  }) as const;

/** What is signed for a commitment, as EIP-712 typed data. */
export const commitmentTypedData = (domain: SigningDomain, commitment: Unsigned<Commitment>) =>
  ({
    domain: eip712Domain(domain, commitment.roundId),
    types: assayTypes,
    primaryType: "Commitment",
    message: { ...commitment, roundId: addresseeOf(domain, commitment.roundId).id },
  }) as const;

/**
 * EIP-712 digest of a batch; twin of `Assay.batchDigest`. The one result of a dispute's session is no batch but a re-evaluation; twin of
 * `Court.reevaluationDigest`.
 */
export const batchDigest = (domain: SigningDomain, batch: Batch): Hex =>
  isReevaluation(batch)
    ? hashTypedData(reevaluationTypedData(domain, batch))
    : hashTypedData(batchTypedData(domain, batch));

/** EIP-712 digest of a report; what its commitment binds to. */
export const reportDigest = (domain: SigningDomain, report: Unsigned<Report>): Hex =>
  hashTypedData(reportTypedData(domain, report));

/** EIP-712 digest of a commitment. */
export const commitmentDigest = (domain: SigningDomain, commitment: Unsigned<Commitment>): Hex =>
  hashTypedData(commitmentTypedData(domain, commitment));

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
