import type { Hex } from "../../../domain/hex.ts";
import { evaluate } from "../../../evaluation/evaluate.ts";
import { manifestForEndpoint } from "../../../evaluation/manifest/manifest.ts";
import type { Profile, Suite } from "../../../evaluation/suite/suite.ts";

export const benchSeed: Hex = `0x${"42".repeat(32)}`;
export const concurrency = 32;

/** A whole evaluation of the null server, as fast as it answers. @returns attempts */
export async function runEvaluation(
  endpoint: string,
  suite: Suite,
  { profile, outDir }: { profile: Profile; outDir: string },
): Promise<number> {
  const manifest = { ...manifestForEndpoint(endpoint), declaredRate: 100_000, declaredConcurrency: concurrency };
  const options = { manifest, suite, profile, seed: benchSeed, context: {}, allowPrivateHosts: ["127.0.0.1"], outDir };
  return (await evaluate(options)).stats.attempts;
}
