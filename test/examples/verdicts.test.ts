import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keccak256, stringToHex } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Admission, admissionOf } from "../../domain/admission.ts";
import { applyResult } from "../../domain/combine.ts";
import { type Family, familyNames } from "../../domain/families.ts";
import { medianResult } from "../../domain/median.ts";
import { initialMemory, type Memory, packMemory, withLane } from "../../domain/memory.ts";
import { defaultPolicy as policy } from "../../domain/policy.ts";
import { explainReasons } from "../../domain/reasons.ts";
import { emptyStake } from "../../domain/stake.ts";
import { evaluate } from "../../evaluation/evaluate.ts";
import type { Evaluation } from "../../evaluation/evaluation.ts";
import { loadManifest } from "../../evaluation/manifest/manifest.ts";
import { readPreviousRun } from "../../evaluation/replay/readPreviousRun.ts";
import { loadSuite, type Suite } from "../../evaluation/suite/suite.ts";
import { type ReferenceModels, startReferenceModels } from "../../examples/reference-models/startReferenceModels.ts";

/**
 * Every reference model, measured through HTTP by three evaluators in three rounds, with fixed seeds. Only what the clock decides
 * (the queue of `glass`) may differ from run to run.
 */
const rounds = 3;
const evaluators = 3;
const profile = "lite" as const;
const names = ["anchor", "formatter", "anchor-v2", "two-step", "sampler", "glass", "retry", "demo"] as const;
type Name = (typeof names)[number];

const day = 86_400n;
let served: ReferenceModels;
let suite: Suite;
let dir: string;
const evaluations = new Map<Name, Evaluation[]>();

/** One evaluation; the seed follows from who is measured, when and by whom. V asks what the anchor was asked there. */
async function measure(name: Name, round: number, evaluator: number): Promise<Evaluation> {
  const manifest = await loadManifest(`${served.url}/${name}/manifest.json`, ["127.0.0.1"]);
  const seed = keccak256(stringToHex(`${name} ${round} ${evaluator}`));
  const { regression } = suite.profiles[profile];
  const before = name === "anchor-v2" ? evaluations.get("anchor")?.[round * evaluators + evaluator]?.path : undefined;
  return evaluate({
    // One at a time and without pauses: faster, and the sampler's draws come in the same order every time.
    manifest: name === "glass" ? manifest : { ...manifest, declaredRate: 800, declaredConcurrency: 1 },
    ...{ suite, profile, seed, context: { round: `${round}` } },
    previous: before === undefined ? undefined : await readPreviousRun(before, { seed, count: regression }),
    allowPrivateHosts: ["127.0.0.1"],
    outDir: join(dir, name),
  });
}

async function measureAll(models: readonly Name[]): Promise<void> {
  for (const name of models) {
    for (let run = 0; run < rounds * evaluators; run++) {
      const evaluation = await measure(name, Math.floor(run / evaluators), run % evaluators);
      evaluations.set(name, [...(evaluations.get(name) ?? []), evaluation]);
    }
  }
}

/** Where a model with stake enough stands after its rounds. */
function admission(name: Name): Admission {
  let memory: Memory = withLane(initialMemory(day, 1n), 1n);
  const words = (evaluations.get(name) ?? []).map(({ word }) => word);
  for (let round = 0; round < rounds; round++) {
    const word = medianResult(words.slice(round * evaluators, (round + 1) * evaluators), policy.itemsCap);
    const roundId = BigInt(round + 2);
    memory = applyResult({ memory, word, roundId, now: roundId * day, policy }).memory;
  }
  const stake = { ...emptyStake, bond: policy.bondMin };
  const now = BigInt(rounds + 1) * day;
  return admissionOf({
    ...{
      memoryWord: packMemory(memory),
      stake,
      policy,
      now,
      genesis: 0n,
      epochLength: day,
      paused: false,
      servedUntil: 0n,
    },
  });
}

const reasonsOf = (name: Name) => explainReasons(admission(name), policy).map(({ code }) => code);

/** Mean of a family's scores over all evaluations. */
function mean(name: Name, family: Family): number {
  const scores = (evaluations.get(name) ?? []).map((evaluation) => evaluation.scores[family]);
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "assay-verdicts-"));
  served = await startReferenceModels({ port: 0, seed: 1, samplingSeed: 11 });
  const standard = await loadSuite();
  suite = {
    ...standard,
    // A machine that runs tests may stand still for a moment; nobody is judged by that here.
    schedule: { ...standard.schedule, maxLatenessMs: 600_000 },
    canary: { ...standard.canary, timeoutMs: 60_000 },
    transport: { ...standard.transport, retryDelaysMs: [20, 60] },
    profiles: { ...standard.profiles, lite: { ...standard.profiles.lite, regression: 60 } },
  };
  // The worker of `glass` mostly waits: the others are measured meanwhile.
  await Promise.all([measureAll(names.filter((name) => name !== "glass")), measureAll(["glass"])]);
}, 400_000);

afterAll(async () => {
  await served.close();
  await rm(dir, { recursive: true, force: true });
});

describe("after three rounds of three evaluators", () => {
  test("default: the anchor is admitted, and nobody else", () => {
    const state = Object.fromEntries(
      names.map((name) => [name, admission(name).admitted ? "admitted" : reasonsOf(name)]),
    );
    expect(
      Object.keys(state).filter((name) => state[name] === "admitted"),
      JSON.stringify(state),
    ).toEqual(["anchor"]);
  });

  test.each([
    ["formatter", "J"],
    ["anchor-v2", "J"],
    ["two-step", "C"],
    ["sampler", "R"],
    ["glass", "L"],
    ["retry", "T"],
    ["demo", "P"],
    ["demo", "E"],
  ] as const)("behavior: %s is refused by family %s, which its mechanism breaks", (name, family) => {
    expect(reasonsOf(name)).toContain(familyNames[family]);
  });

  test.each([
    ["formatter", ["J"]],
    ["two-step", ["C"]],
    ["glass", ["L", "T"]],
  ] as const)("behavior: nothing but %s's weakness speaks against it", (name, families) => {
    const weak: string[] = ["clean-rounds-owed", ...families.map((family) => familyNames[family])];
    expect(reasonsOf(name).filter((code) => !weak.includes(code))).toEqual([]);
  });

  test("behavior: the overall score orders them", () => {
    const quality = Object.fromEntries(names.map((name) => [name, Number(admission(name).qualityBps)]));
    const told = JSON.stringify(quality);
    const above = (better: Name, worse: Name) => expect(quality[better], told).toBeGreaterThan(quality[worse] ?? 0);
    above("anchor", "formatter");
    above("anchor", "anchor-v2");
    above("formatter", "two-step");
    above("anchor-v2", "two-step");
    above("two-step", "sampler");
    above("sampler", "glass");
    above("glass", "retry");
    above("retry", "demo");
  });

  test("behavior: the retrained anchor pays for what it got wrong that the version before got right", () => {
    const regressions = (evaluations.get("anchor-v2") ?? []).map(({ details }) => details.regression);
    expect(
      regressions.filter((regression) => (regression?.penalty ?? 0) > 0).length,
      JSON.stringify(regressions),
    ).toBeGreaterThan(2);
    expect(regressions.every((regression) => (regression?.mended ?? 1) === 0)).toBe(true);
  });

  test("behavior: the demo model's worst family is below 4,000", () => {
    expect(mean("demo", "P")).toBeLessThan(4_000);
    expect(mean("demo", "E")).toBeLessThan(4_000);
    expect(mean("demo", "J")).toBeGreaterThan(8_000);
  });

  test("behavior: the gateway's failures leave a scar that the anchor does not have", () => {
    expect([mean("anchor", "T"), admission("anchor").scar]).toEqual([10_000, 0n]);
    expect(mean("retry", "T")).toBeLessThan(9_600);
    expect(admission("retry").scar).toBeGreaterThan(20n);
  });
});
