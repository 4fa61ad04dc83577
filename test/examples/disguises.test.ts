import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { evaluate } from "../../evaluation/evaluate.ts";
import type { Evaluation } from "../../evaluation/evaluation.ts";
import { loadManifest } from "../../evaluation/manifest/manifest.ts";
import { loadSuite } from "../../evaluation/suite/suite.ts";
import { closeServer, listen } from "../../examples/reference-models/httpServer.ts";
import { type ReferenceModels, startReferenceModels } from "../../examples/reference-models/startReferenceModels.ts";
import { plannedItems } from "./askPlan.ts";

let served: ReferenceModels;
let dir: string;
beforeAll(async () => {
  served = await startReferenceModels({ port: 0, seed: 1, samplingSeed: 5 });
  dir = await mkdtemp(join(tmpdir(), "assay-disguises-"));
});
afterAll(async () => {
  await served.close();
  await rm(dir, { recursive: true, force: true });
});

async function post(url: string, body: string): Promise<{ status: number; text: string }> {
  const reply = await request(url, { method: "POST", body, headers: { "content-type": "application/json" } });
  return { status: reply.statusCode, text: await reply.body.text() };
}

/** Asks as most clients do: again after a failure, up to five times in all. @returns the answer, or null */
async function askWithRetries(name: string, content: string): Promise<string | null> {
  const body = JSON.stringify({ model: name, messages: [{ role: "user", content }], temperature: 0 });
  for (let attempt = 0; attempt < 5; attempt++) {
    const { status, text } = await post(`${served.url}/${name}/v1/chat/completions`, body);
    if (status === 200) return JSON.parse(text).choices[0].message.content;
  }
  return null;
}

test("behavior: with retries the gateway is as accurate as the anchor: only honest accounting tells them apart", async () => {
  const items = await plannedItems("standard", `0x${"77".repeat(32)}`);
  const probes = items.filter(({ family }) => "JPE".includes(family)).flatMap((item) => item.probes);
  const right = async (name: string) => {
    let count = 0;
    for (const { prompt, expected } of probes) if ((await askWithRetries(name, prompt)) === expected) count++;
    return count / probes.length;
  };
  expect(probes.length).toBeGreaterThan(400);
  expect(Math.abs((await right("retry")) - (await right("anchor")))).toBeLessThan(0.01);
});

/** A proxy that answers a request it has seen before from memory. */
async function startMemoisingProxy(target: string) {
  const memory = new Map<string, string>();
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    const known = memory.get(body) ?? (await post(target, body)).text;
    memory.set(body, known);
    response.setHeader("content-type", "application/json").end(known);
  });
  return { url: await listen(server, 0), close: () => closeServer(server) };
}

/** Measures the sampler behind an endpoint with 60 repeated questions. */
async function measureRepeats(endpoint: string, name: string): Promise<Evaluation> {
  const manifest = await loadManifest(`${served.url}/sampler/manifest.json`, ["127.0.0.1"]);
  const suite = await loadSuite();
  const quick = { ...suite.profiles.quick, repeat: 60 };
  return evaluate({
    manifest: { ...manifest, endpoint, declaredRate: 1_000, declaredConcurrency: 1 },
    suite: { ...suite, profiles: { ...suite.profiles, quick }, schedule: { maxLatenessMs: 600_000 } },
    ...{ profile: "quick", seed: `0x${"5a".repeat(32)}`, context: {} },
    ...{ allowPrivateHosts: ["127.0.0.1"], outDir: join(dir, name) },
  });
}

/** Share of equal answers among pairs of identical requests, and among pairs of an identical and a salted one. */
async function agreements({ path }: Evaluation) {
  const answers = new Map<number, { salt: string | null; answer: string }[]>();
  for (const line of (await readFile(path, "utf8")).trimEnd().split("\n")) {
    const { record } = JSON.parse(line);
    if (record.kind !== "attempt" || record.family !== "R") continue;
    answers.set(record.item, [...(answers.get(record.item) ?? []), record]);
  }
  const pairs = [...answers.values()].flatMap((item) =>
    item.flatMap((one, at) => item.slice(at + 1).map((other) => [one, other] as const)),
  );
  const share = (salts: number) => {
    const chosen = pairs.filter((pair) => pair.filter(({ salt }) => salt !== null).length === salts);
    return chosen.filter(([one, other]) => one.answer === other.answer).length / chosen.length;
  };
  return { identical: share(0), salted: share(1) };
}

test("behavior: a memoising proxy before the sampler repeats itself, and the salted repeats give it away", async () => {
  const target = `${served.url}/sampler/v1/chat/completions`;
  const proxy = await startMemoisingProxy(target);
  try {
    const bare = await agreements(await measureRepeats(target, "bare"));
    expect(Math.abs(bare.identical - bare.salted)).toBeLessThan(0.06);
    const memoised = await measureRepeats(`${proxy.url}/v1/chat/completions`, "memoised");
    const { identical, salted } = await agreements(memoised);
    expect(identical).toBe(1);
    expect(salted).toBeLessThan(0.96);
    expect(memoised.families.R.lowerBound).toBeLessThan(9_000);
  } finally {
    await proxy.close();
  }
});
