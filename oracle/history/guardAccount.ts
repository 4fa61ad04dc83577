import { getAddress, type Hex, isHex, keccak256, type LocalAccount } from "viem";
import { toAccount } from "viem/accounts";
import { z } from "zod";
import { versionIdOf } from "../../domain/version.ts";
import { parseTypedData, type SignableTypedData, typedDataPreimage } from "../keys/typedDataPreimage.ts";
import { NotForSigningError } from "./signingErrors.ts";
import type { JournalEntry, SigningJournal } from "./signingJournal.ts";

const integer = z.union([z.string().regex(/^[0-9]{1,78}$/), z.number().int()]).transform(BigInt);
const bytes32 = z.custom<Hex>((value) => isHex(value) && value.length === 66);
const version = { modelId: integer, digest: bytes32 };
const messages = {
  Report: z.object({ roundId: integer, ...version }),
  Commitment: z.object({ roundId: integer, ...version, reportDigest: bytes32 }),
  Batch: z.object({ roundId: integer, results: z.array(z.object(version)).min(1) }),
  Reevaluation: z.object({ disputeId: integer, versionId: bytes32 }),
};

/**
 * The signing key behind its journal: the last thing before a signature, whatever the code before it believes. It signs what evaluators
 * sign and nothing else; each is in the journal, durably, before the key is asked.
 * @throws ConflictingSignatureError, RoundBelowFloorError, NotForSigningError from signTypedData; NotForSigningError from the others.
 */
export function guardAccount(account: LocalAccount, journal: SigningJournal): LocalAccount {
  const refuse = async (): Promise<never> => {
    throw new NotForSigningError(`the signing key ${account.address} signs evaluators' statements only`);
  };
  return toAccount({
    address: account.address,
    signMessage: refuse,
    signTransaction: refuse,
    async signTypedData(typedData) {
      journal.record(entriesOf(parseTypedData(typedData)));
      return account.signTypedData(typedData);
    },
  });
}

/**
 * What a signature would say, for which there may be no other. A commitment binds the report, too: one that is not the report committed
 * to costs the bond as two reports do. A version stands in one batch of a round.
 * @throws NotForSigningError
 */
export function entriesOf(typedData: SignableTypedData): JournalEntry[] {
  const { domain, primaryType, message } = typedData;
  const digest = keccak256(typedDataPreimage(typedData));
  const shared = { domain: domainKeyOf(domain.chainId, domain.verifyingContract), digest };
  if (primaryType === "Report") {
    const { roundId, ...of } = messages.Report.parse(message);
    return [{ ...shared, roundId, kind: "report", subject: versionIdOf(of.modelId, of.digest) }];
  }
  if (primaryType === "Commitment") {
    const { roundId, reportDigest, ...of } = messages.Commitment.parse(message);
    const about = { ...shared, roundId, subject: versionIdOf(of.modelId, of.digest) };
    return [
      { ...about, kind: "commitment" },
      { ...about, kind: "report", digest: reportDigest },
    ];
  }
  if (primaryType === "Batch") {
    const { roundId, results } = messages.Batch.parse(message);
    return results.map((of) => ({ ...shared, roundId, kind: "batch", subject: versionIdOf(of.modelId, of.digest) }));
  }
  if (primaryType === "Reevaluation") {
    const { disputeId, versionId } = messages.Reevaluation.parse(message);
    return [{ ...shared, roundId: disputeId, kind: "reevaluation", subject: versionId }];
  }
  throw new NotForSigningError(`evaluators sign no ${primaryType}: nothing was signed`);
}

/** The journal's name of a contract on a chain. */
export const domainKeyOf = (chainId: bigint, contract: Hex): string => `${chainId}:${getAddress(contract)}`;
