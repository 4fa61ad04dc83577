import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type BoardLimits, boardLimitsSchema } from "../../oracle/board/boardLimits.ts";
import { type Board, startBoard } from "../../oracle/board/startBoard.ts";
import { type Message, stringifyMessage } from "../../oracle/messages/message.ts";
import type { SigningDomain } from "../../oracle/messages/messageDigest.ts";
import type { Deployment } from "../../sdk/index.ts";
import { createChainActor } from "./chainActor.ts";
import { commitAndReport, resultWord, testPlan } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { eventually } from "./eventually.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

describe("a board's limits", () => {
  let chain: TestChain;
  let deployment: Deployment;
  let domain: SigningDomain;
  let board: Board;
  const plan = testPlan(64, 1n);

  const start = async (limits: Partial<BoardLimits>, trustedProxies: readonly string[] = []) => {
    board = await startBoard({
      deployment,
      rpcUrls: [chain.rpcUrl],
      host: "127.0.0.1",
      port: 0,
      limits: { ...boardLimitsSchema.parse({}), ...limits },
      trustedProxies,
      retainRounds: 4,
      log: pino({ level: "silent" }),
      now: () => 0,
    });
  };
  const ask = async (path: string, headers: Record<string, string> = {}, body?: string) => {
    const response = await fetch(`${board.url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { connection: "close", ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const { error } = await response.json();
    return { status: response.status, error, retryAfter: response.headers.get("retry-after") };
  };
  const post = (message: Message) => ask("/v1/messages", {}, stringifyMessage(message));
  const read = (headers: Record<string, string> = {}) => ask("/v1/rounds/1/messages", headers);
  const commitments = (seat: number, count: number, word = resultWord()) =>
    Promise.all(
      Array.from({ length: count }, async (_, i) => (await commitAndReport(plan, seat, i, word, domain)).commitment),
    );
  const tooMany = (times: number, work: () => ReturnType<typeof ask>) =>
    Promise.all(Array.from({ length: times }, work)).then((all) => all.filter(({ status }) => status === 429));

  beforeAll(async () => {
    chain = await startTestChain(0);
    deployment = await deployForTest({ rpcUrl: chain.rpcUrl, epochLength: 86_400n });
    domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
    await createChainActor(chain.rpcUrl, deployment).openRound();
  });
  afterEach(() => board.close());
  afterAll(() => chain.close());

  test("default: an evaluator with 64 versions says everything it has to say without a wait", async () => {
    await start({});
    const pairs = await Promise.all(plan.assignments.map((_, i) => commitAndReport(plan, 0, i, resultWord(), domain)));
    for (const kind of ["commitment", "report"] as const) {
      const refused = (await Promise.all(pairs.map((pair) => post(pair[kind])))).filter(({ status }) => status !== 201);
      expect(refused.filter(({ status }) => status !== 429)).toEqual([]);
      // Both kinds come hours apart; here the second may come in the first one's second.
      for (const pair of refused.length > 0 ? pairs : [])
        await eventually("taken", 5, async () => ((await post(pair[kind])).status < 300 ? true : undefined));
    }
  });

  test("error: more bytes than one evaluator may store in a round; what is here already is still known", async () => {
    await start({ bytesPerEvaluator: 2_000 });
    const all = await commitments(0, 8);
    const answers = [];
    for (const commitment of all) answers.push(await post(commitment));
    const taken = answers.filter(({ status }) => status === 201).length;
    expect(taken).toBe(Math.floor(2_000 / Math.max(...all.map((each) => stringifyMessage(each).length))));
    expect(answers.at(-1)).toEqual({
      status: 403,
      error: expect.stringMatching(/^0x\w{40} has stored its 2000 bytes of round 1: /),
      retryAfter: null,
    });
    const [first, other] = [all[0], (await commitments(1, 1))[0]];
    if (!first || !other) throw new RangeError("messages");
    expect([(await post(first)).status, (await post(other)).status]).toEqual([200, 201]);
  });

  test("error: an evaluator that sends too often is put off; a proof against it gets in at once, and others are not touched", async () => {
    await start({ messagesPerSecond: 1 });
    const all = await commitments(0, 12);
    const contradiction = (await commitments(0, 1, resultWord({ retries: 1n })))[0];
    const [first, ...rest] = all;
    const other = (await commitments(1, 1))[0];
    if (!first || !contradiction || !other) throw new RangeError("messages");
    expect((await post(first)).status).toBe(201);
    const answers = await Promise.all([...rest, contradiction, first, other].map(post));
    const putOff = answers.filter(({ status }) => status === 429);
    expect(putOff.length).toBeGreaterThan(5);
    expect(putOff[0]).toEqual({ status: 429, error: expect.stringContaining(first.evaluator), retryAfter: "1" });
    expect(answers.slice(-3).map(({ status }) => status)).toEqual([409, 200, 201]);
    const second = rest[0];
    if (!second) throw new RangeError("messages");
    await eventually("it is taken later", 20, async () => ((await post(second)).status < 300 ? true : undefined));
  });

  test("behavior: nobody uses up an evaluator's share by repeating its messages, or by forging some", async () => {
    await start({ messagesPerSecond: 1 });
    const [first, second] = await commitments(0, 2);
    if (!first || !second) throw new RangeError("messages");
    await eventually("the first is taken", 20, async () => ((await post(first)).status < 300 ? true : undefined));
    const forged = { ...second, signature: first.signature };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => post(i % 2 ? first : forged)));
    expect(new Set(answers.map(({ status }) => status)).has(201)).toBe(false);
    await eventually("the second is taken", 20, async () => ((await post(second)).status === 201 ? true : undefined));
  });

  test("error: an address that reads, or posts, too often is told when to come again", async () => {
    await start({ readsPerSecond: 1, postsPerSecond: 1 });
    const [refusedRead] = await tooMany(10, () => read());
    expect(refusedRead).toEqual({
      status: 429,
      error: "127.0.0.1 asks more often than this board answers one address: ask again in 1 s",
      retryAfter: "1",
    });
    expect((await tooMany(10, () => ask("/v1/messages", {}, "{}")))[0]?.retryAfter).toBe("1");
    await eventually("it is answered later", 20, async () => ((await read()).status === 200 ? true : undefined));
  });

  test("behavior: X-Forwarded-For counts where the proxy is trusted, and nowhere else", async () => {
    const asOthers = () => {
      let client = 0;
      return tooMany(20, () => {
        client += 1;
        return read({ "x-forwarded-for": `198.51.100.${client}` });
      });
    };
    await start({ readsPerSecond: 1 });
    expect((await asOthers()).length).toBeGreaterThan(0);
    await board.close();
    await start({ readsPerSecond: 1 }, ["127.0.0.0/8"]);
    expect(await asOthers()).toEqual([]);
  });
});
