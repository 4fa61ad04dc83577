import type { Manifest } from "../manifest/manifest.ts";
import { loadSteps } from "../plan/loadSteps.ts";
import { edgeStrata } from "../suite/edgeSchema.ts";
import type { Profile, Suite } from "../suite/suite.ts";

/** Requests to a repeat item. */
const repeatUnits = 5;

type DeclaredService = Pick<Manifest, "declaredRate" | "declaredConcurrency" | "serviceLevelMs">;

/**
 * Seconds a run takes at a model that keeps to its service level, rounded up. Known before it begins, and the same to everybody: it
 * follows from the suite and the manifest alone.
 */
export function runSeconds(service: DeclaredService, suite: Suite, profile: Profile): number {
  const { load } = suite.profiles[profile];
  const gapMs = Math.max(1_000 / service.declaredRate, service.serviceLevelMs / service.declaredConcurrency);
  const loadMs = loadSteps.reduce((sum, { shareBps }) => sum + (load * 1e7) / (service.declaredRate * shareBps), 0);
  return Math.ceil((mainRequests(suite, profile) * gapMs + loadMs + service.serviceLevelMs) / 1_000);
}

/** First attempts of the main phase, those of V included. */
function mainRequests({ profiles, carryOver, perturbation }: Suite, profile: Profile): number {
  const counts = profiles[profile];
  const { maxDepth } = carryOver;
  // A conversation of depth d: d operations, the question, and its control.
  const conversationsOfEachDepth = (maxDepth * (maxDepth + 1)) / 2 + 2 * maxDepth;
  return (
    counts.repeat * repeatUnits +
    counts.format +
    counts.carryOverPerDepth * conversationsOfEachDepth +
    counts.perturbation * (1 + perturbation.kinds.length) +
    counts.edgePerStratum * (edgeStrata.length - (counts.edgeNearLimit ? 0 : 1)) +
    counts.regression
  );
}
