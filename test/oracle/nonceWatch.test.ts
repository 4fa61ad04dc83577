import { pino } from "pino";
import { createPublicClient, createWalletClient, http, type PublicClient, zeroHash } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { createIntents, type Intents } from "../../oracle/relay/intents.ts";
import { createNonceWatch, manyForeign } from "../../oracle/relay/nonceWatch.ts";
import { testEvaluator } from "./committee.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

const hourMs = 3_600_000;

describe("a relaying key that somebody else has, too", () => {
  const { account } = testEvaluator(40);
  let chain: TestChain;
  let client: PublicClient;
  let database: Database;
  let intents: Intents;

  const send = async () => {
    const wallet = createWalletClient({ account, transport: http(chain.rpcUrl) });
    await wallet.sendTransaction({ to: account.address, value: 1n, gas: 21_000n, chain: null });
  };
  /** As the relay does: written down, then sent. */
  const sendOwn = async () => {
    const nonce = await client.getTransactionCount({ address: account.address });
    const key = `call ${nonce}`;
    await intents.ask({ key, call: "call", to: account.address, data: "0x", rank: 1 });
    const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n, gas: 21_000n };
    const sent = { hash: `${zeroHash.slice(0, -4)}${nonce + 1_000}`, raw: "0x", sentBlock: 1n, sentAt: 1 } as const;
    await intents.addAttempt(key, { ...fees, ...sent, hash: `0x${sent.hash.slice(2)}`, nonce, cancels: false });
    await send();
  };
  const watch = () => {
    const told: string[] = [];
    const log = pino({}, { write: (line: string) => void told.push(JSON.parse(line).msg) });
    let [clock, counted] = [0, 0];
    const found = createNonceWatch({
      client,
      address: account.address,
      intents,
      now: () => clock,
      onFound: (count) => {
        counted += count;
      },
      log,
    });
    const look = async (afterMs: number) => {
      clock += afterMs;
      await found.look();
      return { lately: found.lately(), counted, told: told.splice(0) };
    };
    return { look };
  };

  beforeAll(async () => {
    chain = await startTestChain(3_600_000);
    client = createPublicClient({ transport: http(chain.rpcUrl), cacheTime: 0 });
    await chain.fund(account.address);
    database = await openDatabase(undefined, nodeSchema);
    intents = createIntents(database, account.address);
  });
  afterAll(async () => {
    await database.close();
    await chain.close();
  });

  test("default: what the node sent itself, and what was sent before its start, is nobody else's", async () => {
    await send();
    const { look } = watch();
    await look(0);
    for (const _ of [1, 2, 3, 4]) await sendOwn();
    expect(await look(60_000)).toEqual({ lately: 0, counted: 0, told: [] });
  });

  test("behavior: one is a warning, several within an hour an error, told once; after an hour without it is over", async () => {
    const { look } = watch();
    await look(0);
    await send();
    expect(await look(60_000)).toEqual({
      lately: 1,
      counted: 1,
      told: ["a transaction of the relaying key is not this node's"],
    });
    for (const _ of [1, 2]) await send();
    expect(await look(60_000)).toEqual({
      lately: manyForeign,
      counted: 3,
      told: ["another process sends from the relaying key"],
    });
    await sendOwn();
    await send();
    expect(await look(60_000)).toEqual({ lately: 4, counted: 4, told: [] });
    expect(await look(2 * hourMs)).toEqual({ lately: 0, counted: 4, told: [] });
  });
});
