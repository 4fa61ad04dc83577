import {
  concat,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  type LocalAccount,
  type PublicClient,
  zeroHash,
} from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keccakText } from "../../domain/keccak.ts";
import type { Batch } from "../../domain/typedData.ts";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { signDigests } from "../../oracle/messages/compactSignature.ts";
import { batchDigest } from "../../oracle/messages/messageDigest.ts";
import type { NodeCalls } from "../../oracle/node/nodeCalls.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { transactionConfigSchema } from "../../oracle/node/transactionConfig.ts";
import { TransactionFailed, type Transactions } from "../../oracle/node/transactions.ts";
import { devAccount, roles } from "../../scripts/devnet/accounts.ts";
import { assayAbi, type Deployment } from "../../sdk/index.ts";
import { evaluatorAt, resultWord } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { createTestCalls } from "./testCalls.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

describe("transactions on a real chain", () => {
  const epochLength = 1_000n;
  const config = transactionConfigSchema.parse({});
  const digest = keccakText("manifest");
  let chain: TestChain;
  let deployment: Deployment;
  let client: PublicClient;
  const running: Transactions[] = [];
  let calls: NodeCalls;
  let database: Database;
  let batch: Batch;

  const sign = (seat: number, over: Batch = batch): Promise<Hex> => {
    const domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
    return signDigests(evaluatorAt(seat).account, [batchDigest(domain, over)]);
  };
  const callsOf = (account: LocalAccount): NodeCalls => {
    const { transactions, calls } = createTestCalls({ client, deployment, database, account, config });
    running.push(transactions);
    return calls;
  };
  const post = (signers: bigint, signatures: Hex, over: Batch = batch) =>
    calls.post({ batch: over, digest: keccakText(`${over.roundId} ${signers} ${signatures}`) }, signers, signatures);
  const record = () => ({ address: deployment.assay, abi: assayAbi }) as const;
  const failure = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => "it went through",
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(TransactionFailed);
    return error instanceof Error ? error.message : "";
  };

  beforeAll(async () => {
    chain = await startTestChain(0);
    const { rpcUrl } = chain;
    deployment = await deployForTest({ rpcUrl, epochLength });
    const viemChain = defineChain({
      id: deployment.chainId,
      name: "test",
      nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
      rpcUrls: { default: { http: [rpcUrl] } },
    });
    client = createPublicClient({ chain: viemChain, transport: http(rpcUrl), pollingInterval: 50, cacheTime: 0 });
    // Any account can relay: this one holds no seat.
    const account = devAccount(roles.firstEvaluator);
    database = await openDatabase(undefined, nodeSchema);
    calls = callsOf(account);
    const { request } = await client.simulateContract({
      address: deployment.assay,
      abi: assayAbi,
      functionName: "register",
      args: ["model", digest, "https://models.test/1", zeroHash],
      account,
    });
    await createWalletClient({ account, chain: viemChain, transport: http(rpcUrl) }).writeContract(request);
    await chain.skip(Number(epochLength));
  });
  afterAll(async () => {
    await Promise.all(running.map((transactions) => transactions.stop()));
    await database.close();
    await chain.close();
  });

  test("default: opens a round and captures its entropy; asked again it is the same, asked anew it is done already", async () => {
    const opened = await calls.openRound(2n);
    expect(opened).toMatchObject({ hash: expect.stringMatching(/^0x/) });
    expect(await calls.openRound(2n)).toEqual(opened);
    expect(await calls.openRound(102n)).toEqual({ alreadyDone: "RoundAlreadyOpen" });
    expect(await failure(calls.captureEntropy(2n))).toMatch(/^captureEntropy: EntropyNotReady \(entropyBlock \d+/);
    for (let i = 0; i < 4; i += 1) await chain.mine();
    const captured = await calls.captureEntropy(2n);
    expect(captured).toMatchObject({ hash: expect.stringMatching(/^0x/) });
    expect(await calls.captureEntropy(2n)).toEqual(captured);
    const results = [{ modelId: 1n, digest, word: resultWord() }];
    batch = { roundId: 2n, shard: 0n, reportsRoot: keccakText("reports"), results };
  });

  test("error: one wrong signature", async () => {
    const wrong = await sign(2);
    const message = await failure(post(0b11n, concat([await sign(0), wrong])));
    expect(message).toMatch(
      `post: WrongSignature (seat 1, recovered ${evaluatorAt(2).account.address}, expected ${evaluatorAt(1).account.address})`,
    );
    expect(message).not.toContain("\n");
  });

  test("error: one signer twice", async () => {
    const mine = await sign(0);
    const twice = concat([mine, mine]);
    expect(await failure(post(0b1n, twice))).toMatch("post: SignatureLengthMismatch (length 128, expected 64)");
    expect(await failure(post(0b11n, twice))).toMatch("post: WrongSignature (seat 1");
  });

  test("error: too few signers, and a round that was never opened", async () => {
    expect(await failure(post(0b1n, await sign(0)))).toMatch(/TooFewSigners \(signers 1, \w+ 2\)/);
    const other = { ...batch, roundId: 1n };
    const signatures = concat([await sign(0, other), await sign(1, other)]);
    expect(await failure(post(0b11n, signatures, other))).toMatch("post: RoundNotOpen (roundId 1)");
  });

  test("default: a batch with a quorum is posted, again if it vanishes; others for the same round are done already", async () => {
    const signatures = concat([await sign(0), await sign(2)]);
    const back = await chain.snapshot();
    const posted = await post(0b101n, signatures);
    expect(posted).toMatchObject({ hash: expect.stringMatching(/^0x/) });
    const bytes = async () => {
      const [last] = await client.getContractEvents({ ...record(), eventName: "BatchPosted", fromBlock: 0n });
      return last && (await client.getTransaction({ hash: last.transactionHash })).input;
    };
    const before = await bytes();
    // Its block vanishes: the very same comes into another one.
    await back();
    expect(await bytes()).toBeUndefined();
    await chain.mine();
    await expect.poll(bytes, { timeout: 20_000 }).toBe(before);
    const others = concat([await sign(1), await sign(2)]);
    expect(await post(0b110n, others)).toEqual({ alreadyDone: "StaleRound" });
  });

  test("error: a relaying key without gas", async () => {
    const { account } = evaluatorAt(0);
    const poor = callsOf(account);
    await chain.skip(Number(epochLength));
    expect(await failure(poor.openRound(3n))).toMatch(/^openRound: .*not enough funds/);
  });

  test("behavior: calls made at once are sent one after the other", async () => {
    await chain.skip(Number(epochLength));
    const outcomes = await Promise.all([4n, 5n, 6n].map((key) => calls.openRound(key)));
    expect(outcomes.filter((outcome) => "hash" in outcome)).toHaveLength(1);
    expect(outcomes.filter((outcome) => "alreadyDone" in outcome)).toHaveLength(2);
  });
});
