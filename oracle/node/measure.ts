import { rename } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Hex } from "viem";
import { probeSeed } from "../../domain/seed.ts";
import { evaluate } from "../../evaluation/evaluate.ts";
import type { PreviousRun } from "../../evaluation/plan/previousRun.ts";
import type { RegressionDraw } from "../../evaluation/plan/regressionItems.ts";
import { PreviousRunError, readPreviousRun } from "../../evaluation/replay/readPreviousRun.ts";
import { SpoiltDraftError } from "../../evaluation/resume/resumeRefusedError.ts";
import type { Pack } from "../../evaluation/suite/pack.ts";
import { type Suite, suiteHash } from "../../evaluation/suite/suite.ts";
import { finishedRun } from "../work/finishedRun.ts";
import type { Measured, MeasureJob } from "../work/measureJob.ts";
import { VoidedError } from "../work/measurer.ts";
import { sessionFolder } from "./evidenceFolders.ts";
import { type GrantedKey, grantedKey } from "./grantedKeys.ts";
import { previousEvidence } from "./previousEvidence.ts";

export interface MeasureParts {
  readonly suite: Suite;
  /** Opened private packs: of this suite, or of those that evidence before was measured with. */
  readonly packs: readonly Pack[];
  readonly allowPrivateHosts: readonly string[];
  readonly referenceUrl?: string | undefined;
  /** Keys a manifest may name. */
  readonly apiKeys: readonly GrantedKey[];
  readonly evidenceDir: string;
  /** Puts a blob into the evidence store; says whether there is one. */
  readonly store: (hash: Hex, path: string) => Promise<boolean>;
  readonly log: Logger;
}

/** Measures one version as the round demands it: the probes follow from the round's seed and this evaluator's own link. */
export type Measure = (job: MeasureJob, link: Hex, signal: AbortSignal) => Promise<Measured>;

/** The job asks for another suite than this process has. */
export class ForeignSuiteError extends Error {
  override name = "ForeignSuiteError";
}

/** @throws (from the returned function) VoidedError, ForeignSuiteError, what evaluating and storing throw, and the signal's reason. */
export function createMeasure(parts: MeasureParts): Measure {
  const { suite, packs, allowPrivateHosts, referenceUrl, apiKeys, evidenceDir, store } = parts;
  const suiteId = suiteHash(suite);

  const run = async (job: MeasureJob, link: Hex, signal: AbortSignal) => {
    const { manifest, profile, chainId, contract, contractId, roundSeed, modelId, versionId, evaluator } = job;
    const apiKey = grantedKey(manifest, apiKeys);
    const of = { chainId, contract, roundId: contractId, versionId };
    const seed = probeSeed({ ...of, suiteHash: suiteId, roundSeed, evaluator, link });
    const draw = { seed, count: suite.profiles[profile].regression };
    const evidenceBefore = await previousEvidence(evidenceDir, job.measuredRoundId, job);
    return evaluate({
      manifest,
      suite,
      profile,
      seed,
      previous: await readPrevious(evidenceBefore, draw, packs),
      context: {
        chainId: `${chainId}`,
        contract,
        roundId: `${contractId}`,
        roundSeed,
        modelId: `${modelId}`,
        versionId,
        evaluator,
        link,
      },
      allowPrivateHosts,
      referenceUrl,
      outDir: folderOf(evidenceDir, job),
      // Whoever was stopped within a round goes on where it stood: the seed is the round's.
      resume: true,
      signal,
      ...(apiKey === undefined ? {} : { apiKey }),
    });
  };

  /** A draft that a power cut or a disk has spoilt must not cost the round: it is moved out of the way, once. */
  const runAtAnyRate = async (log: Logger, ...question: Parameters<Measure>) => {
    try {
      return await run(...question);
    } catch (error) {
      if (!(error instanceof SpoiltDraftError)) throw error;
      log.warn({ reason: error.message }, "unfinished run put aside: measured from the beginning");
      await rename(error.path, `${error.path}.spoilt`);
      return run(...question);
    }
  };

  return async (job, link, signal) => {
    const log = parts.log.child({ roundId: `${job.roundId}`, modelId: `${job.modelId}` });
    if (job.suiteHash !== suiteId)
      throw new ForeignSuiteError(`the job asks for suite ${job.suiteHash}, this process has ${suiteId}`);
    const before = await finishedRun(folderOf(evidenceDir, job), job);
    if (before) {
      log.info({ evidence: before.evidenceHash }, "version was measured before the process ended");
      return { ...before, stored: await store(before.evidenceHash, before.path) };
    }
    const evaluation = await runAtAnyRate(log, job, link, signal);
    const { word, evidenceRoot, evidenceHash, path, scores, voidedBy } = evaluation;
    if (evaluation.voided || word === 0n)
      throw new VoidedError(`the run counts for nothing (${voidedBy.join(", ") || "nothing could be counted"})`);
    log.info({ scores, evidence: evidenceHash }, "version measured");
    return { word, evidenceRoot, evidenceHash, path, stored: await store(evidenceHash, path) };
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

const folderOf = (evidenceDir: string, { roundId, modelId }: MeasureJob): string =>
  join(sessionFolder(evidenceDir, roundId), `model-${modelId}`);
