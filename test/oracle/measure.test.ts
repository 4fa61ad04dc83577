import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { replay } from "../../evaluation/replay/replay.ts";
import { type Suite, suiteHash } from "../../evaluation/suite/suite.ts";
import { createMeasure, type Measure } from "../../oracle/node/measure.ts";
import type { MeasureJob } from "../../oracle/work/measureJob.ts";
import { type ModelServer, oracleOf, startModelServer } from "../evaluation/modelServer.ts";
import { manifestOf, planOf, quickTempered } from "../evaluation/testSuite.ts";
import { hashOf, silent, testJob } from "./work/measureJobs.ts";

const link = hashOf(77);
let suite: Suite;
let server: ModelServer;
let evidenceDir: string;
let measure: Measure;
let job: MeasureJob;
/** The request at which the node is stopped. */
let stopAt: number;
let stop: AbortController;

beforeAll(async () => {
  suite = await quickTempered();
  const answer = oracleOf(planOf(suite, "quick"));
  server = await startModelServer((chat, response, request) => {
    if (server.requests.length === stopAt) stop.abort(new Error("stopped"));
    return answer(chat, response, request);
  });
  job = { ...testJob(1), suiteHash: suiteHash(suite), manifest: manifestOf(server.url) };
});
beforeEach(async () => {
  evidenceDir = await mkdtemp(join(tmpdir(), "assay-measure-"));
  stopAt = Number.POSITIVE_INFINITY;
  stop = new AbortController();
  measure = createMeasure({
    suite,
    packs: [],
    allowPrivateHosts: ["127.0.0.1"],
    apiKeys: [],
    evidenceDir,
    store: async () => false,
    log: silent,
  });
  return () => rm(evidenceDir, { recursive: true });
});
afterAll(() => server.close());

const folder = () => join(evidenceDir, "round-7", "model-1");

async function draft(): Promise<string> {
  const [name = "none"] = (await readdir(folder())).filter((file) => file.endsWith(".part"));
  return join(folder(), name);
}

async function stopHalfWay(): Promise<void> {
  stopAt = server.requests.length + 60;
  await expect(measure(job, link, stop.signal)).rejects.toThrow("stopped");
  stop = new AbortController();
}

test("default: a node that was stopped goes on where it stood; finished, it asks nothing again", async () => {
  await stopHalfWay();
  const measured = await measure(job, link, stop.signal);
  expect(await replay(measured.path)).toMatchObject({
    ok: true,
    evaluation: { stats: { interruptions: { count: 1 } } },
  });
  const asked = server.requests.length;
  expect(await measure(job, link, stop.signal)).toEqual(measured);
  expect(server.requests.length).toBe(asked);
});

test("behavior: killed before the first line of evidence was written, it begins anew", async () => {
  await stopHalfWay();
  await writeFile(await draft(), "");
  const measured = await measure(job, link, stop.signal);
  expect(await replay(measured.path)).toMatchObject({
    ok: true,
    evaluation: { stats: { interruptions: { count: 0 } } },
  });
});

test("behavior: an unfinished run that a disk has spoilt is put aside and costs no round", async () => {
  await stopHalfWay();
  const path = await draft();
  const text = await readFile(path, "utf8");
  const spoilt = text.replace(/"answer":"[a-z]+"/, '"answer":"other"');
  expect(spoilt).not.toBe(text);
  await writeFile(path, spoilt);
  const measured = await measure(job, link, stop.signal);
  expect(await replay(measured.path)).toMatchObject({
    ok: true,
    evaluation: { stats: { interruptions: { count: 0 } } },
  });
  expect(await readFile(`${path}.spoilt`, "utf8")).toBe(spoilt);
});
