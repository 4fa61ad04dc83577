import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replayStored } from "../../../evaluation/replay/replay.ts";
import { loadSuite } from "../../../evaluation/suite/suite.ts";
import { createModels } from "../../../examples/reference-models/createModels.ts";
import { loadLessons } from "../../../examples/reference-models/grammar.ts";
import { seededRandom } from "../../../examples/reference-models/random.ts";
import { trainWeights } from "../../../examples/reference-models/trainWeights.ts";

import { shortSuite } from "../../../scripts/bench/workers/shortSuite.ts";
import { type SlowEndpoint, startSlowEndpoint } from "../../../scripts/bench/workers/slowEndpoint.ts";
import { openWorkerYard, type Round, type WorkerYard } from "../../../scripts/bench/workers/workerYard.ts";
import { startTestPostgres, type TestPostgres } from "../testPostgres.ts";
import { hashOf } from "./measureJobs.ts";

const terms = { serviceMs: 60, declaredRate: 25, declaredConcurrency: 3 };
/** A version here takes long enough to be stopped in the middle, however busy the machine. */
const slowTerms = { serviceMs: 60, declaredRate: 2, declaredConcurrency: 1 };

describe("workers on one queue", () => {
  let postgres: TestPostgres;
  let yard: WorkerYard;
  let endpoints: SlowEndpoint[];
  let slowEndpoint: SlowEndpoint;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    yard = await openWorkerYard(postgres.url, shortSuite(await loadSuite()));
    const { anchor } = createModels(trainWeights(await loadLessons(), 1), seededRandom(1));
    endpoints = await Promise.all([0, 1].map(() => startSlowEndpoint(anchor, terms)));
    slowEndpoint = await startSlowEndpoint(anchor, slowTerms);
  });
  afterAll(async () => {
    await yard.close();
    await Promise.all([...endpoints, slowEndpoint].map((endpoint) => endpoint.close()));
    await postgres.close();
  });

  const manifestsOf = (versions: number) =>
    Array.from({ length: versions }, (_, n) => endpoints[n % 2]?.manifest(n) ?? []).flat();
  const untilActive = async (round: Round, count: number): Promise<void> => {
    await expect
      .poll(async () => (await round.jobs()).filter(({ state }) => state === "active").length, { timeout: 30_000 })
      .toBe(count);
  };
  const blobOf = async (hash: `0x${string}`): Promise<string> => {
    const blob = await yard.store.get(hash);
    let text = "";
    for await (const chunk of blob?.bytes ?? []) text += chunk.toString("utf8");
    return text;
  };

  test("default: every version is measured once, and no endpoint sees more than it declared", async () => {
    const workers = await Promise.all([yard.startWorker(2), yard.startWorker(2)]);
    const round = await yard.giveOut(manifestsOf(8), 1);
    const jobs = await round.done();
    expect(jobs.map(({ state }) => state)).toEqual(Array(8).fill("measured"));
    expect(new Set(jobs.map(({ measured }) => measured?.evidenceHash)).size).toBe(8);
    for (const { measured } of jobs) {
      if (!measured) continue;
      const { evidenceHash, word } = measured;
      expect(await yard.store.has(evidenceHash)).toBe(true);
      expect(await replayStored(yard.store, evidenceHash)).toMatchObject({ ok: true, evaluation: { word } });
    }
    for (const endpoint of endpoints) expect(endpoint.mostInFlight()).toBeLessThanOrEqual(terms.declaredConcurrency);
    const counted = await Promise.all(workers.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    const measuredBy = counted.map((text) => Number(/outcome="measured"\} (\d+)/.exec(text)?.[1] ?? 0));
    expect(measuredBy.reduce((sum, n) => sum + n, 0)).toBe(8);
    expect(await Promise.all(workers.map((worker) => worker.stop("SIGTERM")))).toEqual([0, 0]);
  }, 180_000);

  test("behavior: a worker that is stopped hands its version back, and another goes on where it stood", async () => {
    const first = await yard.startWorker(1);
    const before = endpoints[0]?.requests() ?? 0;
    const round = await yard.giveOut(manifestsOf(1), 1);
    await expect.poll(() => (endpoints[0]?.requests() ?? 0) - before, { timeout: 30_000 }).toBeGreaterThan(12);
    expect(await first.stop("SIGTERM")).toBe(0);
    expect((await round.jobs()).map(({ state }) => state)).toEqual(["waiting"]);

    const second = await yard.startWorker(1);
    const [job] = await round.done();
    expect(job?.state).toBe("measured");
    expect(await blobOf(job?.measured?.evidenceHash ?? "0x")).toContain('"kind":"resume"');
    await second.stop("SIGTERM");
  }, 120_000);

  test("behavior: a worker that is killed loses nothing", async () => {
    const [first, second] = await Promise.all([yard.startWorker(1), yard.startWorker(1)]);
    const round = await yard.giveOut(manifestsOf(4), 1);
    await untilActive(round, 2);
    await first.stop("SIGKILL");
    const jobs = await round.done();
    expect(jobs.map(({ state }) => state)).toEqual(Array(4).fill("measured"));
    for (const { measured } of jobs) expect(await yard.store.has(measured?.evidenceHash ?? "0x")).toBe(true);
    for (const endpoint of endpoints) expect(endpoint.mostInFlight()).toBeLessThanOrEqual(terms.declaredConcurrency);
    await second.stop("SIGTERM");
  }, 180_000);

  test("behavior: what is taken back in the middle is left alone", async () => {
    const worker = await yard.startWorker(1);
    const round = await yard.giveOut([slowEndpoint.manifest(1), slowEndpoint.manifest(2)], 1);
    await expect.poll(slowEndpoint.requests, { timeout: 30_000 }).toBeGreaterThan(2);
    await yard.queue.closeRoundsOver(2n ** 40n);
    expect((await round.jobs()).map(({ state }) => state)).toEqual(["cancelled", "cancelled"]);
    await expect.poll(() => readFile(worker.logFile, "utf8"), { timeout: 20_000 }).toContain("evaluation aborted");
    await worker.stop("SIGTERM");
  }, 120_000);

  test("error: a worker with another suite than its node's ends, and uses up no try", async () => {
    const round = await yard.giveOut(manifestsOf(1), 1, hashOf(13));
    const worker = await yard.startWorker(1);
    expect(await worker.ended).toBe(1);
    expect(await round.jobs()).toMatchObject([{ state: "waiting" }]);
    await yard.queue.closeRoundsOver(2n ** 40n);
  }, 60_000);
});
