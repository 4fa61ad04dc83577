import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boardSchema, createBoardStore } from "../../oracle/board/boardStore.ts";
import { createReadiness } from "../../oracle/board/readiness.ts";
import { type Board, startBoard } from "../../oracle/board/startBoard.ts";
import { openDatabase } from "../../oracle/database/openDatabase.ts";
import { type Message, stringifyMessage } from "../../oracle/messages/message.ts";
import { createChainActor } from "./chainActor.ts";
import { commitAndReport, resultWord, testPlan } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { eventually } from "./eventually.ts";
import { roomyLimits } from "./roomyLimits.ts";
import { type RpcProxy, startRpcProxy } from "./rpcProxy.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

describe("what a board says about itself", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-board-pages-"));
  const log = pino({ level: "silent" });
  let chain: TestChain;
  let rpc: RpcProxy;
  let board: Board;
  // What the board knows of the chain and of itself is good for a second of this clock.
  let clock = 0;
  let openRound: () => Promise<unknown>;
  let pair: (seat: number, retries?: bigint) => ReturnType<typeof commitAndReport>;

  const get = async (path: string) => {
    clock += 1_000;
    const response = await fetch(`${board.url}${path}`, { headers: { connection: "close" } });
    return { status: response.status, text: await response.text() };
  };
  const readyz = async () => {
    const { status, text } = await get("/readyz");
    return { status, ...JSON.parse(text) };
  };
  const post = async (message: Message) => {
    const response = await fetch(`${board.url}/v1/messages`, { method: "POST", body: stringifyMessage(message) });
    await response.arrayBuffer();
    return response.status;
  };
  /** Metrics by name and labels, as Prometheus reads them. */
  const metrics = async (): Promise<Record<string, number>> => {
    const lines = (await get("/metrics")).text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return Object.fromEntries(lines.map((line) => [line.replace(/ \S+$/, ""), Number(line.split(" ").at(-1))]));
  };

  beforeAll(async () => {
    chain = await startTestChain(0);
    rpc = await startRpcProxy(chain.rpcUrl);
    const deployment = await deployForTest({ rpcUrl: chain.rpcUrl, epochLength: 86_400n });
    const domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
    openRound = () => createChainActor(chain.rpcUrl, deployment).openRound();
    pair = (seat, retries = 0n) => commitAndReport(testPlan(1, 1n), seat, 0, resultWord({ retries }), domain);
    board = await startBoard({
      deployment,
      rpcUrls: [rpc.url],
      place: { directory },
      host: "127.0.0.1",
      port: 0,
      retainRounds: 4,
      limits: roomyLimits,
      log,
      now: () => clock,
    });
  });
  afterAll(async () => {
    await board.close();
    await rpc.close();
    await chain.close();
    rmSync(directory, { recursive: true });
  });

  test("default: ready once a seat is known, and says so until then", async () => {
    expect(await readyz()).toEqual({
      status: 503,
      ok: false,
      missing: ["no seat is on the list sealed last: no message is taken until a seat has paid its bond"],
    });
    await openRound();
    expect(await readyz()).toEqual({ status: 200, ok: true, missing: [] });
  });

  test("error: a chain that does not answer, and a database that cannot be written", async () => {
    rpc.treat({ kind: "drop" });
    const chainGone = ["the chain does not answer: see whether one of rpcUrls does; the log says why"];
    expect(await readyz()).toEqual({ status: 503, ok: false, missing: chainGone });
    expect(await metrics()).toMatchObject({ assay_board_ready: 0 });
    rpc.treat({ kind: "pass" });
    await eventually("ready again", 60, async () => ((await readyz()).ok ? true : undefined));

    const database = await openDatabase(undefined, boardSchema);
    const store = await createBoardStore(database, { messages: 1, bytes: 1 });
    await database.close();
    const facts = async () => ({ signersOf: new Map(), currentRoundId: 1n, seats: 3, headBlock: 1n });
    const view = { facts, dispute: async () => undefined, headAgeSeconds: async () => 0 };
    expect(await createReadiness({ store, chain: view, log, now: () => 0 })()).toEqual({
      ok: false,
      missing: ["the database cannot be written: see whether its disk is full or its server down; the log says why"],
    });
  });

  test("default: metrics count what is taken, refused by reason, read and stored", async () => {
    const [first, contradiction] = await Promise.all([pair(0), pair(0, 1n)]);
    const forged = { ...(await pair(1)).commitment, signature: first.commitment.signature };
    const statuses = [];
    for (const message of [
      first.commitment,
      first.commitment,
      contradiction.commitment,
      contradiction.commitment,
      forged,
    ])
      statuses.push(await post(message));
    expect(statuses).toEqual([201, 200, 409, 409, 403]);
    await get("/v1/rounds/1/messages");
    await get("/v1/rounds/one/messages");
    expect(await metrics()).toMatchObject({
      'assay_board_messages_total{outcome="taken"}': 1,
      'assay_board_messages_total{outcome="held"}': 1,
      'assay_board_refusals_total{reason="conflict"}': 2,
      'assay_board_refusals_total{reason="wrongSignature"}': 1,
      'assay_board_refusals_total{reason="malformed"}': 1,
      'assay_board_reads_total{page="messages"}': 1,
      assay_board_equivocations_total: 1,
      assay_board_stored_messages: 1,
      assay_board_stored_bytes: stringifyMessage(first.commitment).length,
      assay_board_ready: 1,
      'assay_board_request_seconds_count{page="post",status="409"}': 2,
      assay_board_disk_free_bytes: expect.any(Number),
    });
  });

  test("behavior: the age of the chain's head grows until a block comes", async () => {
    await chain.skip(1);
    await get("/readyz");
    const before = (await metrics()).assay_board_chain_head_age_seconds ?? 0;
    clock += 100_000;
    expect((await metrics()).assay_board_chain_head_age_seconds).toBeGreaterThanOrEqual(before + 100);
    await chain.skip(1);
    expect((await metrics()).assay_board_chain_head_age_seconds).toBe(0);
  });

  test("error: a request that breaks off is the sender's fault and in no error log", async () => {
    const refused = async () => (await metrics())['assay_board_refusals_total{reason="malformed"}'] ?? 0;
    const before = await refused();
    const socket = connect(Number(new URL(board.url).port), "127.0.0.1");
    await once(socket, "connect");
    socket.write("POST /v1/messages HTTP/1.1\r\nhost: board\r\ncontent-length: 500\r\n\r\n{");
    socket.end();
    await eventually("it is counted", 20, async () => ((await refused()) === before + 1 ? true : undefined));
    socket.destroy();
  });
});
