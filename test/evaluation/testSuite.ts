import { type Manifest, parseManifest } from "../../evaluation/manifest/manifest.ts";
import type { Classification } from "../../evaluation/suite/classification.ts";
import { loadSuite, type Suite } from "../../evaluation/suite/suite.ts";

export const seed = `0x${"5e".repeat(32)}` as const;

/** The standard suite with bounds that let a hostile endpoint fail within a test. */
export async function quickTempered(transport: Partial<Suite["transport"]> = {}): Promise<Suite> {
  const suite = await loadSuite();
  const short = { connectTimeoutMs: 1000, requestTimeoutMs: 1500, retryDelaysMs: [1, 2], maxBodyBytes: 4096 };
  return { ...suite, transport: { ...suite.transport, ...short, ...transport } };
}

export function manifestOf(endpoint: string, changes: Partial<Manifest> = {}): Manifest {
  return parseManifest({
    name: "test",
    endpoint,
    model: "m",
    contextSize: 4096,
    declaredRate: 100_000,
    declaredConcurrency: 16,
    serviceLevelMs: 100,
    ...changes,
  });
}

/** The classification of the suite's first pack, which the standard suite has. */
export function classificationOf({ packs: [pack] }: Suite): Classification {
  if (!pack?.classification) throw new TypeError("the suite's first pack classifies nothing");
  return pack.classification;
}
