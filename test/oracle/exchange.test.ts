import { once } from "node:events";
import { createServer } from "node:http";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { type Message, parseMessage, stringifyMessage } from "../../oracle/messages/message.ts";
import { type BoardClient, createBoardClient } from "../../oracle/node/boardClient.ts";
import { createExchange } from "../../oracle/node/exchange.ts";
import { createMetrics } from "../../oracle/node/metrics.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { createOwnMessages } from "../../oracle/node/ownMessages.ts";
import { createPeerMessages } from "../../oracle/node/peerMessages.ts";
import { commitAndReport, domain, evaluatorAt, resultWord, signed, testEvaluator, testPlan } from "./committee.ts";

/** A board that says whatever it is told to: real HTTP, no truth. */
async function startLyingBoard() {
  const posted: string[] = [];
  let identity = "one";
  let answer: (message: Message) => number = () => 201;
  let retryAfter: number | undefined;
  let pages: (readonly Message[] | string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      const parts: string[] = [];
      for await (const part of request) parts.push(`${part}`);
      posted.push(parts.join(""));
      response.writeHead(answer(parseMessage(parts.join("")))).end("{}");
      return;
    }
    if (retryAfter !== undefined) return void response.writeHead(429, { "retry-after": `${retryAfter}` }).end("{}");
    const page = pages.shift();
    if (page === undefined) return void response.end(JSON.stringify({ board: identity, messages: [], next: null }));
    if (typeof page === "string") return void response.end(page);
    const messages = page.map((message, i) => ({ cursor: i + 1, message: JSON.parse(stringifyMessage(message)) }));
    response.end(JSON.stringify({ board: identity, messages, next: null }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new TypeError("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    posted,
    say: (...next: typeof pages) => {
      pages = next;
    },
    answer: (status: number | ((message: Message) => number)) => {
      answer = typeof status === "number" ? () => status : status;
    },
    /** Answers reads with 429 until this is undefined again. */
    putOff: (seconds: number | undefined) => {
      retryAfter = seconds;
    },
    rename: (name: string) => {
      identity = name;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe("exchange with a board that is not to be believed", () => {
  const log = pino({ level: "silent" });
  let database: Database;
  let lying: Awaited<ReturnType<typeof startLyingBoard>>;
  let board: BoardClient;
  // A round of its own for every test.
  let roundId = 0n;

  const open = (boards = [board]) => {
    const own = createOwnMessages(database, domain, evaluatorAt(0).account);
    const parts = {
      domain,
      own: evaluatorAt(0).account.address,
      ownMessages: own.ofRound,
      boards,
      peers: createPeerMessages(database),
      metrics: createMetrics(),
      log,
    };
    return { own, plan: testPlan(2, roundId), exchange: createExchange(parts, testPlan(2, roundId)) };
  };

  beforeAll(async () => {
    database = await openDatabase(undefined, nodeSchema);
    lying = await startLyingBoard();
  });
  beforeEach(() => {
    roundId += 1n;
    board = createBoardClient(lying.url, log);
  });
  afterAll(async () => {
    lying.close();
    await database.close();
  });

  test("default: messages of the committee are checked and kept", async () => {
    const { plan, exchange } = open();
    const { commitment, report } = await commitAndReport(plan, 1, 0);
    lying.say([commitment, report]);
    const kept = await exchange.collect(50n);
    expect(kept.map(({ message, late }) => [message.kind, late])).toEqual([
      ["commitment", false],
      ["report", false],
    ]);
  });

  test("error: forged, misaddressed, uninvited and impossible messages are dropped", async () => {
    const { plan, exchange } = open();
    const { commitment, report } = await commitAndReport(plan, 1, 0);
    const { signature: _, ...unsigned } = commitment;
    const { signature: __, ...unsignedReport } = report;
    const stranger = testEvaluator(77);
    const strangers = await signed({ ...unsigned, evaluator: stranger.account.address }, stranger);
    const foreign = (await commitAndReport(plan, 1, 0, resultWord(), { ...domain, chainId: 5n })).commitment;
    const unassigned = (await commitAndReport(testPlan(3, roundId), 1, 2)).commitment;
    const wrongLink = await signed({ ...unsignedReport, link: evaluatorAt(2).links.linkOf(roundId) }, evaluatorAt(1));
    const malformed = await signed({ ...unsignedReport, word: 10_001n }, evaluatorAt(1));
    const incomplete = (await commitAndReport(plan, 1, 0, resultWord({ flags: 0b1000111n }))).report;
    const earlier = (await commitAndReport(testPlan(2, roundId + 5n), 1, 0)).commitment;
    lying.say([
      await signed(unsigned, evaluatorAt(2)),
      strangers,
      foreign,
      unassigned,
      wrongLink,
      malformed,
      incomplete,
      earlier,
      { ...commitment, signature: `0x${"11".repeat(64)}` },
    ]);
    expect(await exchange.collect(50n)).toEqual([]);
  });

  test("behavior: a node that was not there goes by the board's order: a commitment after a report on its version is late", async () => {
    const { plan, exchange } = open();
    const first = await commitAndReport(plan, 1, 0);
    const copier = await commitAndReport(plan, 2, 0);
    lying.say([first.commitment, first.report, copier.commitment]);
    const kept = await exchange.collect(81n);
    const late = kept.filter((entry) => entry.late).map(({ message }) => message.evaluator);
    expect(late).toEqual([evaluatorAt(2).account.address]);
  });

  test("behavior: a node that was there goes by its clock, whatever a board shows in front of what", async () => {
    const { plan, exchange } = open();
    const first = await commitAndReport(plan, 1, 0);
    const copier = await commitAndReport(plan, 2, 0);
    await exchange.collect(50n);
    lying.say([copier.commitment, first.commitment, first.report]);
    const kept = await exchange.collect(81n);
    expect(kept.filter(({ message }) => message.kind === "commitment").map(({ late }) => late)).toEqual([true, true]);
  });

  test("behavior: a report that is revealed too early makes nobody's commitment late", async () => {
    const { plan, exchange } = open();
    const early = await commitAndReport(plan, 1, 0);
    const punctual = await commitAndReport(plan, 2, 0);
    lying.say([early.commitment, early.report]);
    await exchange.collect(50n);
    const again = open().exchange;
    lying.rename("one again");
    lying.say([early.commitment, early.report, punctual.commitment]);
    expect((await again.collect(60n)).every(({ late }) => !late)).toBe(true);
    lying.rename("one");
    expect(plan.timing.commitBy).toBe(70n);
  });

  test("behavior: to a node that was not there, a commitment after its own report went out is late", async () => {
    const { plan, exchange, own } = open();
    const mine = await commitAndReport(plan, 0, 0);
    const { signature: _, ...unsigned } = mine.report;
    await own.signReport(unsigned);
    await own.release(roundId, (await own.ofRound(roundId))[0]?.subject ?? "0x");
    lying.say([(await commitAndReport(plan, 1, 0)).commitment]);
    expect((await exchange.collect(81n)).map(({ late }) => late)).toEqual([true]);
  });

  test("behavior: in time on one board is in time, whatever another board says", async () => {
    const second = await startLyingBoard();
    const { plan, exchange } = open([board, createBoardClient(second.url, log)]);
    const first = await commitAndReport(plan, 1, 0);
    const other = await commitAndReport(plan, 2, 0);
    lying.say([first.commitment, first.report, other.commitment]);
    second.say([other.commitment, first.commitment, first.report]);
    expect((await exchange.collect(81n)).every(({ late }) => !late)).toBe(true);
    second.close();
  });

  test("behavior: the first message stands, a second different one is kept as proof", async () => {
    const { plan, exchange } = open();
    const first = (await commitAndReport(plan, 1, 0)).commitment;
    const second = (await commitAndReport(plan, 1, 0, resultWord({ retries: 1n }))).commitment;
    lying.say([first, second]);
    expect((await exchange.collect(50n)).map(({ message, contradicted }) => ({ message, contradicted }))).toEqual([
      { message: first, contradicted: true },
    ]);
    const proof = await database.query<{ first: string; second: string }>(
      "select first, second from equivocations where round_id = $1",
      [`${roundId}`],
    );
    expect(proof.rows.map((row) => [parseMessage(row.first), parseMessage(row.second)])).toEqual([[first, second]]);
  });

  test("error: pages that are none, cursors that fall, a board that is gone: nothing, and no exception", async () => {
    const { plan, exchange } = open();
    const { commitment } = await commitAndReport(plan, 1, 0);
    const message = JSON.parse(stringifyMessage(commitment));
    const twice = { board: "one", messages: [1, 1].map((cursor) => ({ cursor, message })), next: null };
    for (const page of ["nonsense", "{}", "x".repeat(2_100_000), JSON.stringify(twice)]) {
      lying.say(page);
      expect(await exchange.collect(50n)).toEqual([]);
      expect(board.reachable()).toBe(false);
    }
    const gone = createBoardClient("http://127.0.0.1:9", log);
    const { exchange: alone } = open([gone]);
    await alone.publish([commitment]);
    expect(await alone.collect(50n)).toEqual([]);
    expect(gone.reachable()).toBe(false);
  });

  test("behavior: what one board hides, another shows", async () => {
    const { plan, exchange } = open([createBoardClient("http://127.0.0.1:9", log), board]);
    lying.say([(await commitAndReport(plan, 1, 0)).commitment]);
    expect(await exchange.collect(50n)).toHaveLength(1);
  });

  test("behavior: a board whose chain is behind gets a message again", async () => {
    const { plan, exchange } = open();
    const { commitment } = await commitAndReport(plan, 0, 0);
    const before = lying.posted.length;
    lying.answer(425);
    await exchange.publish([commitment]);
    expect(board.reachable()).toBe(true);
    lying.answer(201);
    await exchange.publish([commitment]);
    await exchange.publish([commitment]);
    expect(lying.posted).toHaveLength(before + 2);
  });

  test("behavior: a board that has enough of one evaluator for now gets the others' messages, and that one's later", async () => {
    const { plan, exchange } = open();
    const [flooder, other] = await Promise.all([1, 2].map((seat) => commitAndReport(plan, seat, 0)));
    if (!flooder || !other) throw new RangeError("two members");
    const before = lying.posted.length;
    lying.answer((message) => (message.evaluator === flooder.commitment.evaluator ? 429 : 201));
    await exchange.publish([flooder.commitment, flooder.report, other.commitment]);
    const sent = () => lying.posted.slice(before).map(parseMessage);
    expect(sent()).toEqual([flooder.commitment, other.commitment]);
    expect(board.reachable()).toBe(true);
    lying.answer(201);
    await exchange.publish([flooder.commitment]);
    expect(sent().slice(2)).toEqual([flooder.commitment, flooder.report]);
  });

  test("behavior: a board that asks to be read later is read later, and is not down", async () => {
    let clock = 0;
    board = createBoardClient(lying.url, log, () => clock);
    const { plan, exchange } = open();
    lying.say([(await commitAndReport(plan, 1, 0)).commitment]);
    lying.putOff(2);
    expect(await exchange.collect(50n)).toEqual([]);
    lying.putOff(undefined);
    clock = 1_999;
    expect(await exchange.collect(50n)).toEqual([]);
    expect(board.reachable()).toBe(true);
    clock = 2_000;
    expect(await exchange.collect(50n)).toHaveLength(1);
  });

  test("error: a board that puts its readers off for ever is down", async () => {
    let clock = 0;
    board = createBoardClient(lying.url, log, () => clock);
    const { exchange } = open();
    lying.putOff(1_000_000);
    for (let look = 0; look < 8; look += 1) {
      clock += 5_000;
      await exchange.collect(50n);
    }
    lying.putOff(undefined);
    expect(board.reachable()).toBe(false);
  });

  test("behavior: a message is delivered once, and again to a board that lost everything", async () => {
    const { plan, exchange } = open();
    const { commitment } = await commitAndReport(plan, 0, 0);
    const before = lying.posted.length;
    await exchange.publish([commitment]);
    await exchange.collect(50n);
    await exchange.publish([commitment]);
    expect(lying.posted).toHaveLength(before + 1);
    lying.rename("two");
    await exchange.collect(50n);
    await exchange.publish([commitment]);
    expect(lying.posted).toHaveLength(before + 2);
    lying.rename("one");
  });
});
