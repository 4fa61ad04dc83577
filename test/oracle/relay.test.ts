import { pino } from "pino";
import {
  createPublicClient,
  createWalletClient,
  type Hex,
  http,
  type LocalAccount,
  type PublicClient,
  parseGwei,
} from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createEndpoints } from "../../oracle/chain/rpcEndpoint.ts";
import { createRpcPool } from "../../oracle/chain/rpcPool.ts";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { createMetrics, type NodeMetrics } from "../../oracle/node/metrics.ts";
import { createNodeCalls, type NodeCalls } from "../../oracle/node/nodeCalls.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { type TransactionConfig, transactionConfigSchema } from "../../oracle/node/transactionConfig.ts";
import { createTransactions, TransactionFailed, type Transactions } from "../../oracle/node/transactions.ts";
import { assayAbi, type Deployment } from "../../sdk/index.ts";
import { testEvaluator } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { type RpcProxy, startRpcProxy } from "./rpcProxy.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

/** A call whose transaction a node may replace after one block, at once. */
const quick = { replaceAfterBlocks: 1, replaceAfterSeconds: 0, confirmations: 2 };

describe("transactions through everything that goes wrong", () => {
  let chain: TestChain;
  let proxy: RpcProxy;
  let deployment: Deployment;
  let client: PublicClient;
  let database: Database;
  let metrics: NodeMetrics;
  let transactions: Transactions;
  let calls: NodeCalls;
  let account: LocalAccount;
  let fresh = 1_000;
  let undo: () => Promise<void>;

  /** A node's transactions as its process has them: what the one before knew is in the database only. */
  const start = (config: Partial<TransactionConfig> = {}) => {
    metrics = createMetrics();
    const endpoints = createEndpoints([proxy.url]);
    const pool = createRpcPool({ endpoints, chainId: 31_337, anchorBlock: 0n, now: () => performance.now() });
    transactions = createTransactions({
      client: createPublicClient({ transport: pool.transport, cacheTime: 0 }),
      account,
      database,
      config: transactionConfigSchema.parse({ ...quick, ...config }),
      pollMs: 20,
      metrics,
      log: pino({ level: "silent" }),
    });
    calls = createNodeCalls(transactions, deployment);
  };
  const restart = async (config: Partial<TransactionConfig> = {}) => {
    await transactions.stop();
    start(config);
  };
  /** The outcome is looked at later, if at all: a process that ends does not wait for it. */
  const openRound = (): Promise<unknown> => {
    const outcome = calls.openRound(2n);
    outcome.catch(() => undefined);
    return outcome;
  };
  interface Row {
    state: string;
    nonce: string | null;
    reason: string | null;
  }
  const row = async (): Promise<Row | undefined> =>
    (await database.query<Row>("select state, nonce::text as nonce, reason from intents")).rows[0];
  const state = async () => (await row())?.state;
  const attempts = async () => {
    interface AttemptRow {
      hash: Hex;
      max_fee: string;
      tip: string;
      cancels: boolean;
      nonce: string;
    }
    const found = await database.query<AttemptRow>(
      "select hash, max_fee, tip, cancels, nonce::text as nonce from attempts order by number",
    );
    return found.rows;
  };
  const attemptCount = async () => (await attempts()).length;
  const isOpen = async () => {
    const round = await client.readContract({
      address: deployment.assay,
      abi: assayAbi,
      functionName: "round",
      args: [2n],
    });
    return round.entropyBlock !== 0;
  };
  const poll = (look: () => Promise<unknown>) => expect.poll(look, { timeout: 20_000, interval: 25 });
  const strangerSends = async (nonce: number): Promise<Hex> => {
    const wallet = createWalletClient({ account, transport: http(chain.rpcUrl) });
    const fees = { maxFeePerGas: parseGwei("500"), maxPriorityFeePerGas: parseGwei("100") };
    return wallet.sendTransaction({ to: account.address, value: 1n, nonce, gas: 21_000n, chain: null, ...fees });
  };

  beforeAll(async () => {
    chain = await startTestChain(0);
    deployment = await deployForTest({ rpcUrl: chain.rpcUrl, epochLength: 1_000n });
    client = createPublicClient({ transport: http(chain.rpcUrl), cacheTime: 0 });
    await chain.skip(1_000);
    database = await openDatabase(undefined, nodeSchema);
  });
  afterAll(async () => {
    await database.close();
    await chain.close();
  });
  beforeEach(async () => {
    undo = await chain.snapshot();
    fresh += 1;
    account = testEvaluator(fresh).account;
    await chain.fund(account.address);
    proxy = await startRpcProxy(chain.rpcUrl);
    start();
  });
  afterEach(async () => {
    await transactions.stop();
    await database.query("delete from intents");
    await database.query("delete from attempts");
    await proxy.close();
    await chain.dropWaiting();
    await chain.release();
    await undo();
  });

  test("default: a call is final once it has its confirmations", async () => {
    await openRound();
    expect(await state()).toBe("mined");
    await chain.mine();
    await chain.mine();
    await poll(state).toBe("final");
    expect(transactions.status()).toMatchObject({ relayer: account.address, canPay: true, waiting: undefined });
  });

  test("behavior: what is in no block is replaced, for an eighth more on both fees", async () => {
    await chain.hold();
    const outcome = openRound();
    await poll(state).toBe("sent");
    const [{ max_fee = "0" } = {}] = await attempts();
    // Blocks are made, but they ask for more than was offered.
    for (let i = 0; i < 3; i += 1) {
      await chain.setBaseFee(BigInt(max_fee) * 2n);
      await chain.mine();
    }
    await poll(attemptCount).toBeGreaterThan(1);
    const [before, after] = await attempts();
    for (const fee of ["max_fee", "tip"] as const)
      expect(8n * BigInt(after?.[fee] ?? 0)).toBeGreaterThanOrEqual(9n * BigInt(before?.[fee] ?? 0));
    expect(after?.nonce).toBe(before?.nonce);
    await chain.setBaseFee(parseGwei("1"));
    await chain.mine();
    expect(await outcome).toEqual({ hash: (await attempts()).at(-1)?.hash });
    expect(await isOpen()).toBe(true);
    expect(await metrics.registry.metrics()).toMatch(/assay_transaction_replacements_total\{call="openRound"\} [1-9]/);
  });

  test("behavior: at the cap it waits and says so, and goes on when gas is cheaper", async () => {
    await restart({ maxFeePerGasGwei: 3 });
    await chain.hold();
    const outcome = openRound();
    await poll(state).toBe("sent");
    for (let i = 0; i < 8; i += 1) {
      await chain.setBaseFee(parseGwei("50"));
      await chain.mine();
      await poll(async () => transactions.status().waiting?.reason).toBe("feeCap");
    }
    expect(transactions.status().waiting?.why).toMatch(/gwei .* base fee of [\d.]+, .* above maxFeePerGasGwei 3 /);
    expect(await metrics.registry.metrics()).toContain('assay_transactions_waiting{reason="feeCap"} 1');
    for (const { max_fee } of await attempts()) expect(BigInt(max_fee)).toBeLessThanOrEqual(parseGwei("3"));
    await chain.setBaseFee(parseGwei("1"));
    await chain.mine();
    expect(await outcome).toMatchObject({ hash: expect.stringMatching(/^0x/) });
    expect(transactions.status().waiting).toBeUndefined();
  });

  test("behavior: nothing is signed while the base fee alone is above the cap", async () => {
    await restart({ maxFeePerGasGwei: 0.5 });
    await chain.hold();
    await chain.setBaseFee(parseGwei("2"));
    await chain.mine();
    const outcome = openRound();
    await poll(async () => transactions.status().waiting?.why).toMatch(
      /base fee of [\d.]+ gwei is above maxFeePerGasGwei 0.5/,
    );
    expect(await attempts()).toEqual([]);
    await chain.setBaseFee(1n);
    await chain.mine();
    await poll(state).toBe("sent");
    await chain.setBaseFee(1n);
    await chain.mine();
    expect(await outcome).toMatchObject({ hash: expect.stringMatching(/^0x/) });
  });

  test("behavior: a call that somebody else made meanwhile is taken back, not reverted", async () => {
    await chain.hold();
    const outcome = openRound();
    await poll(state).toBe("sent");
    const peer = createWalletClient({ account: testEvaluator(1).account, transport: http(chain.rpcUrl) });
    await chain.fund(peer.account.address);
    const [{ max_fee = "0" } = {}] = await attempts();
    const contract = { address: deployment.assay, abi: assayAbi } as const;
    await peer.writeContract({
      ...contract,
      functionName: "openRound",
      chain: null,
      gas: 2_000_000n,
      maxFeePerGas: 10n ** 12n,
    });
    await chain.setBaseFee(BigInt(max_fee) * 2n);
    await chain.mine();
    await poll(async () => (await attempts()).at(-1)?.cancels).toBe(true);
    await chain.setBaseFee(1n);
    await chain.mine();
    expect(await outcome).toEqual({ alreadyDone: "RoundAlreadyOpen" });
    expect(await row()).toMatchObject({ state: "done", reason: "RoundAlreadyOpen" });
    const last = (await attempts()).at(-1);
    expect((await client.getTransactionReceipt({ hash: last?.hash ?? "0x" })).gasUsed).toBe(21_000n);
  });

  test("behavior: a call that somebody else made between its simulation and its arrival is done already", async () => {
    const peer = createWalletClient({ account: testEvaluator(1).account, transport: http(chain.rpcUrl) });
    await chain.fund(peer.account.address);
    proxy.treat({ kind: "slow", ms: 1_500 }, ["eth_sendRawTransaction"]);
    const outcome = openRound();
    await poll(state).toBe("sent");
    const contract = { address: deployment.assay, abi: assayAbi } as const;
    await peer.writeContract({ ...contract, functionName: "openRound", chain: null });
    expect(await outcome).toEqual({ alreadyDone: "RoundAlreadyOpen" });
  });

  test("behavior: a nonce that somebody else used with this key: the call is sent with the next", async () => {
    await chain.hold();
    const outcome = openRound();
    await poll(state).toBe("sent");
    await transactions.stop();
    await expect(outcome).rejects.toThrow(TransactionFailed);
    const [{ nonce = "0" } = {}] = await attempts();
    await strangerSends(Number(nonce));
    await chain.mine();
    await chain.release();
    start();
    expect(await openRound()).toMatchObject({ hash: expect.stringMatching(/^0x/) });
    expect((await attempts()).map((attempt) => attempt.nonce)).toEqual([nonce, `${Number(nonce) + 1}`]);
    expect((await metrics.foreignTransactions.get()).values).toMatchObject([{ value: 1 }]);
  });

  test("behavior: two calls of one key: what has a deadline goes first, and one at a time", async () => {
    await chain.hold();
    const first = openRound();
    await poll(state).toBe("sent");
    const claim = calls.claimFee(1n, 0n);
    const capture = calls.captureEntropy(2n);
    await poll(async () => transactions.status().calls.queued).toBe(2);
    expect(await attemptCount()).toBe(1);
    await chain.mine();
    await chain.release();
    await first;
    const failed = (work: Promise<unknown>) =>
      work.then(
        () => "went through",
        (error: Error) => error.message,
      );
    const order = await database.query<{ key: string }>("select key from intents order by rank, number");
    expect(order.rows.map(({ key }) => key)).toEqual(["captureEntropy:2", "openRound:2", "claimFee:1:0"]);
    expect(await failed(capture)).toMatch(/^captureEntropy: EntropyNotReady/);
    expect(await failed(claim)).toMatch(/^claimFee: /);
  });

  describe("a process that is killed", () => {
    test("behavior: after the call was written down", async () => {
      proxy.treat({ kind: "drop" });
      void openRound();
      await poll(state).toBe("queued");
      await transactions.stop();
      proxy.treat({ kind: "pass" });
      start();
      await poll(isOpen).toBe(true);
      await poll(state).toBe("mined");
    });

    test("behavior: after the transaction was signed, before it was sent", async () => {
      proxy.treat({ kind: "drop" }, ["eth_sendRawTransaction"]);
      void openRound();
      await poll(state).toBe("sent");
      await transactions.stop();
      expect(await isOpen()).toBe(false);
      proxy.treat({ kind: "pass" });
      start();
      await poll(state).toBe("mined");
      expect(await attemptCount()).toBe(1);
    });

    test("behavior: after it was sent, before anybody said so", async () => {
      proxy.treat({ kind: "swallow" }, ["eth_sendRawTransaction"]);
      void openRound();
      await poll(isOpen).toBe(true);
      await transactions.stop();
      proxy.treat({ kind: "pass" });
      start();
      await poll(state).toBe("mined");
      expect(await attemptCount()).toBe(1);
    });

    test("behavior: while it waits for a block", async () => {
      await chain.hold();
      void openRound();
      await poll(state).toBe("sent");
      await transactions.stop();
      start();
      const again = openRound();
      await chain.mine();
      expect(await again).toEqual({ hash: (await attempts())[0]?.hash });
    });

    test("behavior: while it waits for a block, and the node has forgotten it", async () => {
      await chain.hold();
      void openRound();
      await poll(state).toBe("sent");
      await transactions.stop();
      await chain.dropWaiting();
      start();
      const again = openRound();
      await poll(async () => client.getTransactionCount({ address: account.address, blockTag: "pending" })).toBe(1);
      await chain.mine();
      expect(await again).toEqual({ hash: (await attempts())[0]?.hash });
    });

    test("behavior: after it came into a block", async () => {
      const outcome = await openRound();
      await restart();
      expect(await openRound()).toEqual(outcome);
      expect(await attemptCount()).toBe(1);
    });
  });

  describe("blocks that vanish", () => {
    test("behavior: the same bytes are sent again", async () => {
      const back = await chain.snapshot();
      const outcome = await openRound();
      expect(await isOpen()).toBe(true);
      await back();
      expect(await isOpen()).toBe(false);
      await chain.mine();
      await poll(isOpen).toBe(true);
      await poll(state).toBe("mined");
      expect(await attempts()).toEqual([expect.objectContaining({ hash: Object(outcome).hash })]);
      expect(await metrics.registry.metrics()).toContain('assay_transactions_vanished_total{call="openRound"} 1');
    });

    test("behavior: the same call with another nonce, when that one is used", async () => {
      const back = await chain.snapshot();
      await openRound();
      const [{ nonce = "0" } = {}] = await attempts();
      await transactions.stop();
      await back();
      await strangerSends(Number(nonce));
      await chain.mine();
      start();
      await poll(isOpen).toBe(true);
      const found = await database.query<{ data: Hex }>("select data from intents");
      expect(found.rows).toHaveLength(1);
      expect((await attempts()).map((attempt) => attempt.nonce)).toEqual([nonce, `${Number(nonce) + 1}`]);
    });

    test("behavior: beyond all confirmations: whoever asks again is not told it was done", async () => {
      const back = await chain.snapshot();
      await openRound();
      await chain.mine();
      await chain.mine();
      await poll(state).toBe("final");
      await back();
      await chain.mine();
      expect(await openRound()).toMatchObject({ hash: expect.stringMatching(/^0x/) });
      expect(await isOpen()).toBe(true);
    });

    test("behavior: beyond the confirmations of one and not of the next: the next gives up the nonce that waits for the gap", async () => {
      const back = await chain.snapshot();
      await openRound();
      for (let i = 0; i < 8; i += 1) await chain.mine();
      await poll(state).toBe("final");
      await calls.captureEntropy(2n);
      // A pool keeps what comes after a gap, and says nothing.
      await chain.hold();
      await back();
      await chain.mine();
      await poll(async () => (await metrics.vanished.get()).values).toMatchObject([{ value: 1 }]);
      const again = openRound();
      await poll(async () => {
        await chain.mine();
        return isOpen();
      }).toBe(true);
      expect(await again).toMatchObject({ hash: expect.stringMatching(/^0x/) });
    });
  });

  describe("a key without gas", () => {
    beforeEach(() => {
      fresh += 1;
      account = testEvaluator(fresh).account;
      return restart();
    });

    test("behavior: says so and sends nothing, until it has some", async () => {
      await expect(openRound()).rejects.toThrow(
        /^openRound: relaying key 0x\w{40} has not enough funds: 0 ETH of up to/,
      );
      expect(transactions.canPay()).toBe(false);
      expect(transactions.status()).toMatchObject({ balance: 0n, canPay: false });
      expect(await metrics.registry.metrics()).toContain("assay_relayer_balance 0");
      expect(proxy.asked).not.toContain("eth_sendRawTransaction");
      await chain.fund(account.address);
      await poll(async () => transactions.canPay()).toBe(true);
      expect(await openRound()).toMatchObject({ hash: expect.stringMatching(/^0x/) });
    });
  });

  test.each<[string, number, string]>([
    ["a limit", -32_005, "rate limited"],
    ["an error of its own", -32_603, "internal error"],
  ])("behavior: the only endpoint answers with %s for a while", async (_, code, message) => {
    proxy.treat({ kind: "error", code, message });
    const outcome = openRound();
    await poll(state).toBe("queued");
    await poll(async () => proxy.asked.length).toBeGreaterThan(5);
    proxy.treat({ kind: "pass" });
    expect(await outcome).toMatchObject({ hash: expect.stringMatching(/^0x/) });
  });

  test("error: without a relaying key nothing is sent", async () => {
    const log = pino({ level: "silent" });
    const config = transactionConfigSchema.parse({});
    const none = createTransactions({ client, account: undefined, database, config, pollMs: 20, metrics, log });
    expect(none.canPay()).toBe(false);
    await expect(createNodeCalls(none, deployment).openRound(2n)).rejects.toThrow("openRound: not sent");
    expect(await database.query("select * from intents")).toMatchObject({ rows: [] });
  });
});
