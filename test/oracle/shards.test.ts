import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { createPublicClient, http, type PublicClient } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSuite, suiteHash } from "../../evaluation/suite/suite.ts";
import { type ReferenceModels, startReferenceModels } from "../../examples/reference-models/startReferenceModels.ts";
import { type Board, startBoard } from "../../oracle/board/startBoard.ts";
import { nodeConfigSchema } from "../../oracle/node/nodeConfig.ts";
import { type EvaluatorNode, startNode } from "../../oracle/node/startNode.ts";
import { roles } from "../../scripts/devnet/accounts.ts";
import { devnetSuite } from "../../scripts/devnet/config.ts";
import { Story } from "../../scripts/devnet/story.ts";
import { assayAbi, type Deployment } from "../../sdk/index.ts";
import { evaluatorAt, evaluators } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

const epochLength = 16n;
const token = 10n ** 18n;

describe("a round divided among three committees", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-shards-"));
  const log = pino({ level: "silent" });
  const nodes: EvaluatorNode[] = [];
  let chain: TestChain;
  let client: PublicClient;
  let models: ReferenceModels;
  let deployment: Deployment;
  let board: Board;

  const eventsOf = <Name extends "BatchPosted" | "ResultPosted">(eventName: Name) =>
    client.getContractEvents({ address: deployment.assay, abi: assayAbi, eventName, strict: true, fromBlock: 0n });

  beforeAll(async () => {
    chain = await startTestChain(1_000);
    const { rpcUrl } = chain;
    client = createPublicClient({ transport: http(rpcUrl), cacheTime: 0 });
    models = await startReferenceModels({ port: 0, seed: 1, samplingSeed: 1 });
    // The devnet's: on a busy machine a request may leave late.
    const suite = devnetSuite(await loadSuite());
    const policy = { committeeSize: 1n, quorum: 1n, shards: 3n, evaluationPrice: token };
    deployment = await deployForTest({ rpcUrl, epochLength, suiteHash: suiteHash(suite), policy });
    const story = new Story(rpcUrl, deployment);
    const money = { assets: 2_000n * token, rounds: 1_000n, price: token };
    for (const name of ["one", "two", "three", "four"])
      await story.registerAndBond(name, `${models.url}/anchor/manifest.json`, roles.firstDeveloper, money);
    board = await startBoard({
      deployment,
      rpcUrls: [rpcUrl],
      host: "127.0.0.1",
      port: 0,
      retainRounds: 4,
      log,
      now: Date.now,
    });
    for (const [seat, { account }] of evaluators.entries()) {
      await chain.fund(account.address);
      const config = nodeConfigSchema.parse({
        key: { file: "-" },
        rpcUrls: [rpcUrl],
        deployment: "-",
        boards: [board.url],
        dataDir: join(directory, `node${seat}`),
        profile: "quick",
        allowPrivateHosts: ["127.0.0.1"],
        port: 0,
        pollMs: 250,
      });
      const key = { account, linkSecrets: [evaluatorAt(seat).linkSecret] };
      nodes.push(await startNode({ config, deployment, key, suite, packs: [], apiKeys: [], log }));
    }
  }, 120_000);
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await board.close();
    await models.close();
    await chain.close();
    rmSync(directory, { recursive: true });
  });

  test("default: every version is measured once, by its own committee, which signs its own batch", async () => {
    const until = performance.now() + 6_000 * Number(epochLength);
    let roundId: bigint | undefined;
    while (roundId === undefined && performance.now() < until) {
      await delay(250);
      const counts = new Map<bigint, number>();
      for (const { args } of await eventsOf("ResultPosted"))
        counts.set(args.roundId, (counts.get(args.roundId) ?? 0) + 1);
      roundId = [...counts].find(([, count]) => count === 4)?.[0];
    }
    if (roundId === undefined) throw new Error("no round has results for all four models");

    const assay = { address: deployment.assay, abi: assayAbi } as const;
    const batches = (await eventsOf("BatchPosted")).filter(({ args }) => args.roundId === roundId);
    const shardsWithWork = new Set<bigint>();
    for (const { args, transactionHash } of await eventsOf("ResultPosted")) {
      if (args.roundId !== roundId) continue;
      const { versionId } = args;
      const shard = await client.readContract({ ...assay, functionName: "shardOf", args: [roundId, versionId] });
      shardsWithWork.add(shard);
      expect(batches.find((batch) => batch.transactionHash === transactionHash)?.args.shard).toBe(shard);
    }
    expect(batches.map(({ args }) => args.shard).toSorted()).toEqual([...shardsWithWork].toSorted());
    for (const { args } of batches) {
      const committee = await client.readContract({
        ...assay,
        functionName: "committeeOf",
        args: [roundId, args.shard],
      });
      expect(args.signers).toBe(committee);
    }
  }, 120_000);
});
