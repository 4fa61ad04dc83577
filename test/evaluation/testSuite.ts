import { type Manifest, parseManifest } from "../../evaluation/manifest/manifest.ts";
import { buildPlan, type Plan } from "../../evaluation/plan/plan.ts";
import type { Classification } from "../../evaluation/suite/classification.ts";
import { loadSuite, type Profile, type Suite } from "../../evaluation/suite/suite.ts";

export const seed = `0x${"5e".repeat(32)}` as const;

/** The standard suite with bounds that let a hostile endpoint fail within a test. */
export async function quickTempered(transport: Partial<Suite["transport"]> = {}): Promise<Suite> {
  const suite = await loadSuite();
  const short = { connectTimeoutMs: 1000, requestTimeoutMs: 1500, retryDelaysMs: [1, 2], maxBodyBytes: 4096 };
  // A busy machine must not make a test's run invalid.
  const schedule = { maxLatenessMs: 60_000 };
  const canary = { ...suite.canary, timeoutMs: 60_000 };
  return { ...suite, schedule, canary, transport: { ...suite.transport, ...short, ...transport } };
}

/** The plan for the manifest below. */
export function planOf(suite: Suite, profile: Profile, plannedSeed: `0x${string}` = seed): Plan {
  return buildPlan({ suite, profile, seed: plannedSeed, manifest: manifestOf("http://127.0.0.1") });
}

export function manifestOf(endpoint: string, changes: Partial<Manifest> = {}): Manifest {
  return parseManifest({
    name: "test",
    endpoint,
    model: "m",
    contextSize: 4096,
    declaredRate: 100_000,
    declaredConcurrency: 16,
    serviceLevelMs: 60_000,
    ...changes,
  });
}

/** The classification of the suite's first pack, which the standard suite has. */
export function classificationOf({ packs: [pack] }: Suite): Classification {
  if (!pack?.classification) throw new TypeError("the suite's first pack classifies nothing");
  return pack.classification;
}
