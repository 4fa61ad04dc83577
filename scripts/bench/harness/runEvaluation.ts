import type { Hex } from "../../../domain/hex.ts";
import { evaluate } from "../../../evaluation/evaluate.ts";
import type { Evaluation } from "../../../evaluation/evaluation.ts";
import { manifestForEndpoint } from "../../../evaluation/manifest/manifest.ts";
import type { Profile, Suite } from "../../../evaluation/suite/suite.ts";

export const benchSeed: Hex = `0x${"42".repeat(32)}`;
export const concurrency = 32;

/** A whole evaluation of the null server, as fast as it answers unless a rate is declared. */
export async function runEvaluation(
  endpoint: string,
  suite: Suite,
  { profile, outDir, declaredRate = 100_000 }: { profile: Profile; outDir: string; declaredRate?: number },
): Promise<Evaluation> {
  const manifest = { ...manifestForEndpoint(endpoint), declaredRate, declaredConcurrency: concurrency };
  return evaluate({ manifest, suite, profile, seed: benchSeed, context: {}, allowPrivateHosts: ["127.0.0.1"], outDir });
}
