import { join } from "node:path";
import { manifestForEndpoint } from "../../../evaluation/manifest/manifest.ts";
import { buildPlan } from "../../../evaluation/plan/plan.ts";
import { requestBody } from "../../../evaluation/plan/requestBody.ts";
import { loadSuite } from "../../../evaluation/suite/suite.ts";
import { Transport } from "../../../evaluation/transport/transport.ts";
import { type Cost, closedLoop, costOf } from "./cost.ts";
import { folderOf, requirePeer } from "./peers.ts";
import { benchSeed, concurrency, runEvaluation } from "./runEvaluation.ts";

/** A client's job: the null server to ask, and a folder of its own. */
export interface Job {
  readonly endpoint: string;
  readonly folder: string;
}

const count = 6_000;
const warmUp = 1_000;

/** Clients by name. Each warms up, then measures itself. */
export const clients = {
  assay: measureEvaluation,
  "assay (client alone)": measureTransport,
  fetch: measureFetch,
  openai: measureOpenai,
  promptfoo: measurePromptfoo,
} as const satisfies Record<string, (job: Job) => Promise<Cost>>;

export type ClientName = keyof typeof clients;

export function isClientName(name: string | undefined): name is ClientName {
  return name !== undefined && Object.hasOwn(clients, name);
}

/** The whole of it: plan, pacing, canary, grading, hashing, evidence on disk, root. */
async function measureEvaluation({ endpoint, folder }: Job): Promise<Cost> {
  const suite = await loadSuite();
  await runEvaluation(endpoint, suite, { profile: "standard", outDir: join(folder, "warm-up") });
  return costOf(async () => {
    const { stats } = await runEvaluation(endpoint, suite, { profile: "deep", outDir: join(folder, "deep") });
    return stats.attempts;
  });
}

async function measureTransport({ endpoint }: Job): Promise<Cost> {
  const suite = await loadSuite();
  const bodies = await bodiesOf(endpoint);
  const transport = new Transport({
    ...suite.transport,
    endpoint: { url: completionsOf(endpoint), address: "127.0.0.1", family: 4 },
    connections: concurrency,
    headers: { "content-type": "application/json" },
    clock: () => Math.round(performance.now() * 1000),
  });
  const cost = await measure((nth) => transport.send(bodies[nth % bodies.length] ?? ""));
  await transport.close();
  return cost;
}

async function measureFetch({ endpoint }: Job): Promise<Cost> {
  const bodies = await bodiesOf(endpoint);
  return measure(async (nth) => {
    const response = await fetch(completionsOf(endpoint), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: bodies[nth % bodies.length] ?? "",
    });
    await response.json();
  });
}

/** The part of the `openai` package that is asked. */
interface OpenaiPackage {
  readonly OpenAI: new (options: {
    apiKey: string;
    baseURL: string;
    maxRetries: number;
  }) => { readonly chat: { readonly completions: { create(body: unknown): Promise<unknown> } } };
}

async function measureOpenai({ endpoint }: Job): Promise<Cost> {
  const { OpenAI }: OpenaiPackage = requirePeer("openai", await folderOf("openai"));
  const client = new OpenAI({ apiKey: "none", baseURL: `${endpoint}/v1`, maxRetries: 0 });
  const bodies = (await bodiesOf(endpoint)).map((body): unknown => JSON.parse(body));
  return measure((nth) => client.chat.completions.create(bodies[nth % bodies.length]));
}

/** The part of the `promptfoo` package that is asked. */
interface PromptfooPackage {
  evaluate(suite: unknown, options: unknown): Promise<unknown>;
}

/** Costs so much more a request that fewer give the same figure. */
const promptfooCount = 500;

/** The same prompts, each with one deterministic assertion; no cache, no telemetry, no files of the user's. */
async function measurePromptfoo({ endpoint, folder }: Job): Promise<Cost> {
  Object.assign(process.env, {
    PROMPTFOO_CACHE_ENABLED: "false",
    PROMPTFOO_CONFIG_DIR: folder,
    PROMPTFOO_DISABLE_REMOTE_GENERATION: "1",
    PROMPTFOO_DISABLE_TELEMETRY: "1",
    PROMPTFOO_DISABLE_UPDATE: "1",
    LOG_LEVEL: "error",
  });
  const { evaluate }: PromptfooPackage = requirePeer("promptfoo", await folderOf("promptfoo"));
  const prompts = await promptsOf(endpoint);
  const config = { apiBaseUrl: `${endpoint}/v1`, apiKey: "none", temperature: 0, max_tokens: 64 };
  const ask = async (requests: number) => {
    const tests = Array.from({ length: requests }, (_, nth) => ({
      vars: { prompt: prompts[nth % prompts.length] },
      assert: [{ type: "equals", value: "LABEL: transfer" }],
    }));
    const providers = [{ id: "openai:chat:null", config }];
    await evaluate(
      { prompts: ["{{prompt}}"], providers, tests, writeLatestResults: false },
      { maxConcurrency: concurrency, cache: false, showProgressBar: false },
    );
    return requests;
  };
  await ask(promptfooCount / 10);
  return costOf(() => ask(promptfooCount));
}

async function measure(send: (nth: number) => Promise<unknown>): Promise<Cost> {
  await closedLoop({ count: warmUp, concurrency }, send);
  return costOf(() => closedLoop({ count, concurrency }, send));
}

async function promptsOf(endpoint: string): Promise<string[]> {
  const manifest = manifestForEndpoint(endpoint);
  const { items } = buildPlan({ suite: await loadSuite(), profile: "lite", seed: benchSeed, manifest });
  return items.map(({ probes }) => probes[0]?.prompt ?? "");
}

async function bodiesOf(endpoint: string): Promise<string[]> {
  const [suite, prompts] = [await loadSuite(), await promptsOf(endpoint)];
  return prompts.map((content) => requestBody(manifestForEndpoint(endpoint), suite, [{ role: "user", content }]));
}

function completionsOf(endpoint: string): URL {
  return new URL(`${endpoint}/v1/chat/completions`);
}
