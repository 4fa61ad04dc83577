import { expect } from "vitest";
import { z } from "zod";
import { unpackMemory } from "../../../domain/memory.ts";
import { reasonsOf } from "../../../domain/reasons.ts";
import { admissionFields, admissionShape, asExplanation } from "../admissionShape.ts";
import type { IndexerProcess } from "../IndexerProcess.ts";
import { nodes, time } from "../shapes.ts";
import type { History } from "./History.ts";

interface Sides {
  history: History;
  indexer: IndexerProcess;
}

const iso = (seconds: bigint) => new Date(Number(seconds) * 1000).toISOString();

/** Aliases of one query at most, less one. */
const timesAtOnce = 14;

const changedShape = z.object({ model: z.object({ changedAt: time }) });

/**
 * Seconds at which something may change for a model by time alone, each with its neighbours: ages, steps of fading, ends of service, pauses and
 * notices. None before the model's last change, which nobody can ask for.
 */
async function oddTimes({ history, indexer }: Sides, modelId: bigint): Promise<bigint[]> {
  const { stage, random } = history;
  const { record, standards, lens } = stage;
  const [, word] = await record.read.standingOf([modelId]);
  const { tickedAt } = unpackMemory(word);
  const policyId = await standards.read.currentPolicyId();
  const { halfLife, maxAge } = await standards.read.policy([policyId]);
  const { updatedAt, validUntil } = await lens.read.explain([modelId]);
  const { servedUntil } = await record.read.retirementOf([modelId]);
  const pausedUntil = await standards.read.pausedUntil();
  const [, pendingFrom] = await standards.read.pendingPolicy();
  const now = await history.now();
  const step = 2n * (BigInt(halfLife) / 64n);
  const nextStep = tickedAt + ((now - tickedAt) / step + 1n) * step;
  const boundaries = [validUntil, updatedAt + BigInt(maxAge), servedUntil, pausedUntil, pendingFrom, nextStep];
  boundaries.push(now + random.between(1n, 100n * 86_400n));
  const { model } = await indexer.query(changedShape, `{ model(id: "${modelId}") { changedAt } }`);
  const around = boundaries.flatMap((at) => [at - 1n, at, at + 1n]);
  return [...new Set([now, model.changedAt, ...around])].filter((at) => at >= model.changedAt);
}

const explainFragment = `fragment All on Admission { ${admissionFields} }`;

/** A model's admissions at these times (unix seconds). */
async function admissionsOf({ indexer }: Sides, modelId: bigint, times: readonly bigint[], policyId?: bigint) {
  const policy = policyId === undefined ? "" : `, policyId: "${policyId}"`;
  const asked = times.map((at, i) => `a${i}: explain(modelId: "${modelId}", at: "${iso(at)}"${policy}) { ...All }`);
  const shape = z.record(z.string(), admissionShape);
  const answers = await indexer.query(shape, `{ ${asked.join(" ")} } ${explainFragment}`);
  return times.map((at, i) => ({ at, answer: answers[`a${i}`] }));
}

async function sameExplanations(sides: Sides, modelId: bigint): Promise<void> {
  const { lens, standards } = sides.history.stage;
  const times = await oddTimes(sides, modelId);
  for (let from = 0; from < times.length; from += timesAtOnce) {
    for (const { at, answer } of await admissionsOf(sides, modelId, times.slice(from, from + timesAtOnce))) {
      if (!answer) throw new Error(`no answer for ${at}`);
      const expected = await lens.read.explainAt([modelId, at]);
      expect(asExplanation(answer), `model ${modelId} at ${at}`).toEqual(expected);
      expect(answer.reasons.map(({ code }) => code)).toEqual(reasonsOf(expected.reasons));
    }
  }
  const policyId = sides.history.random.uniform(1n, await standards.read.policyCount());
  for (const { at, answer } of await admissionsOf(sides, modelId, times.slice(0, timesAtOnce), policyId)) {
    if (!answer) throw new Error(`no answer for ${at}`);
    const expected = await lens.read.simulateAt([modelId, policyId, at]);
    expect(asExplanation(answer), `model ${modelId} at ${at} under ${policyId}`).toEqual(expected);
  }
}

/** What routers ask: who is admitted now, with which weight and share, and how much is covered. */
async function sameRouting({ history, indexer }: Sides): Promise<void> {
  const { lens, record } = history.stage;
  const modelIds = [...history.versions.keys()];
  const admission = z.object({ ...admissionShape.shape });
  const shape = z.object({
    models: nodes(z.object({ id: z.string().transform(BigInt), admission })),
    admitted: nodes(z.object({ id: z.string().transform(BigInt), weight: z.number(), share: z.number() })),
  });
  const query = `{ models(first: 20) { nodes { id admission { ...All } } } admitted { nodes { id weight share } } }`;
  const { models, admitted } = await indexer.query(shape, `${query} ${explainFragment}`);
  const weights = await lens.read.weights([modelIds]);
  const shares = await lens.read.shares([modelIds]);
  expect(models.map(({ id }) => id)).toEqual(modelIds);
  for (const [i, { id, admission }] of models.entries()) {
    expect(asExplanation(admission), `model ${id} now`).toEqual(await lens.read.explain([id]));
    expect(admission.admitted).toBe(await record.read.isAdmitted([id]));
    expect(admission.weight).toBe(weights[i]);
    expect(admission.exposure, `exposure of ${id}`).toBe(await lens.read.exposure([id]));
    const routed = admitted.find((one) => one.id === id);
    expect(routed !== undefined).toBe(admission.admitted);
    expect(BigInt(routed?.weight ?? 0)).toBe(weights[i]);
    expect(routed?.share ?? 0).toBeCloseTo(Number(shares[i]) / 1e18, 12);
  }
}

/** All that is computed when it is read, against the lens. */
export async function expectSameAdmissions(sides: Sides): Promise<void> {
  await sameRouting(sides);
  for (const modelId of sides.history.versions.keys()) await sameExplanations(sides, modelId);
}
