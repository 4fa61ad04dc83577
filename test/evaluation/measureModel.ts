import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type EvaluateOptions, evaluate } from "../../evaluation/evaluate.ts";
import type { Evaluation } from "../../evaluation/evaluation.ts";
import type { Manifest } from "../../evaluation/manifest/manifest.ts";
import { replay } from "../../evaluation/replay/replay.ts";
import { type Answer, startModelServer } from "./modelServer.ts";
import { manifestOf, seed } from "./testSuite.ts";

export interface MeasureChanges extends Partial<Omit<EvaluateOptions, "manifest">> {
  readonly suite: EvaluateOptions["suite"];
  readonly manifest?: Partial<Manifest>;
}

/** Measures a model on a real HTTP server, quick unless said otherwise; what the run wrote must be what a replay derives. */
export async function measureModel(answer: Answer, { manifest, ...changes }: MeasureChanges): Promise<Evaluation> {
  const server = await startModelServer(answer);
  try {
    const outDir = await mkdtemp(join(tmpdir(), "assay-"));
    const evaluation = await evaluate({
      manifest: manifestOf(server.url, manifest),
      profile: "quick",
      seed,
      context: {},
      allowPrivateHosts: ["127.0.0.1"],
      outDir,
      ...changes,
    });
    expect(await replay(outDir)).toEqual({ ok: true, evaluation });
    return evaluation;
  } finally {
    await server.close();
  }
}
