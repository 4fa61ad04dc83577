import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { createPublicClient, http, type PublicClient } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { medianResult } from "../../domain/median.ts";
import { loadSuite, suiteHash } from "../../evaluation/suite/suite.ts";
import { type ReferenceModels, startReferenceModels } from "../../examples/reference-models/startReferenceModels.ts";
import { type Message, messageSchema } from "../../oracle/messages/message.ts";
import { roundIdAt, roundTiming } from "../../oracle/node/roundTiming.ts";
import { roles } from "../../scripts/devnet/accounts.ts";
import { devnetSuite } from "../../scripts/devnet/config.ts";
import { Story } from "../../scripts/devnet/story.ts";
import { assayAbi, assayVaultAbi, type Deployment } from "../../sdk/index.ts";
import { evaluatorAt, evaluators } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { eventually } from "./eventually.ts";
import { killAll, type RunningProcess, runToEnd, startProcess } from "./runProcess.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

const epochLength = 16n;
const timing = { commitByBps: 7_000, revealByBps: 9_500 };
const token = 10n ** 18n;
const nodeScript = "oracle/main.ts";
const boardScript = "oracle/board/main.ts";

describe("three evaluators, a board and a chain", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-network-"));
  const nodes: RunningProcess[] = [];
  let chain: TestChain;
  let client: PublicClient;
  let models: ReferenceModels;
  let deployment: Deployment;
  let board: RunningProcess;

  const write = (name: string, content: unknown): string => {
    const file = join(directory, `${name}.json`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const boardConfig = (port: number) =>
    write("board", {
      rpcUrls: [chain.rpcUrl],
      deployment: join(directory, "deployment.json"),
      dataDir: join(directory, "board"),
      port,
      logLevel: "warn",
    });
  let suiteFile = "";
  const nodeConfig = (seat: number) => {
    const { privateKey, linkSecret } = evaluatorAt(seat);
    return write(`node${seat}`, {
      key: { file: write(`key${seat}`, { privateKey, linkSecret }) },
      rpcUrls: [chain.rpcUrl],
      deployment: join(directory, "deployment.json"),
      boards: [board.url],
      dataDir: join(directory, `node${seat}`),
      suite: suiteFile,
      profile: "quick",
      allowPrivateHosts: ["127.0.0.1"],
      port: 0,
      pollMs: 250,
      timing,
      logFile: join(directory, `node${seat}.log`),
    });
  };
  const batches = () =>
    client.getContractEvents({
      address: deployment.assay,
      abi: assayAbi,
      eventName: "BatchPosted",
      strict: true,
      fromBlock: 0n,
    });
  const batchAfter = (roundId: bigint) =>
    eventually(`a batch of a round after ${roundId}`, 3 * Number(epochLength), async () => {
      return (await batches()).find(({ args }) => args.roundId > roundId);
    });
  const messagesOf = async (roundId: bigint): Promise<Message[]> => {
    const response = await fetch(`${board.url}/v1/rounds/${roundId}/messages?limit=200`);
    const { messages }: { messages: { message: unknown }[] } = await response.json();
    return messages.map(({ message }) => messageSchema.parse(message));
  };

  /** The first round for which every evaluator was in time with both models: on a busy machine one can be late for the first. */
  const wholeRound = async () => {
    let roundId = 0n;
    for (let round = 0; round < 4; round++) {
      roundId = (await batchAfter(roundId)).args.roundId;
      const messages = await messagesOf(roundId);
      const reports = messages.filter((message) => message.kind === "report");
      if (reports.length === 6) return { roundId, messages, reports };
    }
    throw new Error("in none of four rounds all evaluators were in time");
  };

  beforeAll(async () => {
    chain = await startTestChain(1_000);
    const { rpcUrl } = chain;
    client = createPublicClient({ transport: http(rpcUrl), cacheTime: 0 });
    models = await startReferenceModels({ port: 0, seed: 1, samplingSeed: 1 });
    const money = { evaluatorBondMin: 10_000n * token, evaluationPrice: token, evaluationFee: token };
    // The devnet's: on a busy machine a request may leave late.
    const suite = devnetSuite(await loadSuite());
    suiteFile = write("suite", suite);
    deployment = await deployForTest({ rpcUrl, epochLength, suiteHash: suiteHash(suite), policy: money });
    write("deployment", deployment);
    const story = new Story(rpcUrl, deployment);
    for (const [seat, { account }] of evaluators.entries()) {
      await chain.fund(account.address);
      await story.bondSeat(BigInt(seat), money.evaluatorBondMin, roles.delegator);
    }
    board = await startProcess(boardScript, boardConfig(0));
    nodes.push(...(await Promise.all(evaluators.map((_, seat) => startProcess(nodeScript, nodeConfig(seat))))));
    for (const [i, name] of ["anchor", "demo"].entries()) {
      const manifest = `${models.url}/${name}/manifest.json`;
      const money = { assets: 2_000n * token, rounds: 1_000n, price: token };
      await story.registerAndBond(name, manifest, roles.firstDeveloper + i, money);
    }
  }, 120_000);
  afterAll(async () => {
    killAll();
    await models.close();
    await chain.close();
    rmSync(directory, { recursive: true });
  });

  test("default: a round is measured, agreed and posted; the posted words are the medians of the reports", async () => {
    const { roundId, messages, reports } = await wholeRound();
    expect(messages.filter(({ kind }) => kind === "commitment")).toHaveLength(6);

    const results = await client.getContractEvents({
      address: deployment.assay,
      abi: assayAbi,
      eventName: "ResultPosted",
      strict: true,
      fromBlock: 0n,
    });
    for (const modelId of [1n, 2n]) {
      const words = reports.filter((report) => report.modelId === modelId).map(({ word }) => word);
      const posted = results.find((log) => log.args.roundId === roundId && log.args.modelId === modelId);
      expect(posted?.args.word).toBe(medianResult(words, 600n));
    }
  }, 180_000);

  test("behavior: every node serves the evidence behind its reports, and says where it stands", async () => {
    const { args } = await batchAfter(0n);
    const reports = (await messagesOf(args.roundId)).filter((message) => message.kind === "report");
    for (const [seat, node] of nodes.entries()) {
      const mine = reports.filter(({ evaluator }) => evaluator === evaluatorAt(seat).account.address);
      for (const { evidenceHash } of mine) {
        const response = await fetch(`${node.url}/evidence/${evidenceHash}`);
        const blob = Buffer.from(await response.arrayBuffer());
        expect(`0x${createHash("sha256").update(blob).digest("hex")}`).toBe(evidenceHash);
      }
      const status = await (await fetch(`${node.url}/status`)).json();
      expect(status).toMatchObject({ seat, ready: true, boards: [{ reachable: true }] });
      expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
      expect(await (await fetch(`${node.url}/metrics`)).text()).toContain("assay_evaluations_total");
      expect((await fetch(`${node.url}/evidence/0x${"0".repeat(64)}`)).status).toBe(404);
    }
  });

  test("behavior: a node killed after its commitment goes on, and reveals what it committed to", async () => {
    const seat = 1;
    const { address } = evaluatorAt(seat).account;
    const kindsOf = async (roundId: bigint) => {
      const mine = (await messagesOf(roundId)).filter(({ evaluator }) => evaluator === address);
      return mine.map(({ kind }) => kind);
    };
    const letGo = async () => {
      await chain.release();
      await chain.thaw();
    };
    /** Stops the chain, and with it the clock of rounds, in one that this seat has committed to, and the others still can. */
    const holdRound = async () => {
      const roundId = roundIdAt(deployment, (await client.getBlock()).timestamp);
      if (!isDeepStrictEqual(await kindsOf(roundId), ["commitment", "commitment"])) return undefined;
      await chain.hold();
      await chain.freeze();
      const { timestamp } = await client.getBlock();
      if (timestamp < roundTiming(deployment, timing, roundId).commitBy) return roundId;
      await letGo();
      return undefined;
    };
    const killCommitted = async () => {
      const roundId = await eventually("commitments without a report", 6 * Number(epochLength), holdRound);
      await nodes[seat]?.stop("SIGKILL");
      return roundId;
    };
    // While a peer sleeps, and has not committed, nobody reveals before it is too late for commitments.
    const peer = nodes[2]?.pid ?? 0;
    process.kill(peer, "SIGSTOP");
    const round = await killCommitted().finally(() => process.kill(peer, "SIGCONT"));
    nodes[seat] = await startProcess(nodeScript, nodeConfig(seat));
    // However long that took: the round has waited.
    await eventually("every report", 3 * Number(epochLength), async () => {
      const reports = (await messagesOf(round)).filter(({ kind }) => kind === "report");
      return reports.length === 6 ? reports : undefined;
    }).finally(letGo);
    const { args } = await batchAfter(round - 1n);

    expect(args.roundId).toBe(round);
    expect((await kindsOf(round)).slice(0, 4)).toEqual(["commitment", "commitment", "report", "report"]);
    const proofs = await (await fetch(`${board.url}/v1/rounds/${round}/equivocations`)).json();
    expect(proofs).toEqual({ equivocations: [] });
  }, 150_000);

  test("error: a second copy of a node is refused", async () => {
    const copy = await runToEnd(nodeScript, ["--config", nodeConfig(0)]);
    expect(copy).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("in use by another process") });
  });

  test("behavior: a board that drops in the middle of a round and comes back", async () => {
    const before = (await batches()).at(-1)?.args.roundId ?? 0n;
    const round = await eventually("a round to begin", 4 * Number(epochLength), async () => {
      for (const roundId of [before + 1n, before + 2n]) if ((await messagesOf(roundId)).length > 0) return roundId;
      return undefined;
    });
    await chain.freeze();
    const { port } = new URL(board.url);
    await board.stop("SIGKILL");
    board = await startProcess(boardScript, boardConfig(Number(port)));
    const { args } = await batchAfter(round - 1n);
    await chain.thaw();
    expect(args.roundId).toBe(round);
  }, 120_000);

  test("behavior: every node claims its fee once a round is closed", async () => {
    await eventually("a fee for every seat", 5 * Number(epochLength), async () => {
      const claimed = await client.getContractEvents({
        address: deployment.vault,
        abi: assayVaultAbi,
        eventName: "FeeClaimed",
        strict: true,
        fromBlock: 0n,
      });
      return new Set(claimed.map(({ args }) => args.seatId)).size === evaluators.length ? claimed : undefined;
    });
  }, 120_000);

  test("behavior: every round is posted once, and SIGTERM ends a node and the board in order", async () => {
    const rounds = (await batches()).map(({ args }) => args.roundId);
    expect(new Set(rounds).size).toBe(rounds.length);
    const codes = await Promise.all([...nodes, board].map((running) => running.stop("SIGTERM")));
    expect(codes).toEqual([0, 0, 0, 0]);
  });
});
