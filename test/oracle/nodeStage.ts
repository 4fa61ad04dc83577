import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { createPublicClient, http } from "viem";
import type { Policy } from "../../domain/policy.ts";
import { loadSuite, suiteHash } from "../../evaluation/suite/suite.ts";
import { startReferenceModels } from "../../examples/reference-models/startReferenceModels.ts";
import { startBoard } from "../../oracle/board/startBoard.ts";
import { nodeConfigSchema } from "../../oracle/node/nodeConfig.ts";
import { type EvaluatorNode, startNode } from "../../oracle/node/startNode.ts";
import { devnetSuite } from "../../scripts/devnet/config.ts";
import { evaluators, type TestEvaluator } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { roomyLimits } from "./roomyLimits.ts";
import { startTestChain } from "./testChain.ts";

export interface NodeStageOptions {
  /** Seconds per epoch. */
  readonly epochLength: bigint;
  readonly policy: Partial<Policy>;
  /** Who takes the seats, in their order; the test evaluators without. */
  readonly seated?: readonly TestEvaluator[];
}

/** A real chain, the reference models over HTTP and a board, on which whole nodes run in this process. */
export async function openNodeStage({ epochLength, policy, seated = evaluators }: NodeStageOptions) {
  const directory = mkdtempSync(join(tmpdir(), "assay-nodes-"));
  const log = pino({ level: process.env.ASSAY_TEST_LOG ?? "silent" });
  const nodes: EvaluatorNode[] = [];
  const chain = await startTestChain(1_000);
  const { rpcUrl } = chain;
  const client = createPublicClient({ transport: http(rpcUrl), cacheTime: 0 });
  const models = await startReferenceModels({ port: 0, seed: 1, samplingSeed: 1 });
  // The devnet's: on a busy machine a request may leave late.
  const suite = devnetSuite(await loadSuite());
  const deployment = await deployForTest({ rpcUrl, epochLength, suiteHash: suiteHash(suite), policy, seated });
  for (const { account } of seated) await chain.fund(account.address);
  const board = await startBoard({
    deployment,
    rpcUrls: [rpcUrl],
    host: "127.0.0.1",
    port: 0,
    retainRounds: 64,
    limits: roomyLimits,
    log,
    now: () => performance.now(),
  });

  const startOne = ({ account, linkSecret }: TestEvaluator, seat: number): Promise<EvaluatorNode> => {
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
    const key = { account, linkSecrets: [linkSecret] };
    return startNode({ config, deployment, key, suite, packs: [], apiKeys: [], log: log.child({ seat }) });
  };

  return {
    chain,
    client,
    models,
    suite,
    deployment,
    board,
    nodes,
    /** Starts the nodes of these seats. */
    async start(seats: readonly number[]): Promise<void> {
      const chosen = [...seated.entries()].filter(([seat]) => seats.includes(seat));
      nodes.push(...(await Promise.all(chosen.map(([seat, evaluator]) => startOne(evaluator, seat)))));
    },
    async close(): Promise<void> {
      await Promise.all(nodes.map((node) => node.close()));
      await board.close();
      await models.close();
      await chain.close();
      rmSync(directory, { recursive: true });
    },
  };
}

export type NodeStage = Awaited<ReturnType<typeof openNodeStage>>;
