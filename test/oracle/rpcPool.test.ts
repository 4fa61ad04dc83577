import { createPublicClient, type PublicClient } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createEndpoints } from "../../oracle/chain/rpcEndpoint.ts";
import { createRpcPool, type RpcPool } from "../../oracle/chain/rpcPool.ts";
import { type RpcProxy, secretPath, startRpcProxy, type Treatment } from "./rpcProxy.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

describe("several RPC endpoints as one", () => {
  let chain: TestChain;
  let other: TestChain;
  let first: RpcProxy;
  let second: RpcProxy;
  let clock: number;
  let pool: RpcPool;
  let client: PublicClient;

  const start = (urls: readonly string[]) => {
    pool = createRpcPool({ endpoints: createEndpoints(urls), chainId: 31_337, anchorBlock: 1n, now: () => clock });
    client = createPublicClient({ transport: pool.transport, cacheTime: 0 });
  };
  const heads = async () => (await client.getBlock()).number;
  const complaints = () => pool.views().map(({ complaint }) => complaint);
  /** What is asked while nothing is wrong goes to the first; then something is. */
  const breakFirst = async (treatment: Treatment) => {
    await heads();
    first.treat(treatment);
  };

  beforeAll(async () => {
    [chain, other] = await Promise.all([startTestChain(0), startTestChain(0)]);
    await other.skip(1_000);
    for (const each of [chain, other]) for (let i = 0; i < 30; i += 1) await each.mine();
  });
  afterAll(() => Promise.all([chain.close(), other.close()]));
  beforeEach(async () => {
    clock = 1_000_000;
    [first, second] = await Promise.all([startRpcProxy(chain.rpcUrl), startRpcProxy(chain.rpcUrl)]);
    start([first.url, second.url]);
  });
  afterEach(() => Promise.all([first.close(), second.close()]));

  test("default: the first one is asked, the second only looked at when it is needed", async () => {
    await heads();
    expect(second.asked).toEqual([]);
    expect(pool.views()[0]).toMatchObject({ up: true, chainId: 31_337 });
  });

  test.each<[string, Treatment, RegExp]>([
    ["cuts the connection", { kind: "drop" }, /^does not answer$/],
    ["answers HTTP 503", { kind: "status", status: 503 }, /^answers HTTP 503$/],
    ["answers with a web page", { kind: "html" }, /^answers with something else than JSON$/],
    ["is over its limit", { kind: "error", code: -32_005, message: "limit exceeded" }, /^limit exceeded$/],
    ["has an internal error", { kind: "error", code: -32_603, message: "internal error" }, /^internal error$/],
  ])("behavior: one that %s is left for the next, and taken up again when it is fine", async (_, how, said) => {
    await breakFirst(how);
    const before = await heads();
    expect(second.asked).not.toEqual([]);
    expect(complaints()).toEqual([expect.stringMatching(said), undefined]);
    first.treat({ kind: "pass" });
    for (let seconds = 0; seconds < 90; seconds += 15) {
      clock += 15_000;
      expect(await heads()).toBe(before);
      await pool.checkAll();
    }
    first.asked.length = 0;
    await heads();
    expect(first.asked).toContain("eth_getBlockByNumber");
  });

  test("behavior: what the chain answers is an answer, not a failure", async () => {
    await heads();
    // Code that reverts.
    const call = client.call({ data: "0x60006000fd" });
    await expect(call).rejects.toThrow();
    expect(second.asked).toEqual([]);
  });

  test("error: one on another chain is never asked for anything else", async () => {
    first.treat({ kind: "chainId", chainId: 5 });
    await heads();
    expect(complaints()[0]).toBe("is chain 5, the deployment is on chain 31337");
    expect(new Set(first.asked)).toEqual(new Set(["eth_chainId", "eth_getBlockByNumber"]));
  });

  test("error: one with the same chain id and another history", async () => {
    const elsewhere = await startRpcProxy(other.rpcUrl);
    start([first.url, elsewhere.url]);
    await breakFirst({ kind: "drop" });
    await expect(heads()).rejects.toThrow(/has another block 1 than the others: it follows another chain/);
    await elsewhere.close();
  });

  test("behavior: never back in time: one that is behind what was seen is not asked, until nobody has been ahead for long", async () => {
    const seen = await heads();
    second.treat({ kind: "behind", head: seen - 5n });
    first.treat({ kind: "drop" });
    await expect(heads()).rejects.toThrow(`is at block ${seen - 5n}, behind block ${seen}`);
    clock += 61_000;
    expect(await heads()).toBe(seen - 5n);
  });

  test("behavior: one that lags many blocks behind another is left for it", async () => {
    const seen = await heads();
    first.treat({ kind: "behind", head: seen - 11n });
    clock += 11_000;
    await heads();
    await expect.poll(() => complaints()[0]).toMatch(`is at block ${seen - 11n}, behind`);
    expect(await heads()).toBe(seen);
  });

  test("behavior: the only one there is may go back: that is a reorganisation", async () => {
    start([first.url]);
    const seen = await heads();
    first.treat({ kind: "behind", head: seen - 3n });
    expect(await heads()).toBe(seen - 3n);
  });

  test("behavior: the only one is asked again, though it answered one request after it had failed another", async () => {
    start([first.url]);
    await heads();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    first.asked.length = 0;
    first.treat({ kind: "held", until: released });
    const answered = client.getChainId();
    await vi.waitFor(() => expect(first.asked).toContain("eth_chainId"));
    first.treat({ kind: "drop" });
    await expect(heads()).rejects.toThrow(/does not answer/);
    release();
    expect(await answered).toBe(31_337);
    first.treat({ kind: "pass" });
    await heads();
    expect(complaints()).toEqual([undefined]);
  });

  test("error: one that stalls in the middle of an answer is left for the next in time", async () => {
    const endpoints = createEndpoints([first.url, second.url], 500);
    pool = createRpcPool({ endpoints, chainId: 31_337, anchorBlock: 1n, now: () => clock });
    client = createPublicClient({ transport: pool.transport, cacheTime: 0 });
    const before = await heads();
    first.treat({ kind: "stall" });
    expect(await heads()).toBe(before);
    expect(complaints()).toEqual(["gives no answer within 0.5 s", undefined]);
  });

  test("error: no endpoint at all, told without the secret in its URL", async () => {
    await breakFirst({ kind: "drop" });
    second.treat({ kind: "status", status: 401 });
    const error = await heads().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(`${error}`).toMatch(
      /no RPC endpoint can be asked: 127\.0\.0\.1:\d+ does not answer; 127\.0\.0\.1:\d+ answers HTTP 401/,
    );
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secretPath);
    const refused = await client.call({ to: `0x${"22".repeat(20)}`, data: "0x" }).catch((reason: unknown) => reason);
    expect(`${refused}`).not.toContain(secretPath);
  });
});
