/**
 * `npm run bench:harness [-- --json]`: what the evaluation costs against a null server in a process of its own,
 * beside plain `fetch` in the same run; the evidence root of 1,500 leaves; the replay of a blob of some 1,500 attempts.
 */
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hex } from "../../domain/hex.ts";
import { evaluate } from "../../evaluation/evaluate.ts";
import { packLanes } from "../../evaluation/evidence/lanes.ts";
import { buildTree, type Leaf } from "../../evaluation/evidence/merkleSum.ts";
import { manifestForEndpoint } from "../../evaluation/manifest/manifest.ts";
import { buildPlan } from "../../evaluation/plan/plan.ts";
import { requestBody } from "../../evaluation/plan/requestBody.ts";
import { replay } from "../../evaluation/replay/replay.ts";
import { loadSuite, type Profile, type Suite } from "../../evaluation/suite/suite.ts";
import { Transport } from "../../evaluation/transport/transport.ts";

interface Row {
  readonly client: string;
  readonly concurrency: number;
  /** Null for a client that is not installed. */
  readonly requestsPerSecond: number | null;
  readonly cpuMicrosPerRequest: number | null;
}

interface Cost {
  readonly requests: number;
  readonly wallMs: number;
  readonly cpuMicros: number;
}

const concurrency = 32;
const requests = 6_000;
const warmUp = 1_000;
const leafCount = 1_500;
const seed: Hex = `0x${"42".repeat(32)}`;

/** Wall-clock and CPU (user and system, all threads of this process) of `work`, which returns how many requests it made. */
async function costOf(work: () => Promise<number>): Promise<Cost> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const made = await work();
  const wallMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { requests: made, wallMs, cpuMicros: user + system };
}

function rowOf(client: string, { requests: made, wallMs, cpuMicros }: Cost): Row {
  return {
    client,
    concurrency,
    requestsPerSecond: Math.round((made * 1000) / wallMs),
    cpuMicrosPerRequest: Math.round(cpuMicros / made),
  };
}

/** Keeps `concurrency` requests in flight until `count` are done. */
async function closedLoop(count: number, send: () => Promise<unknown>): Promise<number> {
  let left = count;
  const work = async () => {
    while (left-- > 0) await send();
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return count;
}

async function measureClient(client: string, send: () => Promise<unknown>): Promise<Row> {
  await closedLoop(warmUp, send);
  return rowOf(client, await costOf(() => closedLoop(requests, send)));
}

async function measureTransport(endpoint: string, suite: Suite, body: string): Promise<Row> {
  const url = new URL(`${endpoint}/v1/chat/completions`);
  const transport = new Transport({
    ...suite.transport,
    endpoint: { url, address: "127.0.0.1", family: 4 },
    connections: concurrency,
    headers: { "content-type": "application/json" },
    clock: () => Math.round(performance.now() * 1000),
  });
  const row = await measureClient("assay (client alone)", () => transport.send(body));
  await transport.close();
  return row;
}

async function measureFetch(endpoint: string, body: string): Promise<Row> {
  return measureClient("fetch", async () => {
    const response = await fetch(`${endpoint}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    await response.json();
  });
}

/** The whole of it: plan, pacing, canary, grading, hashing, evidence on disk, root. */
async function runEvaluation(endpoint: string, suite: Suite, profile: Profile, outDir: string): Promise<number> {
  const manifest = { ...manifestForEndpoint(endpoint), declaredRate: 100_000, declaredConcurrency: concurrency };
  const options = { manifest, suite, profile, seed, context: {}, allowPrivateHosts: ["127.0.0.1"], outDir };
  return (await evaluate(options)).stats.attempts;
}

async function measureEvaluation(endpoint: string, suite: Suite, folder: string): Promise<Row> {
  await runEvaluation(endpoint, suite, "standard", join(folder, "warm-up"));
  return rowOf("assay", await costOf(() => runEvaluation(endpoint, suite, "deep", join(folder, "deep"))));
}

function measureRoot(): number {
  const leaves = Array.from({ length: leafCount }, (_, index): Leaf => {
    const itemHash: Hex = `0x${createHash("sha256").update(String(index)).digest("hex")}`;
    return { itemHash, sums: packLanes([10_000]), counts: packLanes([1]) };
  });
  buildTree(leaves.slice(0, 100));
  const began = performance.now();
  buildTree(leaves);
  return Math.round(performance.now() - began);
}

/** A blob of some 1,500 attempts: the standard counts, a third more of them. */
async function measureReplay(
  endpoint: string,
  suite: Suite,
  folder: string,
): Promise<{ attempts: number; ms: number }> {
  const { standard } = suite.profiles;
  const counts = { ...standard, repeat: 104, format: 104, carryOverPerDepth: 18, perturbation: 65, load: 0 };
  const larger: Suite = { ...suite, profiles: { ...suite.profiles, standard: counts } };
  const attempts = await runEvaluation(endpoint, larger, "standard", folder);
  const began = performance.now();
  const replayed = await replay(folder);
  if (!replayed.ok) throw new Error(`replay differs at ${replayed.where}: ${replayed.why}`);
  return { attempts, ms: Math.round(performance.now() - began) };
}

function print(rows: readonly Row[], merkleRootMs: number, replayMs: number, attempts: number): void {
  console.log(
    `${"client".padEnd(24)}${"concurrency".padStart(12)}${"requests/s".padStart(12)}${"CPU µs/request".padStart(16)}`,
  );
  for (const { client, requestsPerSecond, cpuMicrosPerRequest } of rows) {
    const cells = [String(concurrency).padStart(12), cell(requestsPerSecond, 12), cell(cpuMicrosPerRequest, 16)];
    console.log(client.padEnd(24) + cells.join(""));
  }
  console.log(`\nevidence root of ${leafCount} leaves: ${merkleRootMs} ms (goal 200)`);
  console.log(`replay of ${attempts} attempts: ${replayMs} ms (goal 2000)`);
  console.log("openai: not installed, so not measured; lateness: comes with the load family");
}

function cell(value: number | null, width: number): string {
  return (value === null ? "–" : value.toLocaleString("en-US")).padStart(width);
}

const server = fork(new URL("./nullServer.ts", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "assay-bench-"));
try {
  const [port] = await once(server, "message");
  const endpoint = `http://127.0.0.1:${port}`;
  const suite = await loadSuite();
  const manifest = manifestForEndpoint(endpoint);
  const prompt = buildPlan({ suite, profile: "quick", seed, manifest }).items[0]?.probes[0]?.prompt ?? "";
  const body = requestBody(manifest, suite, [{ role: "user", content: prompt }]);
  const rows: Row[] = [
    await measureEvaluation(endpoint, suite, folder),
    await measureTransport(endpoint, suite, body),
    await measureFetch(endpoint, body),
    { client: "openai", concurrency, requestsPerSecond: null, cpuMicrosPerRequest: null },
  ];
  const merkleRootMs = measureRoot();
  const { attempts, ms: replayMs } = await measureReplay(endpoint, suite, join(folder, "replay"));
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify({ rows, lateness: { p50Ms: null, p99Ms: null }, merkleRootMs, replayMs }));
  } else {
    print(rows, merkleRootMs, replayMs, attempts);
  }
} finally {
  server.disconnect();
  await rm(folder, { recursive: true, force: true });
}
