import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Board, startBoard } from "../../oracle/board/startBoard.ts";
import { CannotListenError } from "../../oracle/http/serveApp.ts";
import { type Message, maxMessageBytes, stringifyMessage } from "../../oracle/messages/message.ts";
import type { SigningDomain } from "../../oracle/messages/messageDigest.ts";
import type { Deployment } from "../../sdk/index.ts";
import { createChainActor } from "./chainActor.ts";
import { commitAndReport, evaluatorAt, resultWord, signed, testEvaluator, testPlan } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { roomyLimits } from "./roomyLimits.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

describe("message board", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-board-"));
  const log = pino({ level: "silent" });
  let chain: TestChain;
  let deployment: Deployment;
  let domain: SigningDomain;
  let board: Board;
  // A model of its own for every test, so that no test sees another's messages.
  let index = -1;
  // The board's clock: what it knows of the chain is good for a second.
  let clock = 0;
  const plan = testPlan(40, 1n);

  const start = () =>
    startBoard({
      deployment,
      rpcUrls: [chain.rpcUrl],
      place: { directory },
      host: "127.0.0.1",
      port: 0,
      retainRounds: 4,
      limits: roomyLimits,
      log,
      now: () => clock,
    });
  const openRound = async () => {
    await createChainActor(chain.rpcUrl, deployment).openRound();
    clock += 1_000;
  };
  const send = async (body: string) => {
    const response = await fetch(`${board.url}/v1/messages`, {
      method: "POST",
      body,
      headers: { connection: "close" },
    });
    return { status: response.status, body: await response.json() };
  };
  const post = (message: Message) => send(stringifyMessage(message));
  const get = async (path: string) => {
    const response = await fetch(`${board.url}${path}`, { headers: { connection: "close" } });
    return { status: response.status, body: await response.json() };
  };
  const make = (seat: number, word = resultWord()) => commitAndReport(plan, seat, index, word, domain);

  beforeAll(async () => {
    chain = await startTestChain(0);
    deployment = await deployForTest({ rpcUrl: chain.rpcUrl, epochLength: 86_400n });
    domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
    await openRound();
    board = await start();
  });
  beforeEach(() => {
    index += 1;
  });
  afterAll(async () => {
    await board.close();
    await chain.close();
    rmSync(directory, { recursive: true });
  });

  test("default: takes a signed message of a seated evaluator and shows it", async () => {
    const { commitment } = await make(0);
    expect(await post(commitment)).toEqual({
      status: 201,
      body: { digest: expect.stringMatching(/^0x[0-9a-f]{64}$/) },
    });
    const { body } = await get("/v1/rounds/1/messages");
    expect(body.messages.at(-1).message).toEqual(JSON.parse(stringifyMessage(commitment)));
    expect(body.next).toBeNull();
  });

  test("behavior: the same message again changes nothing", async () => {
    const { commitment } = await make(0);
    const first = await post(commitment);
    const before = (await get("/v1/rounds/1/messages")).body.messages.length;
    expect(await post(commitment)).toEqual({ status: 200, body: first.body });
    expect((await get("/v1/rounds/1/messages")).body.messages).toHaveLength(before);
  });

  test("error: a second, different message is refused and kept once as evidence", async () => {
    const { commitment } = await make(1);
    await post(commitment);
    for (const retries of [1n, 2n]) {
      const other = (await make(1, resultWord({ retries }))).commitment;
      expect(await post(other)).toEqual({ status: 409, body: { error: expect.stringContaining("the first stands") } });
    }
    const { body } = await get("/v1/rounds/1/equivocations");
    const mine = body.equivocations.filter((pair: { first: Message }) => {
      return "modelId" in pair.first && `${pair.first.modelId}` === `${index + 1}`;
    });
    const second = (await make(1, resultWord({ retries: 1n }))).commitment;
    expect(mine).toEqual([
      { first: JSON.parse(stringifyMessage(commitment)), second: JSON.parse(stringifyMessage(second)) },
    ]);
  });

  test("error: signed by somebody else", async () => {
    const { commitment } = await make(0);
    const { signature: _, ...unsigned } = commitment;
    const forged = await signed(unsigned, evaluatorAt(1), domain);
    expect(await post(forged)).toEqual({
      status: 403,
      body: { error: expect.stringContaining(`was not signed by ${evaluatorAt(0).account.address}`) },
    });
  });

  test("error: signed for another chain", async () => {
    const elsewhere = (await commitAndReport(plan, 0, index, resultWord(), { ...domain, chainId: 1n })).commitment;
    expect((await post(elsewhere)).status).toBe(403);
  });

  test("error: an evaluator without a seat", async () => {
    const stranger = testEvaluator(99);
    const { signature: _, ...unsigned } = (await make(0)).commitment;
    const message = await signed({ ...unsigned, evaluator: stranger.account.address }, stranger, domain);
    expect(await post(message)).toEqual({ status: 403, body: { error: expect.stringContaining("holds no seat") } });
  });

  test("error: a round that is not under way", async () => {
    const { commitment } = await commitAndReport(testPlan(1, 9n), 0, 0, resultWord(), domain);
    expect(await post(commitment)).toEqual({
      status: 422,
      body: { error: "round 9 is not under way: this board takes rounds around 1" },
    });
  });

  test("error: a round that this board's chain has not seen open yet", async () => {
    const { commitment } = await commitAndReport(testPlan(1, 2n), 0, 0, resultWord(), domain);
    expect(await post(commitment)).toEqual({
      status: 425,
      body: { error: "round 2 is not open on this board's chain yet: send it again" },
    });
  });

  test("error: what is no message", async () => {
    expect(await send("hello")).toEqual({ status: 400, body: { error: expect.stringContaining("not JSON") } });
    const { commitment } = await make(0);
    const extra = JSON.stringify({ ...JSON.parse(stringifyMessage(commitment)), note: "hi" });
    expect((await send(extra)).status).toBe(400);
    const negative = JSON.stringify({ ...JSON.parse(stringifyMessage(commitment)), modelId: "-1" });
    expect(await send(negative)).toEqual({ status: 400, body: { error: expect.stringContaining("modelId") } });
    const long = JSON.stringify({
      ...JSON.parse(stringifyMessage(commitment)),
      signature: `${commitment.signature}1b`,
    });
    expect(await send(long)).toEqual({
      status: 400,
      body: { error: expect.stringContaining("signature") },
    });
    expect((await send(`"${"x".repeat(maxMessageBytes)}"`)).status).toBe(413);
  });

  test("error: more messages than a round of one evaluator can have; a proof against it still gets in", async () => {
    await chain.skip(86_400);
    await openRound();
    const many = testPlan(132, 2n);
    const statuses: number[] = [];
    for (const i of many.assignments.keys()) {
      const { commitment } = await commitAndReport(many, 2, i, resultWord(), domain);
      statuses.push((await post(commitment)).status);
    }
    expect(statuses.filter((status) => status === 201)).toHaveLength(129);
    expect(statuses.slice(129)).toEqual([403, 403, 403]);
    const other = (await commitAndReport(many, 2, 0, resultWord({ retries: 1n }), domain)).commitment;
    expect((await post(other)).status).toBe(409);
    expect((await get("/v1/rounds/2/equivocations")).body.equivocations).toHaveLength(1);
  });

  test("behavior: pages are bounded and go on where the last one ended", async () => {
    const seen: number[] = [];
    let after: number | null = 0;
    for (let page = 0; after !== null && page < 10; page += 1) {
      const { body } = await get(`/v1/rounds/2/messages?after=${after}&limit=30`);
      expect(body.messages.length).toBeLessThanOrEqual(30);
      seen.push(...body.messages.map(({ cursor }: { cursor: number }) => cursor));
      after = body.next;
    }
    expect(seen).toHaveLength(129);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect((await get("/v1/rounds/2/messages?limit=201")).status).toBe(400);
    expect((await get("/v1/rounds/two/messages")).status).toBe(400);
  });

  test("error: one data directory, one board; one port, one server", async () => {
    await expect(start()).rejects.toThrow("is in use by another process");
    const port = Number(new URL(board.url).port);
    const options = {
      deployment,
      rpcUrls: [chain.rpcUrl],
      host: "127.0.0.1",
      port,
      retainRounds: 4,
      log,
      now: () => clock,
    };
    await expect(startBoard(options)).rejects.toThrow(CannotListenError);
  });

  test("behavior: a restart keeps messages and cursors", async () => {
    const before = await get("/v1/rounds/1/messages");
    await board.close();
    board = await start();
    expect(await get("/v1/rounds/1/messages")).toEqual(before);
    expect((await get("/healthz")).body).toEqual({ ok: true, currentRoundId: "2", seats: 3 });
  });
});
