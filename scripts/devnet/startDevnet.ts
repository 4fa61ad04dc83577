import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Hex, http, keccak256, toHex } from "viem";
import { z } from "zod";
import { deploy } from "../../deployment/deploy.ts";
import type { Policy } from "../../domain/policy.ts";
import { linkOf } from "../../domain/seed.ts";
import type { Profile, Suite } from "../../evaluation/suite/suite.ts";
import { type Deployment, parseDeployment } from "../../sdk/index.ts";
import { devAccount, roles } from "./accounts.ts";
import { glassSpeed } from "./config.ts";
import { type Ports, reservePorts, type Surface } from "./ports.ts";
import { type ProcessError, Supervisor } from "./Supervisor.ts";
import {
  ContinueError,
  clearUnfinished,
  type DevnetModel,
  emptyDir,
  fingerprintOf,
  prepareDir,
  readSavedDevnet,
  runningIn,
  untilEnded,
  writeSavedDevnet,
} from "./savedDevnet.ts";
import { Story } from "./story.ts";

const script = (path: string) => new URL(`../../${path}`, import.meta.url).pathname;
const evaluators = [1, 2, 3] as const;

export interface DevnetOptions {
  /** Everything the devnet keeps: chain journal, databases, evidence, logs. */
  dir: string;
  /** Where explicit wishes for ports are read from. */
  env: NodeJS.ProcessEnv;
  /** Forget the devnet of an earlier start. */
  fresh: boolean;
  policy: Policy;
  /** What the evaluators measure by; its hash is the policy's. */
  suite: Suite;
  /** Seconds. */
  epochLength: bigint;
  /** Seconds. */
  unbondingDelay: bigint;
  tokenSupply: bigint;
  /** How much each evaluator measures in a round. */
  profile: Profile;
  /** Registers and bonds the models; runs once, when the devnet is new. */
  populate: (story: Story, modelsUrl: string) => Promise<DevnetModel[]>;
  onProgress: (line: string) => void;
  /** A process ended that should not have. */
  onExit: (error: ProcessError) => void;
}

/** A running devnet: chain, contracts, models, three evaluators, board, indexer; each its own process. */
export interface Devnet {
  deployment: Deployment;
  models: readonly DevnetModel[];
  rpcUrl: string;
  graphqlUrl: string;
  modelsUrl: string;
  boardUrl: string;
  evaluatorUrls: readonly string[];
  logDir: string;
  /** Continued from an earlier start. */
  continued: boolean;
  story: Story;
  stop(): Promise<void>;
}

const local = (port: number) => `http://127.0.0.1:${port}`;

async function answers(url: string, init?: RequestInit): Promise<boolean> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(2_000) });
  await response.arrayBuffer();
  return response.ok;
}

const post = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** Secret at the end of a devnet evaluator's hash chain: worthless, like its key. */
const linkSecret = (evaluator: number): Hex => keccak256(toHex(`assay devnet evaluator ${evaluator}`));
const evaluatorAccount = (evaluator: number) => devAccount(roles.firstEvaluator + evaluator - 1);

function privateKeyOf(evaluator: number): Hex {
  const key = evaluatorAccount(evaluator).getHdKey().privateKey;
  if (!key) throw new Error("an account derived from a mnemonic has a private key");
  return toHex(key);
}

/** The paths of one devnet's files. */
function filesIn(dir: string) {
  mkdirSync(join(dir, "config"), { recursive: true });
  return {
    journal: join(dir, "chain.ndjson"),
    deployment: join(dir, "deployment.json"),
    config: (name: string) => join(dir, "config", `${name}.json`),
    data: (name: string) => join(dir, name),
    logs: join(dir, "logs"),
  };
}
type Files = ReturnType<typeof filesIn>;

const urlsOfEvaluators = (ports: Ports): string[] => evaluators.map((each) => local(ports[`evaluator${each}`]));

function writeConfigs(files: Files, ports: Ports, options: DevnetOptions): void {
  const write = (name: string, config: unknown) =>
    writeFileSync(files.config(name), `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  const shared = { rpcUrls: [local(ports.chain)], deployment: files.deployment };
  write("suite", options.suite);
  write("board", { ...shared, dataDir: files.data("board"), port: ports.board });
  for (const evaluator of evaluators) {
    write(`key${evaluator}`, { privateKey: privateKeyOf(evaluator), linkSecret: linkSecret(evaluator) });
    write(`evaluator${evaluator}`, {
      ...shared,
      key: { file: files.config(`key${evaluator}`) },
      boards: [local(ports.board)],
      dataDir: files.data(`evaluator${evaluator}`),
      suite: files.config("suite"),
      profile: options.profile,
      // Three nodes and all models share the machine: more at a time would only wait for each other.
      concurrency: 2,
      allowPrivateHosts: ["127.0.0.1"],
      port: ports[`evaluator${evaluator}`],
      pollMs: 250,
      transactions: { confirmations: 1 },
      audit: { evidenceFrom: urlsOfEvaluators(ports).map((url) => `${url}/evidence`) },
    });
  }
}

async function deployContracts(rpcUrl: string, options: DevnetOptions): Promise<Deployment> {
  const seats = evaluators.map((evaluator) => {
    const { address } = evaluatorAccount(evaluator);
    return { owner: address, signer: address, linkHead: linkOf(linkSecret(evaluator), 0n) };
  });
  const { policy, epochLength, unbondingDelay, tokenSupply } = options;
  const token = { name: "Assay devnet token", symbol: "ASY", supply: tokenSupply };
  const plan = { token, policy, seats, epochLength, unbondingDelay };
  const deployment = await deploy({ ...plan, transport: http(rpcUrl), deployer: devAccount(roles.deployer) });
  const story = new Story(rpcUrl, deployment);
  for (const [seatId] of seats.entries()) {
    await story.bondSeat(BigInt(seatId), policy.evaluatorBondMin, roles.firstEvaluator + seatId);
  }
  return deployment;
}

/** @throws ContinueError when the file is missing or damaged. */
function readSavedDeployment(file: string): Deployment {
  try {
    return parseDeployment(readFileSync(file, "utf8"), file);
  } catch (error) {
    throw new ContinueError(`the saved deployment cannot be read (${(error as Error).message}): start with --fresh`);
  }
}

/** Starts the processes in the order in which one needs the other. */
async function startAll(options: DevnetOptions, supervisor: Supervisor): Promise<Omit<Devnet, "stop">> {
  const { dir, onProgress } = options;
  const files = filesIn(dir);
  const { policy, epochLength, unbondingDelay, profile } = options;
  const fingerprint = fingerprintOf({ policy, epochLength, unbondingDelay, profile });
  const saved = readSavedDevnet(dir, fingerprint);
  const savedDeployment = saved && readSavedDeployment(files.deployment);
  if (!saved) clearUnfinished(dir);
  const reserved = await reservePorts(options.env, saved?.ports ?? {});
  const { ports } = reserved;
  if (saved && saved.ports.models !== ports.models) {
    throw new ContinueError(
      `port ${saved.ports.models} is taken, and the saved models are registered there: end what listens there (another start of this devnet?), or begin anew with --fresh`,
    );
  }
  const rpcUrl = local(ports.chain);
  const modelsUrl = local(ports.models);
  const boardUrl = local(ports.board);
  const graphqlUrl = `${local(ports.indexer)}/graphql`;
  const evaluatorUrls = urlsOfEvaluators(ports);

  onProgress(saved ? "chain: replaying the saved blocks" : "chain and models: starting, the models train themselves");
  const start = async (name: Surface, args: string[], readyMillis: number, ready: () => Promise<boolean>, env = {}) => {
    await reserved.release(name);
    await supervisor.start({ name, args, env, ready, readyMillis });
  };
  const chainId = { jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] };
  await Promise.all([
    start("chain", [script("scripts/devnet/chain.ts"), `${ports.chain}`, files.journal], 600_000, () =>
      chainReady(supervisor.logFile("chain"), rpcUrl, chainId),
    ),
    start(
      "models",
      [script("examples/reference-models/main.ts"), "--port", `${ports.models}`, "--glass-speed", `${glassSpeed}`],
      120_000,
      () => answers(`${modelsUrl}/healthz`),
    ),
  ]);
  let deployment: Deployment;
  if (savedDeployment) deployment = savedDeployment;
  else {
    onProgress("contracts: deploying, evaluators: paying their bonds");
    deployment = await deployContracts(rpcUrl, options);
    writeFileSync(files.deployment, `${JSON.stringify(deployment, null, 2)}\n`);
  }
  writeConfigs(files, ports, options);

  onProgress("board, indexer, evaluators: starting");
  const indexerEnv = {
    ASSAY_DEPLOYMENT: files.deployment,
    ASSAY_RPC_URL: rpcUrl,
    ASSAY_INDEXER_DIR: files.data("indexer"),
    PORT: `${ports.indexer}`,
  };
  const story = new Story(rpcUrl, deployment);
  const startNodes = async () => {
    await start("board", [script("oracle/board/main.ts"), "--config", files.config("board")], 60_000, () =>
      answers(`${boardUrl}/healthz`),
    );
    await Promise.all(
      evaluators.map((evaluator, i) => {
        const args = [script("oracle/main.ts"), "--config", files.config(`evaluator${evaluator}`)];
        return start(`evaluator${evaluator}`, args, 60_000, () => answers(`${evaluatorUrls[i]}/healthz`));
      }),
    );
  };
  const [models] = await Promise.all([
    saved?.models ?? options.populate(story, modelsUrl),
    startNodes(),
    start("indexer", [script("indexer/main.ts")], 120_000, () => hasIndexed(graphqlUrl), indexerEnv),
  ]);
  writeSavedDevnet(dir, { fingerprint, ports, models });
  const urls = { rpcUrl, graphqlUrl, modelsUrl, boardUrl, evaluatorUrls };
  return { deployment, models, ...urls, logDir: files.logs, continued: saved !== undefined, story };
}

/** The indexer is ready when it has caught up, and can answer about admission when it has seen a block. */
async function hasIndexed(graphqlUrl: string): Promise<boolean> {
  if (!(await answers(new URL("/ready", graphqlUrl).href))) return false;
  const response = await fetch(graphqlUrl, post({ query: "{ meta { block { number } } }" }));
  return indexedSchema.safeParse(await response.json()).success;
}
const indexedSchema = z.object({ data: z.object({ meta: z.object({ block: z.object({ number: z.string() }) }) }) });

/** The chain listens while it replays; it can be used only when it says so. */
async function chainReady(logFile: string, rpcUrl: string, chainId: unknown): Promise<boolean> {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  return (lines.at(-1) ?? "").startsWith(`chain ready on ${rpcUrl} `) && (await answers(rpcUrl, post(chainId)));
}

/**
 * Starts a devnet.
 * @throws ContinueError, PortError, ProcessError with one clear line each; what was started is stopped first.
 */
export async function startDevnet(options: DevnetOptions): Promise<Devnet> {
  const { dir, fresh, onExit } = options;
  const lock = prepareDir(dir);
  const supervisor = new Supervisor({ logDir: join(dir, "logs"), lockDir: runningIn(dir), onExit });
  const stop = async () => {
    await supervisor.stop();
    lock.release();
  };
  try {
    await untilEnded(dir, (name) => options.onProgress(`the ${name} of the last start: ending`));
    if (fresh) emptyDir(dir);
    return { ...(await startAll(options, supervisor)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
