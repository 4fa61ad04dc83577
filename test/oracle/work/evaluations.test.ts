import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Hex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import { versionIdOf } from "../../../domain/version.ts";
import { canonicalJson } from "../../../evaluation/evidence/canonicalJson.ts";
import { manifestDigest, manifestForEndpoint } from "../../../evaluation/manifest/manifest.ts";
import { loadSuite, type Suite } from "../../../evaluation/suite/suite.ts";
import { type Database, openDatabase } from "../../../oracle/database/openDatabase.ts";
import { createEvidenceStore } from "../../../oracle/node/evidenceStore.ts";
import { createLinkChains } from "../../../oracle/node/linkChains.ts";
import { createManifestStore } from "../../../oracle/node/manifestStore.ts";
import { createMetrics } from "../../../oracle/node/metrics.ts";
import { nodeSchema } from "../../../oracle/node/nodeSchema.ts";
import { createOwnMessages, type OwnMessages } from "../../../oracle/node/ownMessages.ts";
import type { RoundPlan } from "../../../oracle/node/roundPlan.ts";
import { createEvaluations, type Evaluations } from "../../../oracle/work/evaluations.ts";
import type { MeasureJob } from "../../../oracle/work/measureJob.ts";
import { createMeasurer } from "../../../oracle/work/measurer.ts";
import { openWorkQueue, type WorkQueue } from "../../../oracle/work/workQueue.ts";
import { domain, evaluatorAt, resultWord, testPlan } from "../committee.ts";
import { hashOf, silent } from "./measureJobs.ts";

const directory = mkdtempSync(join(tmpdir(), "assay-evaluations-"));
const self = evaluatorAt(0);
/** Everybody's turn has come, and commitments still count. */
const now = 60n;

let suite: Suite;
let database: Database;
let queue: WorkQueue;
let ownMessages: OwnMessages;
let measured: MeasureJob[] = [];
let isSlow = false;
let evaluations: Evaluations;

/** What a node has besides: everything but measuring is real. */
async function startEvaluations(): Promise<void> {
  queue = await openWorkQueue({ database, schema: "work", isShared: false, installs: true, log: silent });
  const metrics = createMetrics();
  ownMessages = createOwnMessages(database, domain, self.account);
  const measurer = createMeasurer({
    queue,
    measure: async (job, _link, signal) => {
      measured.push(job);
      if (isSlow) await delay(60_000, undefined, { signal });
      return {
        word: resultWord(),
        evidenceRoot: hashOf(1),
        evidenceHash: job.versionId,
        path: directory,
        stored: true,
      };
    },
    concurrency: 2,
    pollMs: 100,
    evaluations: metrics.evaluations,
    log: silent,
  });
  evaluations = createEvaluations({
    domain,
    own: self.account.address,
    suite,
    profile: "quick",
    queue,
    measurer,
    manifests: createManifestStore(join(directory, "manifests"), []),
    links: createLinkChains([self.linkSecret]),
    ownMessages,
    evidence: createEvidenceStore({ database, evidenceDir: directory, log: silent }),
    perHost: () => 4,
    metrics,
    log: silent,
  });
  evaluations.review(() => true, now);
}

async function stop(): Promise<void> {
  await evaluations.stop();
  await queue.close();
}

beforeAll(async () => {
  suite = await loadSuite();
  mkdirSync(join(directory, "manifests"));
  database = await openDatabase({ directory }, nodeSchema);
  await startEvaluations();
}, 60_000);
afterAll(async () => {
  await stop();
  await database.close();
  rmSync(directory, { recursive: true });
});

/** A round with manifests that are on this node's disk. */
function planOf(roundId: bigint, seed: Hex): RoundPlan {
  const plan = testPlan(3, roundId);
  const assignments = plan.assignments.map(({ modelId }) => {
    const manifest = manifestForEndpoint(`https://models.example/${modelId}/v1`);
    const digest = manifestDigest(manifest);
    writeFileSync(join(directory, "manifests", `${digest}.json`), canonicalJson(manifest));
    return { modelId, digest, versionId: versionIdOf(modelId, digest), manifestUri: "https://models.example/" };
  });
  return { ...plan, seed, assignments };
}

/** As a round does it: again and again, with what is signed by then. */
async function untilReported(plan: RoundPlan): Promise<void> {
  const look = async (): Promise<number> => {
    const reports = (await ownMessages.ofRound(plan.roundId)).filter(({ message }) => message.kind === "report");
    evaluations.pursue(plan, new Set(reports.map(({ subject }) => subject)), now);
    return reports.length;
  };
  await expect.poll(look, { timeout: 20_000 }).toBe(plan.assignments.length);
}

test("default: every version of a round is measured once, and reported with its link", async () => {
  const plan = planOf(1n, hashOf(11));
  await untilReported(plan);
  expect(measured.map(({ modelId }) => modelId).sort()).toEqual([1n, 2n, 3n]);
  const messages = (await ownMessages.ofRound(1n)).map(({ message }) => message);
  expect(messages.map(({ kind }) => kind)).toEqual([...Array(3).fill("commitment"), ...Array(3).fill("report")]);
  for (const message of messages) if (message.kind === "report") expect(message.link).toBe(self.links.linkOf(1n));
});

test("behavior: a node that is started again measures nothing twice, and goes on with what was under way", async () => {
  measured = [];
  isSlow = true;
  const plan = planOf(2n, hashOf(12));
  evaluations.pursue(plan, new Set(), now);
  await expect.poll(() => measured.length, { timeout: 20_000 }).toBe(2);
  await expect
    .poll(() => evaluations.pursue(plan, new Set(), now) ?? evaluations.running().length, { timeout: 20_000 })
    .toBe(2);
  await stop();
  expect((await ownMessages.ofRound(2n)).length).toBe(0);

  isSlow = false;
  measured = [];
  await startEvaluations();
  await untilReported(plan);
  expect(measured.map(({ modelId }) => modelId).sort()).toEqual([1n, 2n, 3n]);
  await untilReported(planOf(1n, hashOf(11)));
  expect(measured).toHaveLength(3);
});

test("behavior: a round drawn anew is measured anew, and what the first draw asked is dropped", async () => {
  measured = [];
  isSlow = true;
  evaluations.pursue(planOf(3n, hashOf(13)), new Set(), now);
  await expect.poll(() => measured.length, { timeout: 20_000 }).toBe(2);
  isSlow = false;
  await untilReported(planOf(3n, hashOf(14)));
  const anew = measured.filter(({ roundSeed }) => roundSeed === hashOf(14));
  expect(anew.map(({ modelId }) => modelId).sort()).toEqual([1n, 2n, 3n]);
  expect(measured).toHaveLength(5);
});

test("behavior: what the first draw asked is gone on with when the chain comes back to it", async () => {
  measured = [];
  isSlow = true;
  const first = planOf(6n, hashOf(17));
  evaluations.pursue(first, new Set(), now);
  await expect.poll(() => measured.length, { timeout: 20_000 }).toBe(2);
  evaluations.pursue(planOf(6n, hashOf(18)), new Set(), now);
  await expect
    .poll(() => measured.filter(({ roundSeed }) => roundSeed === hashOf(18)).length, { timeout: 20_000 })
    .toBe(2);
  isSlow = false;
  await untilReported(first);
  const seeds = (await ownMessages.ofRound(6n)).map(({ seed }) => seed);
  expect(new Set(seeds)).toEqual(new Set([hashOf(17)]));
});

test("behavior: a round that takes no more commitments is measured no more", async () => {
  measured = [];
  isSlow = true;
  const plan = planOf(4n, hashOf(15));
  evaluations.pursue(plan, new Set(), now);
  await expect.poll(() => measured.length, { timeout: 20_000 }).toBe(2);
  evaluations.review(() => false, plan.timing.commitBy);
  await expect.poll(() => evaluations.running()).toEqual([]);
  evaluations.pursue(plan, new Set(), plan.timing.commitBy);
  isSlow = false;
  await untilReported(planOf(5n, hashOf(16)));
  expect(await ownMessages.ofRound(4n)).toEqual([]);
});
