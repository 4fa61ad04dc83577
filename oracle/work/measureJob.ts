import { createHash } from "node:crypto";
import { z } from "zod";
import { parseManifest } from "../../evaluation/manifest/manifest.ts";
import { profiles } from "../../evaluation/suite/suite.ts";
import { address, lowerHex, uint256 } from "../messages/message.ts";

/**
 * One version to be measured for one evaluator in one round: everything a worker has to know. Nothing of it is secret; the link that
 * the probes follow from is kept apart (see roundLinks.ts).
 */
export const measureJobSchema = z.strictObject({
  chainId: uint256,
  /** Contract that the probes are derived for, and the number it knows the session by: a round of the record, a dispute of the court. */
  contract: address,
  contractId: uint256,
  evaluator: address,
  /** Number of the session (see session.ts). */
  roundId: uint256,
  roundSeed: lowerHex(32),
  /** The round that is measured, or measured again: what a version is compared with was measured before it. */
  measuredRoundId: uint256,
  modelId: uint256,
  versionId: lowerHex(32),
  digest: lowerHex(32),
  suiteHash: lowerHex(32),
  profile: z.enum(profiles),
  /** Fetched once, by whoever gave out the job. */
  manifest: z.unknown().transform((value) => parseManifest(value, "the job's manifest")),
});

export type MeasureJob = z.infer<typeof measureJobSchema>;

/** One evaluator's work in one round. A reorganisation that draws the round anew makes another one of it. */
export type RoundOfWork = Pick<MeasureJob, "chainId" | "contract" | "evaluator" | "roundId" | "roundSeed">;

/** The same however an address is written. */
export const roundKeyOf = ({ chainId, contract, evaluator, roundId, roundSeed }: RoundOfWork): string =>
  [chainId, contract, evaluator, roundId, roundSeed].join("/").toLowerCase();

/** The same for the same round, evaluator and version, whoever asks and however often: a UUID (version 8) of their hash. */
export function jobIdOf(job: RoundOfWork & Pick<MeasureJob, "versionId">): string {
  const digits = createHash("sha256")
    .update(`${roundKeyOf(job)}/${job.versionId}`)
    .digest("hex");
  const variant = "89ab".charAt(Number.parseInt(digits.charAt(16), 16) % 4);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join("-");
}

/** What a worker hands back: what a report is made of, and where the blob is. */
export const measuredSchema = z.strictObject({
  word: uint256,
  evidenceRoot: lowerHex(32),
  evidenceHash: lowerHex(32),
  /** The blob on the machine that measured. */
  path: z.string().max(4096),
  /** Whether the blob is in the evidence store already. */
  stored: z.boolean(),
});

export type Measured = z.infer<typeof measuredSchema>;
