import { join } from "node:path";
import type { Address, Hex } from "viem";
import { probeSeed } from "../../domain/seed.ts";
import { evaluate } from "../../evaluation/evaluate.ts";
import type { Evaluation } from "../../evaluation/evaluation.ts";
import type { PreviousRun } from "../../evaluation/plan/previousRun.ts";
import type { RegressionDraw } from "../../evaluation/plan/regressionItems.ts";
import { PreviousRunError, readPreviousRun } from "../../evaluation/replay/readPreviousRun.ts";
import type { Pack } from "../../evaluation/suite/pack.ts";
import { type Profile, type Suite, suiteHash } from "../../evaluation/suite/suite.ts";
import { addresseeOf, type SigningDomain } from "../messages/messageDigest.ts";
import { disputeOfSession } from "../messages/session.ts";
import { type GrantedKey, grantedKey } from "./grantedKeys.ts";
import type { ManifestStore } from "./manifestStore.ts";
import { previousEvidence } from "./previousEvidence.ts";
import type { RoundPlan } from "./roundPlan.ts";
import type { Assignment } from "./versionsToMeasure.ts";

export interface MeasureParts {
  readonly domain: SigningDomain;
  readonly own: Address;
  readonly suite: Suite;
  /** Opened private packs: of this suite, or of those that evidence before was measured with. */
  readonly packs: readonly Pack[];
  readonly profile: Profile;
  readonly manifests: ManifestStore;
  readonly allowPrivateHosts: readonly string[];
  readonly referenceUrl?: string | undefined;
  /** Keys a manifest may name. */
  readonly apiKeys: readonly GrantedKey[];
  readonly evidenceDir: string;
}

/** Measures one version as the round demands it: the probes follow from the round's seed and this evaluator's own link. */
export type Measure = (plan: RoundPlan, assignment: Assignment, link: Hex, signal: AbortSignal) => Promise<Evaluation>;

/** @throws (from the returned function) what fetching the manifest and evaluating throw, and the signal's reason. */
export function createMeasure(parts: MeasureParts): Measure {
  const { domain, own, suite, packs, profile, manifests, allowPrivateHosts, referenceUrl, apiKeys, evidenceDir } =
    parts;
  const suiteId = suiteHash(suite);
  return async (plan, assignment, link, signal) => {
    const { modelId, versionId } = assignment;
    const manifest = await manifests.get(assignment);
    const apiKey = grantedKey(manifest, apiKeys);
    const { contract, id } = addresseeOf(domain, plan.roundId);
    const seed = probeSeed({
      chainId: domain.chainId,
      contract,
      roundId: id,
      versionId,
      suiteHash: suiteId,
      roundSeed: plan.seed,
      evaluator: own,
      link,
    });
    const draw = { seed, count: suite.profiles[profile].regression };
    const evidenceBefore = await previousEvidence(evidenceDir, plan.measuredRoundId, assignment);
    return evaluate({
      manifest,
      suite,
      profile,
      seed,
      previous: await readPrevious(evidenceBefore, draw, packs),
      context: {
        chainId: `${domain.chainId}`,
        contract,
        roundId: `${id}`,
        roundSeed: plan.seed,
        modelId: `${modelId}`,
        versionId,
        evaluator: own,
        link,
      },
      allowPrivateHosts,
      referenceUrl,
      outDir: evidenceDirOf(evidenceDir, plan.roundId, modelId),
      // A node that was stopped within a round goes on where it stood: the seed is the round's.
      resume: true,
      signal,
      ...(apiKey === undefined ? {} : { apiKey }),
    });
  };
}

/** Evidence that no longer replays (an older format, a damaged disk, a private pack that is not open here) is no reason to measure nothing: V is then not asked. */
async function readPrevious(
  path: string | undefined,
  draw: RegressionDraw,
  packs: readonly Pack[],
): Promise<PreviousRun | undefined> {
  if (path === undefined || draw.count === 0) return undefined;
  try {
    return await readPreviousRun(path, draw, packs);
  } catch (error) {
    if (error instanceof PreviousRunError) return undefined;
    throw error;
  }
}

/** Where the evidence of a session is. */
export function roundDirOf(evidenceDir: string, session: bigint): string {
  const disputeId = disputeOfSession(session);
  return join(evidenceDir, disputeId === undefined ? `round-${session}` : `dispute-${disputeId}`);
}

const evidenceDirOf = (evidenceDir: string, roundId: bigint, modelId: bigint): string =>
  join(roundDirOf(evidenceDir, roundId), `model-${modelId}`);
