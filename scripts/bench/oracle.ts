/**
 * `npm run bench:oracle [-- --json]`: what evaluators' nodes make of an evaluation: rounds an hour, CPU for each evaluated version beside
 * the bare harness on the same models, messages a second of a board, and the time from the last reveal to the posted result. Three nodes,
 * two boards and a local chain, each node and board a process; the chain's clock is turned on as soon as a round is posted.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { keccak256, toHex } from "viem";
import { z } from "zod";
import { evaluate } from "../../evaluation/evaluate.ts";
import { loadManifest } from "../../evaluation/manifest/manifest.ts";
import { roundIdAt, roundTiming } from "../../oracle/node/roundTiming.ts";
import { cpuMsOf } from "../../test/network/processFigures.ts";
import { smallSuite } from "../../test/network/smallSuite.ts";
import { startTestNetwork, type TestNetwork } from "../../test/network/testNetwork.ts";
import { killAll, startProcess } from "../../test/oracle/runProcess.ts";
import { costOf } from "./harness/cost.ts";
import { boardRate } from "./oracle/boardRate.ts";
import { startModels } from "./oracle/startModels.ts";

const { values } = parseArgs({ options: { json: { type: "boolean" }, rounds: { type: "string", default: "5" } } });
const rounds = Number(values.rounds);
const seats = 3;
const models = 8;
const epochLength = 3_600n;
const timing = { commitByBps: 5_000, revealByBps: 7_500, staggerSeconds: 1 };
const patienceMs = 120_000;

const pageSchema = z.object({ messages: z.array(z.object({ message: z.object({ kind: z.string() }) })) });

async function until(what: string, isSo: () => Promise<boolean>): Promise<number> {
  const latest = performance.now() + patienceMs;
  while (performance.now() < latest) {
    if (await isSo()) return performance.now();
    await delay(20);
  }
  throw new Error(`${what}: not within ${patienceMs / 1_000} s; is the machine busy?`);
}

async function reportsOn(board: string, roundId: bigint): Promise<number> {
  const response = await fetch(`${board}/v1/rounds/${roundId}/messages?limit=200`);
  return pageSchema.parse(await response.json()).messages.filter(({ message }) => message.kind === "report").length;
}

/** Leads a round to its end. @returns milliseconds from the last reveal to the result on chain. */
async function playRound(network: TestNetwork, board: string): Promise<number> {
  const roundId = 1n + roundIdAt(network.deployment, (await network.client.getBlock()).timestamp);
  await network.chain.skipTo(roundTiming(network.deployment, timing, roundId).startsAt);
  const revealed = await until(
    `all reports of round ${roundId}`,
    async () => (await reportsOn(board, roundId)) === seats * models,
  );
  const posted = await until(`round ${roundId} on chain`, async () =>
    (await network.events.batches()).some(({ args }) => args.roundId === roundId),
  );
  return posted - revealed;
}

/** CPU of the harness alone for one version (milliseconds). */
async function harnessCpuMs(manifestUrl: string, folder: string): Promise<number> {
  const [suite, manifest] = await Promise.all([smallSuite(), loadManifest(manifestUrl, ["127.0.0.1"])]);
  const runOne = (n: number) =>
    evaluate({
      manifest,
      suite,
      profile: "quick",
      seed: keccak256(toHex(`bench ${n}`)),
      context: {},
      allowPrivateHosts: ["127.0.0.1"],
      outDir: join(folder, `bare${n}`),
    });
  await runOne(0);
  const { cpuMicros } = await costOf(async () => {
    for (let n = 1; n <= models; n += 1) await runOne(n);
    return models;
  });
  return cpuMicros / 1_000 / models;
}

const folder = mkdtempSync(join(tmpdir(), "assay-bench-oracle-"));
const network = await startTestNetwork({ directory: folder, seats, quorum: 2, epochLength, blockMs: 250 });
const served = await startModels();
try {
  const manifest = `${served.url}/anchor/manifest.json`;
  for (let i = 0; i < models; i += 1) await network.register(`model${i}`, manifest);
  const boards = await Promise.all([network.startBoard("board0"), network.startBoard("board1")]);
  const urls = boards.map(({ url }) => url);
  const nodes = await Promise.all(
    network.evaluators.map((_, seat) =>
      startProcess("oracle/main.ts", network.nodeConfig(seat, { boards: urls, timing })),
    ),
  );
  const board = urls[0] ?? "";
  await playRound(network, board);
  const cpuOf = () => nodes.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0);
  const [cpuBefore, began] = [cpuOf(), performance.now()];
  const delays: number[] = [];
  for (let round = 0; round < rounds; round += 1) delays.push(await playRound(network, board));
  const wallMs = performance.now() - began;
  const nodeCpuMs = (cpuOf() - cpuBefore) / (rounds * seats * models);
  const roundId = roundIdAt(network.deployment, (await network.client.getBlock()).timestamp);
  const domain = { ...network.deployment, chainId: BigInt(network.deployment.chainId) };
  const figures = {
    nodes: seats,
    models,
    rounds,
    roundsPerHour: Math.round((rounds * 3_600_000) / wallMs),
    cpuMsPerVersion: Math.round(nodeCpuMs),
    harnessCpuMsPerVersion: 0,
    boardMessagesPerSecond: await boardRate(board, domain, network.evaluators, roundId),
    revealToPostedMs: {
      median: Math.round(delays.toSorted((a, b) => a - b)[rounds >> 1] ?? 0),
      worst: Math.round(Math.max(...delays)),
    },
  };
  await Promise.all(nodes.map((node) => node.stop("SIGTERM")));
  figures.harnessCpuMsPerVersion = Math.round(await harnessCpuMs(manifest, folder));
  if (values.json) console.log(JSON.stringify(figures));
  else print(figures);
} finally {
  killAll();
  await served.close();
  await network.close();
  rmSync(folder, { recursive: true, force: true });
}

interface Figures {
  readonly nodes: number;
  readonly models: number;
  readonly rounds: number;
  readonly roundsPerHour: number;
  readonly cpuMsPerVersion: number;
  readonly harnessCpuMsPerVersion: number;
  readonly boardMessagesPerSecond: number;
  readonly revealToPostedMs: { readonly median: number; readonly worst: number };
}

function print(figures: Figures): void {
  const { revealToPostedMs: time } = figures;
  console.log(
    `${figures.nodes} nodes, ${figures.models} models, ${figures.rounds} rounds, each as soon as the one before is posted`,
  );
  console.log(`rounds an hour:                  ${figures.roundsPerHour}`);
  console.log(
    `CPU of a node for each version:  ${figures.cpuMsPerVersion} ms (harness alone: ${figures.harnessCpuMsPerVersion} ms)`,
  );
  console.log(`board:                           ${figures.boardMessagesPerSecond} messages/s`);
  console.log(`last reveal to posted result:    median ${time.median} ms, worst ${time.worst} ms`);
}
