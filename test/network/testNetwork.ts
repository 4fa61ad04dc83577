import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPublicClient, http, type PublicClient } from "viem";
import { defaultPolicy, type Policy } from "../../domain/policy.ts";
import { suiteHash } from "../../evaluation/suite/suite.ts";
import { roles } from "../../scripts/devnet/accounts.ts";
import { Story } from "../../scripts/devnet/story.ts";
import { assayAbi, assayVaultAbi, type Deployment, inspectorAbi } from "../../sdk/index.ts";
import { type TestEvaluator, testEvaluator } from "../oracle/committee.ts";
import { deployForTest } from "../oracle/deployForTest.ts";
import { roomyLimits } from "../oracle/roomyLimits.ts";
import { type RunningProcess, startProcess } from "../oracle/runProcess.ts";
import { startTestChain, type TestChain } from "../oracle/testChain.ts";
import { smallSuite, smallSuitePolicy } from "./smallSuite.ts";

const token = 10n ** 18n;

export interface TestNetworkOptions {
  /** Everything the network keeps. */
  readonly directory: string;
  /** Evaluators; all of them are every round's committee. */
  readonly seats: number;
  /** Signatures a result needs. */
  readonly quorum: number;
  /** Seconds. */
  readonly epochLength: bigint;
  /** Milliseconds between blocks. */
  readonly blockMs: number;
}

/** What differs from node to node. */
export interface NodeSettings {
  readonly boards: readonly string[];
  readonly [key: string]: unknown;
}

/** A chain with the contracts, and what it takes to start evaluators, boards and adversaries as processes of their own. */
export interface TestNetwork {
  readonly chain: TestChain;
  readonly client: PublicClient;
  readonly deployment: Deployment;
  readonly evaluators: readonly TestEvaluator[];
  readonly policy: Policy;
  readonly events: ReturnType<typeof eventsOf>;
  evaluatorAt(seat: number): TestEvaluator;
  /** Registers a model with what it takes to be measured for ever. @returns its id. */
  register(name: string, manifestUri: string): Promise<bigint>;
  /** Writes a file below the directory. @returns its path. */
  write(name: string, content: unknown): string;
  startBoard(name: string, port?: number): Promise<RunningProcess>;
  /** The configuration of a seat's node, as a file. */
  nodeConfig(seat: number, settings: NodeSettings): string;
  close(): Promise<void>;
}

export async function startTestNetwork(options: TestNetworkOptions): Promise<TestNetwork> {
  const { directory, seats, quorum, epochLength, blockMs } = options;
  const evaluators = Array.from({ length: seats }, (_, seat) => testEvaluator(seat));
  const evaluatorAt = (seat: number): TestEvaluator => {
    const evaluator = evaluators[seat];
    if (!evaluator) throw new RangeError(`there is no evaluator ${seat}`);
    return evaluator;
  };
  const write = (name: string, content: unknown): string => {
    const file = join(directory, `${name}.json`);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };

  const chain = await startTestChain(blockMs);
  const { rpcUrl } = chain;
  const client = createPublicClient({ transport: http(rpcUrl), cacheTime: 0, pollingInterval: 50 });
  const suite = await smallSuite();
  const suiteFile = write("suite", suite);
  const money = { evaluatorBondMin: 10_000n * token, evaluationPrice: token, evaluationFee: token };
  const policy: Partial<Policy> = {
    ...smallSuitePolicy(suite),
    ...money,
    committeeSize: BigInt(seats),
    quorum: BigInt(quorum),
  };
  const deployment = await deployForTest({
    rpcUrl,
    epochLength,
    suiteHash: suiteHash(suite),
    policy,
    seated: evaluators,
  });
  const deploymentFile = write("deployment", deployment);
  const story = new Story(rpcUrl, deployment);
  for (const [seat, { account }] of evaluators.entries()) {
    await chain.fund(account.address);
    await story.bondSeat(BigInt(seat), money.evaluatorBondMin, roles.delegator);
  }

  return {
    chain,
    client,
    deployment,
    evaluators,
    policy: { ...defaultPolicy, ...policy },
    events: eventsOf(client, deployment),
    evaluatorAt,
    register: async (name, manifestUri) => {
      const terms = { assets: 2_000n * token, rounds: 1_000n, price: token };
      return (await story.registerAndBond(name, manifestUri, roles.firstDeveloper, terms)).modelId;
    },
    write,
    startBoard: (name, port = 0) => {
      const dataDir = join(directory, name);
      const config = {
        rpcUrls: [rpcUrl],
        deployment: deploymentFile,
        dataDir,
        port,
        // All nodes of a test ask from one address, and five times as often as others.
        limits: roomyLimits,
        logFile: join(directory, `${name}.log`),
      };
      return startProcess("oracle/board/main.ts", write(name, config));
    },
    nodeConfig: (seat, settings) => {
      const { privateKey, linkSecret } = evaluatorAt(seat);
      return write(`node${seat}`, {
        key: { file: write(`key${seat}`, { privateKey, linkSecret }) },
        rpcUrls: [rpcUrl],
        deployment: deploymentFile,
        dataDir: join(directory, `node${seat}`),
        suite: suiteFile,
        profile: "quick",
        allowPrivateHosts: ["127.0.0.1"],
        port: 0,
        pollMs: 200,
        timing: { commitByBps: 5_000, revealByBps: 7_500, staggerSeconds: 1 },
        logFile: join(directory, `node${seat}.log`),
        ...settings,
      });
    },
    close: () => chain.close(),
  };
}

/** What has happened on chain since the first block. */
function eventsOf(client: PublicClient, deployment: Deployment) {
  const all = { strict: true, fromBlock: 0n } as const;
  const assay = { ...all, address: deployment.assay, abi: assayAbi } as const;
  return {
    batches: () => client.getContractEvents({ ...assay, eventName: "BatchPosted" }),
    results: () => client.getContractEvents({ ...assay, eventName: "ResultPosted" }),
    drawn: () => client.getContractEvents({ ...assay, eventName: "EntropyCaptured" }),
    fees: () =>
      client.getContractEvents({ ...all, address: deployment.vault, abi: assayVaultAbi, eventName: "FeeClaimed" }),
    slashes: () =>
      client.getContractEvents({
        ...all,
        address: deployment.inspector,
        abi: inspectorAbi,
        eventName: "EvaluatorSlashed",
      }),
  };
}
