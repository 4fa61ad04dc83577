import { buildPlan } from "../evaluation/plan/plan.ts";
import { type ProbeFamily, probeFamilies } from "../evaluation/plan/probe.ts";
import { type PackSummary, summarisePacks, warningsOf } from "../evaluation/suite/inspect.ts";
import { type Profile, profiles, type Suite, suiteHash } from "../evaluation/suite/suite.ts";

/** What `assay suite check` tells. */
export interface SuiteCheck {
  readonly ok: true;
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly packs: readonly PackSummary[];
  readonly profiles: readonly ProfileSize[];
  readonly warnings: readonly string[];
}

/** What one run of a profile asks. */
export interface ProfileSize {
  readonly profile: Profile;
  /** Items by family. */
  readonly items: readonly (readonly [ProbeFamily, number])[];
  /** First attempts: what is sent to a model that never fails. */
  readonly requests: number;
}

export function checkSuite(suite: Suite): SuiteCheck {
  const { name, version } = suite;
  return {
    ok: true,
    name,
    version,
    hash: suiteHash(suite),
    packs: summarisePacks(suite),
    profiles: profiles.map((profile) => sizeOf(suite, profile)),
    warnings: warningsOf(suite),
  };
}

/** Decides lengths and times, not how much is asked. */
const anyModel = { contextSize: 8_192, declaredRate: 50, serviceLevelMs: 2_000 };

/** Every seed asks as much as any other. */
function sizeOf(suite: Suite, profile: Profile): ProfileSize {
  const { items } = buildPlan({ suite, profile, seed: `0x${"00".repeat(32)}`, manifest: anyModel });
  const counts = probeFamilies.map(
    (family) => [family, items.filter((item) => item.family === family).length] as const,
  );
  const requests = items.reduce((sum, { probes }) => sum + probes.length, 0);
  return { profile, items: counts, requests };
}
