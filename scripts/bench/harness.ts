/**
 * `npm run bench:harness [-- --json] [--no-install]`: what the evaluation costs against a null server in a process of its own, beside
 * `fetch`, the `openai` package and promptfoo on the same prompts; the evidence root of 1,500 leaves; the replay of a blob of some 1,500 attempts.
 */
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Hex } from "../../domain/hex.ts";
import { packLanes } from "../../evaluation/evidence/lanes.ts";
import { buildTree, type Leaf } from "../../evaluation/evidence/merkleSum.ts";
import type { Lateness } from "../../evaluation/grading/lateness.ts";
import { replay } from "../../evaluation/replay/replay.ts";
import { loadSuite, type Suite } from "../../evaluation/suite/suite.ts";
import type { ClientName } from "./harness/clients.ts";
import type { Cost } from "./harness/cost.ts";
import { ClientFailed, measureClient } from "./harness/measureClient.ts";
import { installPeer, PeerMissing, peers } from "./harness/peers.ts";
import { concurrency, runEvaluation } from "./harness/runEvaluation.ts";
import { timerLateness } from "./harness/timerLateness.ts";

interface Row {
  readonly client: ClientName;
  readonly concurrency: number;
  /** Null for a client that could not be measured. */
  readonly requestsPerSecond: number | null;
  readonly cpuMicrosPerRequest: number | null;
}

const order = ["assay", "assay (client alone)", "fetch", ...peers] as const satisfies readonly ClientName[];
const leafCount = 1_500;

const { values } = parseArgs({ options: { json: { type: "boolean" }, "no-install": { type: "boolean" } } });

async function rowOf(client: ClientName, endpoint: string, folder: string): Promise<Row> {
  try {
    const peer = peers.find((name) => name === client);
    if (peer !== undefined) await installPeer(peer, { mayInstall: !values["no-install"] });
    return measuredRow(
      client,
      await measureClient(client, { endpoint, folder: await mkdtemp(join(folder, "client-")) }),
    );
  } catch (error) {
    if (!(error instanceof PeerMissing || error instanceof ClientFailed)) throw error;
    console.error(`${client}: not measured: ${error.message}`);
    return { client, concurrency, requestsPerSecond: null, cpuMicrosPerRequest: null };
  }
}

function measuredRow(client: ClientName, { requests, wallMs, cpuMicros }: Cost): Row {
  return {
    client,
    concurrency,
    requestsPerSecond: Math.round((requests * 1000) / wallMs),
    cpuMicrosPerRequest: Math.round(cpuMicros / requests),
  };
}

/** The median of five trees: one is over too soon to average what else the machine does. */
function measureRoot(): number {
  const leaves = Array.from({ length: leafCount }, (_, index): Leaf => {
    const itemHash: Hex = `0x${createHash("sha256").update(String(index)).digest("hex")}`;
    return { itemHash, sums: packLanes([10_000]), counts: packLanes([1]) };
  });
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now();
    buildTree(leaves);
    return performance.now() - began;
  });
  return Math.round(times.sort((a, b) => a - b)[2] ?? 0);
}

interface LatenessMs {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Requests a second of the run whose lateness is measured. */
const openLoopRate = 300;

/** How late an evaluation's requests leave, most of them open-loop Poisson arrivals at a quarter, half and all of the rate. */
async function measureLateness(endpoint: string, suite: Suite, outDir: string): Promise<LatenessMs> {
  const quick = { ...suite.profiles.quick, load: suite.profiles.deep.load };
  const open: Suite = { ...suite, profiles: { ...suite.profiles, quick } };
  const { details } = await runEvaluation(endpoint, open, { profile: "quick", outDir, declaredRate: openLoopRate });
  return inMs(details.lateness);
}

function inMs({ p50Micros, p99Micros }: Lateness): LatenessMs {
  return { p50Ms: p50Micros / 1000, p99Ms: p99Micros / 1000 };
}

/** A blob of some 1,500 attempts: the standard counts, more of them, and no load. */
async function measureReplay(
  endpoint: string,
  suite: Suite,
  outDir: string,
): Promise<{ attempts: number; ms: number }> {
  const { standard } = suite.profiles;
  const counts = { ...standard, repeat: 104, format: 104, carryOverPerDepth: 15, perturbation: 65, load: 0 };
  const larger: Suite = { ...suite, profiles: { ...suite.profiles, standard: counts } };
  const { attempts } = (await runEvaluation(endpoint, larger, { profile: "standard", outDir })).stats;
  const began = performance.now();
  const replayed = await replay(outDir);
  if (!replayed.ok) throw new Error(`replay differs at ${replayed.where}: ${replayed.why}`);
  return { attempts, ms: Math.round(performance.now() - began) };
}

interface Times {
  readonly lateness: LatenessMs;
  /** Of this machine's timers alone, in the same minute. */
  readonly timers: LatenessMs;
  readonly merkleRootMs: number;
  readonly replayed: { readonly attempts: number; readonly ms: number };
}

function print(rows: readonly Row[], { lateness, timers, merkleRootMs, replayed }: Times): void {
  console.log(
    `${"client".padEnd(24)}${"concurrency".padStart(12)}${"requests/s".padStart(12)}${"CPU µs/request".padStart(16)}`,
  );
  for (const { client, requestsPerSecond, cpuMicrosPerRequest } of rows) {
    const cells = [String(concurrency).padStart(12), cell(requestsPerSecond, 12), cell(cpuMicrosPerRequest, 16)];
    console.log(client.padEnd(24) + cells.join(""));
  }
  console.log(`\nopen-loop send lateness: p50 ${lateness.p50Ms} ms, p99 ${lateness.p99Ms} ms (goal 5)`);
  console.log(`  timers alone: p50 ${timers.p50Ms} ms, p99 ${timers.p99Ms} ms`);
  console.log(`evidence root of ${leafCount} leaves: ${merkleRootMs} ms (goal 200)`);
  console.log(`replay of ${replayed.attempts} attempts: ${replayed.ms} ms (goal 2000)`);
}

function cell(value: number | null, width: number): string {
  return (value === null ? "–" : value.toLocaleString("en-US")).padStart(width);
}

const server = fork(new URL("./harness/nullServer.ts", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "assay-bench-"));
try {
  const [port] = await once(server, "message");
  const endpoint = `http://127.0.0.1:${port}`;
  const rows: Row[] = [];
  for (const client of order) rows.push(await rowOf(client, endpoint, folder));
  const suite = await loadSuite();
  const lateness = await measureLateness(endpoint, suite, join(folder, "lateness"));
  const timers = inMs(await timerLateness({ rate: openLoopRate, count: 1_000 }));
  const merkleRootMs = measureRoot();
  const replayed = await measureReplay(endpoint, suite, join(folder, "replay"));
  if (values.json) console.log(JSON.stringify({ rows, lateness, timers, merkleRootMs, replayMs: replayed.ms }));
  else print(rows, { lateness, timers, merkleRootMs, replayed });
} finally {
  server.disconnect();
  await rm(folder, { recursive: true, force: true });
}
