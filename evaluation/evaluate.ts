import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Hex } from "../domain/hex.ts";
import type { Evaluation } from "./evaluation.ts";
import { EvaluationError } from "./evaluationError.ts";
import { canonicalJson } from "./evidence/canonicalJson.ts";
import { type CanaryRecord, evidenceFormat, type Header } from "./evidence/evidenceRecord.ts";
import { endRecord } from "./grading/endRecord.ts";
import { judge } from "./grading/judge.ts";
import { summarise } from "./grading/summarise.ts";
import { completionsUrl, type Manifest } from "./manifest/manifest.ts";
import { type PinnedEndpoint, resolveEndpoint } from "./manifest/resolveEndpoint.ts";
import { buildPlan, type Plan } from "./plan/plan.ts";
import type { PreviousRun } from "./plan/previousRun.ts";
import { reportJson } from "./report.ts";
import { type OpenedDraft, openDraft } from "./resume/openDraft.ts";
import type { Draft } from "./resume/readDraft.ts";
import { type RunSoFar, runPlan } from "./run/runPlan.ts";
import { labelsOf, type Profile, publicSuite, type Suite } from "./suite/suite.ts";
import { Canary } from "./transport/canary.ts";
import { resolveReference } from "./transport/referenceUrl.ts";
import { secretOf, sentHeaders } from "./transport/sentHeaders.ts";
import { Transport } from "./transport/transport.ts";

export interface EvaluateOptions {
  readonly manifest: Manifest;
  readonly suite: Suite;
  readonly profile: Profile;
  /** 32 bytes; the whole plan follows from it. */
  readonly seed: Hex;
  /** Goes into the evidence as it is: round, version, evaluator … */
  readonly context: Readonly<Record<string, string>>;
  /** Hosts that may be private addresses: local development. */
  readonly allowPrivateHosts: readonly string[];
  /** A page of somebody else's on the public internet: while it does not answer either, failures are void. Stands in the evidence. */
  readonly referenceUrl?: string | undefined;
  /** Where the evidence goes; created when missing. */
  readonly outDir: string;
  /** Sent to the endpoint in the header the manifest names; never written anywhere. */
  readonly apiKey?: string;
  /** The run of the version before, drawn for this seed (see readPreviousRun): V asks its questions again. */
  readonly previous?: PreviousRun | undefined;
  /** Whether an unfinished run of the same plan in `outDir` is gone on with; without, one stands in the way. */
  readonly resume?: boolean;
  /** Ends the run at once. What is recorded by then stays in `outDir`, to be resumed. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The manifest declares labels, and the suite asks for one that is not among them. */
export class TaskMismatchError extends EvaluationError {
  constructor(label: string, name: string) {
    super(
      `manifest "${name}": task.labels lacks "${label}", which the suite asks for; declare it or use another suite`,
    );
  }
}

/**
 * Measures one model: sends the plan that follows from the seed, grades every reply, and writes the evidence
 * (`<outDir>/<evidenceHash>.ndjson` and `report.json`).
 * @throws EndpointError when the endpoint must not or cannot be resolved, TaskMismatchError, ResumeRefusedError, the signal's reason
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { manifest, suite, outDir } = options;
  checkTask(manifest, suite);
  const places = await resolvePlaces(options);
  const plan = buildPlan(options);
  const header = canonicalJson(headerOf(options));
  const draft = await openDraft({ outDir, header, packs: suite.packs, resume: options.resume === true });
  const { evidence } = draft;
  try {
    const { verdict, observations } = await measure(options, plan, { ...places, ...draft });
    const preceding: Hex = `0x${evidence.hashSoFar()}`;
    evidence.write(canonicalJson(endRecord(verdict, observations.length, preceding)));
    const { hash, path } = await evidence.finish();
    const evaluation: Evaluation = {
      ...summarise(options, verdict, observations),
      evidenceHash: `0x${hash}`,
      path,
    };
    await writeReport(outDir, evaluation);
    return evaluation;
  } catch (error) {
    await evidence.close();
    options.signal?.throwIfAborted();
    throw error;
  }
}

/** Where a run's requests go. */
interface Places {
  readonly endpoint: PinnedEndpoint;
  readonly reference: PinnedEndpoint | undefined;
}

async function resolvePlaces({ manifest, referenceUrl, allowPrivateHosts }: EvaluateOptions): Promise<Places> {
  const url = completionsUrl(manifest.endpoint);
  const endpoint = await resolveEndpoint(url, allowPrivateHosts);
  const reference =
    referenceUrl === undefined ? undefined : await resolveReference(referenceUrl, url, allowPrivateHosts);
  return { endpoint, reference };
}

async function measure(
  options: EvaluateOptions,
  plan: Plan,
  { endpoint, reference, evidence, before, startsAt }: Places & OpenedDraft,
) {
  const { manifest, suite, signal, onProgress } = options;
  const began = performance.now();
  const clock = () => startsAt + Math.round((performance.now() - began) * 1000);
  const canaryFailures: number[] = [...(before?.canaryFailures ?? [])];
  const canary = await Canary.start({
    ...suite.canary,
    reference,
    clock,
    onFailure: (failure) => {
      canaryFailures.push(failure.at);
      evidence.write(canonicalJson({ kind: "canary", ...failure } satisfies CanaryRecord));
    },
  });
  const concurrency = Math.min(manifest.declaredConcurrency, suite.transport.maxConcurrency);
  const transport = new Transport({
    ...suite.transport,
    endpoint,
    connections: plan.load.length > 0 ? suite.transport.maxConcurrency : concurrency,
    headers: sentHeaders(manifest, options.apiKey),
    streaming: manifest.streaming,
    responseKey: manifest.responseKey,
    secret: secretOf(options.apiKey),
    clock,
  });
  const abort = () => void transport.close();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const observations = await runPlan({
      plan,
      suite,
      manifest,
      seed: options.seed,
      transport,
      evidence,
      concurrency,
      clock,
      before: before ? soFarOf(before) : undefined,
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
    await canary.stop();
    const resumes = before ? [...before.resumes, { gap: startsAt - before.lastTime }] : [];
    return { observations, verdict: judge({ plan, suite, observations, canaryFailures, resumes }) };
  } finally {
    signal?.removeEventListener("abort", abort);
    await canary.stop();
    await transport.close();
  }
}

function soFarOf({ observations, opened: { checker } }: Draft): RunSoFar {
  return {
    observations,
    progressOf: (item, probe) => checker.progressOf(item, probe),
    hasBegun: (stratum) => checker.hasBegun(stratum),
  };
}

/** Named into place in one step: a reader, or another run into the same folder, never meets half a report. */
async function writeReport(outDir: string, evaluation: Evaluation): Promise<void> {
  const draft = join(outDir, `.draft-${evaluation.evidenceHash}.json`);
  await writeFile(draft, `${reportJson(evaluation)}\n`);
  await rename(draft, join(outDir, "report.json"));
}

function checkTask({ task, name }: Manifest, suite: Suite): void {
  const missing = task && labelsOf(suite).find((label) => !task.labels.includes(label));
  if (missing) throw new TaskMismatchError(missing, name);
}

function headerOf({ manifest, suite, profile, seed, context, previous, referenceUrl }: EvaluateOptions): Header {
  const asked = { previous: previous ?? null, context: { ...context }, referenceUrl: referenceUrl ?? null };
  return { kind: "header", format: evidenceFormat, manifest, suite: publicSuite(suite), profile, seed, ...asked };
}
