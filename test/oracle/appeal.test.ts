import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { concat, createWalletClient, type Hex, http, type PublicClient, zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seatsOf } from "../../domain/committee.ts";
import { probeSeed } from "../../domain/seed.ts";
import { versionIdOf } from "../../domain/version.ts";
import { manifestDigest, parseManifest } from "../../evaluation/manifest/manifest.ts";
import { loadSuite, type Suite, suiteHash } from "../../evaluation/suite/suite.ts";
import { type ReferenceModels, startReferenceModels } from "../../examples/reference-models/startReferenceModels.ts";
import { type Board, startBoard } from "../../oracle/board/startBoard.ts";
import { connect } from "../../oracle/chain/connect.ts";
import { entryArgument } from "../../oracle/court/courtTransactions.ts";
import { readFreeze } from "../../oracle/court/freezeTable.ts";
import { readLog } from "../../oracle/court/logTables.ts";
import { openDatabase } from "../../oracle/database/openDatabase.ts";
import { signDigests } from "../../oracle/messages/compactSignature.ts";
import { type Message, messageSchema } from "../../oracle/messages/message.ts";
import { batchDigest } from "../../oracle/messages/messageDigest.ts";
import { sessionOfDispute } from "../../oracle/messages/session.ts";
import { createChainFold } from "../../oracle/node/chainFold.ts";
import { nodeConfigSchema } from "../../oracle/node/nodeConfig.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { createPolicies } from "../../oracle/node/policies.ts";
import { type EvaluatorNode, startNode } from "../../oracle/node/startNode.ts";
import { devAccount, roles } from "../../scripts/devnet/accounts.ts";
import { devnetSuite } from "../../scripts/devnet/config.ts";
import { Story } from "../../scripts/devnet/story.ts";
import { assayAbi, assayVaultAbi, courtAbi, type Deployment } from "../../sdk/index.ts";
import { createChainActor } from "./chainActor.ts";
import { resultWord, type TestEvaluator, testEvaluator } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

/** Long enough that a busy machine gets everybody's reports around between commitBy and revealBy; waiting is skipped. */
const epochLength = 60n;
const token = 10n ** 18n;
const seatBond = 10_000n * token;
const seated = [0, 1, 2, 3, 4, 5].map(testEvaluator);
const overturned = 2;

async function eventually<T>(what: string, seconds: number, look: () => Promise<T | undefined>): Promise<T> {
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(100);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

describe("an appeal against a committee that was wrong", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-appeal-"));
  const log = pino({ level: process.env.ASSAY_TEST_LOG ?? "silent" });
  const nodes: EvaluatorNode[] = [];
  let chain: TestChain;
  let client: PublicClient;
  let models: ReferenceModels;
  let suite: Suite;
  let deployment: Deployment;
  let board: Board;
  let versionId: Hex;
  let digest: Hex;
  let disputedRound: bigint;
  let disputeId: bigint;

  const domain = () => ({
    chainId: BigInt(deployment.chainId),
    assay: deployment.assay,
    court: deployment.court,
  });
  const startOne = (evaluator: TestEvaluator, seat: number): Promise<EvaluatorNode> => {
    const config = nodeConfigSchema.parse({
      key: { file: "-" },
      rpcUrls: [chain.rpcUrl],
      deployment: "-",
      boards: [board.url],
      dataDir: join(directory, `node${seat}`),
      profile: "quick",
      allowPrivateHosts: ["127.0.0.1"],
      port: 0,
      pollMs: 250,
    });
    const { account, linkSecret } = evaluator;
    const key = { account, linkSecrets: [linkSecret] };
    return startNode({ config, deployment, key, suite, packs: [], apiKeys: [], log: log.child({ seat }) });
  };
  const events = <Name extends "DisputeExecuted" | "ReevaluationPosted" | "CommitteeDrawn">(eventName: Name) =>
    client.getContractEvents({ address: deployment.court, abi: courtAbi, eventName, strict: true, fromBlock: 0n });
  const messages = async (): Promise<Message[]> => {
    const response = await fetch(`${board.url}/v1/rounds/${sessionOfDispute(disputeId)}/messages?limit=200`);
    const page: { messages: { message: unknown }[] } = await response.json();
    return page.messages.map(({ message }) => messageSchema.parse(message));
  };
  const commitBy = async (): Promise<bigint> => {
    const [node] = nodes;
    const status = await (await fetch(`${node?.url}/status`)).json();
    return BigInt(status.court.reevaluations[0].commitBy);
  };
  const ofKind = async (kind: Message["kind"]) => (await messages()).filter((message) => message.kind === kind);
  /** Lets the chain's time pass up to a moment. */
  const skipTo = async (timestamp: bigint) => {
    const { timestamp: now } = await client.getBlock();
    if (now < timestamp) await chain.skip(Number(timestamp - now));
  };

  /** A round whose committee says, with all its signatures, that a good model fails. */
  const postWrongResult = async (actor: ReturnType<typeof createChainActor>): Promise<number[]> => {
    await chain.skip(Number(epochLength));
    await actor.openRound();
    for (let i = 0; i < 3; i += 1) await chain.mine();
    const record = { address: deployment.assay, abi: assayAbi } as const;
    disputedRound = await client.readContract({ ...record, functionName: "currentRoundId" });
    await actor.capture(disputedRound);
    const signers = await client.readContract({ ...record, functionName: "committeeOf", args: [disputedRound, 0n] });
    const good = 9_900n;
    const word = resultWord({ scores: [good, 2_000n, good, good, good, good, good] });
    const batch = {
      roundId: disputedRound,
      shard: 0n,
      reportsRoot: zeroHash,
      results: [{ modelId: 1n, digest, word }],
    };
    const committee = seatsOf(signers);
    const signatures = await Promise.all(
      committee.map((seat) => signDigests(testEvaluator(seat).account, [batchDigest(domain(), batch)])),
    );
    const wallet = createWalletClient({ account: devAccount(roles.deployer), transport: http(chain.rpcUrl) });
    const hash = await wallet.writeContract({
      ...record,
      chain: null,
      functionName: "post",
      args: [batch, signers, concat(signatures)],
      gas: 10_000_000n,
    });
    expect((await client.waitForTransactionReceipt({ hash })).status).toBe("success");
    return committee;
  };

  const appeal = async (): Promise<bigint> => {
    const database = await openDatabase(undefined, nodeSchema);
    const fold = createChainFold(database, client, deployment, createPolicies(client, deployment).get);
    await fold.advance(await client.getBlock());
    const { memoryBefore, entries } = await readLog(database, versionId);
    const frozen = await readFreeze(database, versionId, disputedRound);
    await database.close();
    const wallet = createWalletClient({ account: devAccount(roles.deployer), transport: http(chain.rpcUrl) });
    const hash = await wallet.writeContract({
      address: deployment.court,
      abi: courtAbi,
      chain: null,
      functionName: "appeal",
      args: [versionId, { memoryBefore, entries: entries.map(entryArgument) }, 0n, frozen],
    });
    expect((await client.waitForTransactionReceipt({ hash })).status).toBe("success");
    return client.readContract({ address: deployment.court, abi: courtAbi, functionName: "disputeCount" });
  };

  beforeAll(async () => {
    chain = await startTestChain(1_000);
    const { rpcUrl } = chain;
    models = await startReferenceModels({ port: 0, seed: 1, samplingSeed: 1 });
    suite = devnetSuite(await loadSuite());
    const money = { evaluatorBondMin: seatBond, evaluationPrice: 15n * token, evaluationFee: token };
    const policy = { ...money, disputeDeposit: 20n * token };
    deployment = await deployForTest({ rpcUrl, epochLength, suiteHash: suiteHash(suite), policy, seated });
    client = await connect([rpcUrl], deployment);
    const story = new Story(rpcUrl, deployment);
    for (const [seat, { account }] of seated.entries()) {
      await chain.fund(account.address);
      await story.bondSeat(BigInt(seat), seatBond, roles.delegator);
    }
    board = await startBoard({
      deployment,
      rpcUrls: [rpcUrl],
      host: "127.0.0.1",
      port: 0,
      retainRounds: 64,
      log,
      now: () => performance.now(),
    });
    const actor = createChainActor(rpcUrl, deployment);
    await actor.approve();
    const uri = `${models.url}/anchor/manifest.json`;
    digest = manifestDigest(parseManifest(await (await fetch(uri)).json(), uri));
    versionId = versionIdOf(await actor.registerManifest("anchor", digest, uri), digest);
    await actor.bond(1n, 2_000n * token);
    await actor.prepay(1n, 100n);

    const first = await postWrongResult(actor);
    const others = [...seated.entries()].filter(([seat]) => !first.includes(seat));
    nodes.push(...(await Promise.all(others.map(([seat, evaluator]) => startOne(evaluator, seat)))));
    disputeId = await appeal();
  }, 240_000);

  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await board.close();
    await models.close();
    await chain.close();
    rmSync(directory, { recursive: true });
  });

  test("default: the nodes draw the second committee, measure again, commit, and reveal only when links may be shown", async () => {
    const drawn = await eventually("the second committee", 60, async () => (await events("CommitteeDrawn"))[0]);
    expect(seatsOf(drawn.args.committee)).toHaveLength(3);
    // However long measuring takes on a busy machine: the dispute waits, because its clock is the chain's.
    await chain.freeze();
    await eventually("three commitments", 200, async () => {
      const commitments = await ofKind("commitment");
      return commitments.length === 3 ? commitments : undefined;
    });
    expect(await ofKind("report")).toEqual([]);
    // The clock jumps to the end of the time for commitments, and goes on from there as clocks do.
    await skipTo((await commitBy()) - 2n);
    await chain.thaw();
    const posted = await eventually(
      "the second committee's word",
      90,
      async () => (await events("ReevaluationPosted"))[0],
    );
    expect(posted.args.verdict).toBe(overturned);
    expect(await ofKind("report")).toHaveLength(3);
  }, 400_000);

  test("behavior: what was asked follows from the court, the dispute and its seed", async () => {
    const [drawn] = await events("CommitteeDrawn");
    const reports = (await messages()).filter((message) => message.kind === "report");
    for (const { evaluator, link, evidenceHash } of reports) {
      const served = await Promise.all(nodes.map(({ url }) => fetch(`${url}/evidence/${evidenceHash}`)));
      const blob = await served.find(({ status }) => status === 200)?.text();
      const header: { record: { seed: Hex } } = JSON.parse(blob?.split("\n")[0] ?? "{}");
      expect(header.record.seed).toBe(
        probeSeed({
          chainId: BigInt(deployment.chainId),
          contract: deployment.court,
          roundId: disputeId,
          versionId,
          suiteHash: suiteHash(suite),
          roundSeed: drawn?.args.seed ?? "0x",
          evaluator,
          link,
        }),
      );
    }
  });

  test("behavior: the dispute is carried out: the stake is back, the result corrected, every signer paid", async () => {
    const { deadline } = await client.readContract({
      address: deployment.court,
      abi: courtAbi,
      functionName: "dispute",
      args: [disputeId],
    });
    await skipTo(BigInt(deadline) + 1n);
    const executed = await eventually("the end of the dispute", 60, async () => (await events("DisputeExecuted"))[0]);
    expect(executed.args).toMatchObject({ outcome: overturned, stakeRestored: true });
    const record = { address: deployment.assay, abi: assayAbi, strict: true, fromBlock: 0n } as const;
    expect(await client.getContractEvents({ ...record, eventName: "ResultOverturned" })).toHaveLength(1);
    const vault = { address: deployment.vault, abi: assayVaultAbi, strict: true, fromBlock: 0n } as const;
    expect(await client.getContractEvents({ ...vault, eventName: "FreezeRestored" })).toHaveLength(1);
    // Who was too late for the proposal is not among the signers, and not paid.
    const signers = seatsOf((await events("ReevaluationPosted"))[0]?.args.signers ?? 0n);
    expect(signers.length).toBeGreaterThanOrEqual(2);
    const paid = await eventually("a fee for every signer", 60, async () => {
      const fees = await client.getContractEvents({ ...vault, eventName: "ReevaluationFeePaid" });
      return fees.length === signers.length ? fees : undefined;
    });
    expect(paid.map(({ args }) => args.assets)).toEqual(signers.map(() => token));
  }, 180_000);

  test("behavior: status and metrics tell of it", async () => {
    for (const { url } of nodes) {
      const status = await (await fetch(`${url}/status`)).json();
      expect(status.court.reevaluations).toMatchObject([{ disputeId: Number(disputeId), outcome: "posted" }]);
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('assay_reevaluations_total{outcome="posted"} 1');
    }
  });
});
