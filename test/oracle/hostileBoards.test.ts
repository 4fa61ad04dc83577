import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { parseMessage } from "../../oracle/messages/message.ts";
import { createBoardClient } from "../../oracle/node/boardClient.ts";
import { createExchange, type Exchange } from "../../oracle/node/exchange.ts";
import { createMetrics } from "../../oracle/node/metrics.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { createPeerMessages } from "../../oracle/node/peerMessages.ts";
import { batchSignature, commitAndReport, domain, evaluatorAt, resultWord, signed, testPlan } from "./committee.ts";
import { type HostileBoard, type Hostility, startHostileBoard } from "./hostileBoard.ts";

describe("a committee over boards that lie", () => {
  const log = pino({ level: "silent" });
  const databases: Database[] = [];
  const open: HostileBoard[] = [];
  // A round of its own for every test.
  let roundId = 100n;

  const board = async (hostility: Hostility = {}): Promise<HostileBoard> => {
    const started = await startHostileBoard(hostility);
    open.push(started);
    return started;
  };
  const database = (seat: number): Database => {
    const found = databases[seat];
    if (!found) throw new RangeError(`there is no node ${seat}`);
    return found;
  };
  /** The exchange of one node with boards; each board knows who asks. */
  const nodeOf = (seat: number, boards: readonly HostileBoard[]) => {
    const metrics = createMetrics();
    const parts = {
      domain,
      own: evaluatorAt(seat).account.address,
      ownMessages: async () => [],
      boards: boards.map(({ urlFor }) => createBoardClient(urlFor(`node${seat}`), log)),
      peers: createPeerMessages(database(seat)),
      metrics,
      log,
    };
    return { exchange: createExchange(parts, testPlan(2, roundId)), metrics, clients: parts.boards };
  };
  const make = (seat: number, word = resultWord()) => commitAndReport(testPlan(2, roundId), seat, 0, word);
  const found = async (exchange: Exchange, now = 50n) =>
    (await exchange.collect(now)).map(({ message }) => `${message.kind} of ${seatOf(message.evaluator)}`);
  const seatOf = (address: string) => [0, 1, 2].find((seat) => evaluatorAt(seat).account.address === address);
  const faults = async ({ metrics }: ReturnType<typeof nodeOf>) =>
    (await metrics.boardFaults.get()).values.map(({ labels, value }) => [labels.fault, value]);
  const proofs = async (seat: number) => {
    const { rows } = await database(seat).query<{ first: string; second: string }>(
      "select first, second from equivocations where round_id = $1",
      [`${roundId}`],
    );
    return rows.map(({ first, second }) => [parseMessage(first), parseMessage(second)]);
  };

  beforeAll(async () => {
    databases.push(await openDatabase(undefined, nodeSchema), await openDatabase(undefined, nodeSchema));
  });
  beforeEach(() => {
    roundId += 1n;
  });
  afterAll(async () => {
    for (const each of open) each.close();
    for (const each of databases) await each.close();
  });

  test("default: what one board hides from everybody is brought to it from the one that shows it", async () => {
    const [hiding, honest] = [await board(), await board()];
    const { commitment } = await make(1);
    await nodeOf(1, [honest]).exchange.publish([commitment]);
    await nodeOf(0, [hiding, honest]).exchange.collect(50n);
    expect(hiding.posted).toEqual([commitment]);
  });

  test("behavior: members who sign the same batches are all heard", async () => {
    const honest = await board();
    const plan = testPlan(2, roundId);
    const [first] = plan.assignments;
    if (!first) throw new RangeError("the plan has models");
    const { modelId, digest } = first;
    const batch = { reportsRoot: digest, entries: [{ modelId, digest, word: resultWord(), reporters: 0b111n }] };
    const nodes = [nodeOf(0, [honest]).exchange, nodeOf(1, [honest]).exchange];
    for (const [seat, node] of nodes.entries()) await node.publish([await batchSignature(plan, seat, [batch])]);
    for (const node of nodes) {
      expect((await found(node)).toSorted()).toEqual(["batchSignature of 0", "batchSignature of 1"]);
    }
  });

  test("behavior: boards that answer differently to different nodes: all hear all", async () => {
    const onlyTo = (reader: string): Hostility => ({ shows: (_, asking) => asking === reader });
    const [first, second, honest] = [await board(onlyTo("node0")), await board(onlyTo("node1")), await board()];
    const boards = [first, second, honest];
    const [left, right] = [nodeOf(0, boards).exchange, nodeOf(1, boards).exchange];
    const [mine, theirs] = [(await make(1)).commitment, (await make(2)).commitment];
    await nodeOf(1, [first]).exchange.publish([mine]);
    await nodeOf(1, [second]).exchange.publish([theirs]);
    await left.collect(50n);
    await right.collect(50n);
    const all = ["commitment of 1", "commitment of 2"];
    expect((await found(left)).toSorted()).toEqual(all);
    expect((await found(right)).toSorted()).toEqual(all);
  });

  test("behavior: a board that never answers keeps nobody waiting for the others", async () => {
    const [silent, honest] = [await board({ page: () => undefined }), await board()];
    const { exchange } = nodeOf(0, [silent, honest]);
    await nodeOf(1, [honest]).exchange.publish([(await make(1)).commitment]);
    expect(await found(exchange)).toEqual(["commitment of 1"]);
    await nodeOf(1, [honest]).exchange.publish([(await make(2)).commitment]);
    // The request to the silent board is under way still, and nobody asks it a second time meanwhile.
    expect(await found(exchange)).toHaveLength(2);
    expect(silent.reads()).toBe(1);
  });

  test("error: a board that sends without end is cut off", async () => {
    const chunk = "x".repeat(1 << 16);
    const endless = await board({
      page: (response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on("drain", more);
        more();
      },
    });
    const { exchange, clients } = nodeOf(0, [endless]);
    expect(await found(exchange)).toEqual([]);
    await exchange.collect(50n);
    expect(clients.map(({ reachable }) => reachable())).toEqual([false]);
  });

  test("error: a board that makes up messages is not read any more in this round, and the others are", async () => {
    const { commitment, report } = await make(1);
    const { signature: _, ...unsigned } = report;
    const forged = await Promise.all(
      Array.from({ length: 40 }, (__, i) =>
        signed({ ...unsigned, word: resultWord({ retries: BigInt(i) }) }, evaluatorAt(2)),
      ),
    );
    const [forging, honest] = [await board({ adds: forged }), await board()];
    await nodeOf(1, [honest]).exchange.publish([commitment]);
    const node = nodeOf(0, [forging, honest]);
    expect(await found(node.exchange)).toEqual(["commitment of 1"]);
    const reads = forging.reads();
    await nodeOf(1, [honest]).exchange.publish([report]);
    expect(await found(node.exchange)).toEqual(["commitment of 1", "report of 1"]);
    expect(forging.reads()).toBe(reads);
    expect(await faults(node)).toEqual([["forged", 9]]);
  });

  test("behavior: messages of old rounds, shown twice or backwards change nothing", async () => {
    const old = (await commitAndReport(testPlan(2, roundId - 1n), 1, 0)).commitment;
    const [mine, other] = [await make(1), await make(2)];
    const messy = await board({ adds: [old, mine.commitment], order: (messages) => messages.toReversed() });
    await nodeOf(1, [messy]).exchange.publish([mine.commitment, other.commitment, mine.report, other.report]);
    const kept = await nodeOf(0, [messy]).exchange.collect(50n);
    expect(kept.map(({ message, late }) => [message.kind, message.roundId, late])).toEqual(
      ["commitment", "commitment", "report", "report"].map((kind) => [kind, roundId, false]),
    );
  });

  test("behavior: a contradiction of which each board shows only one half is kept as proof", async () => {
    const [first, second] = [await board(), await board()];
    const [one, two] = [(await make(1)).commitment, (await make(1, resultWord({ retries: 1n }))).commitment];
    await nodeOf(1, [first]).exchange.publish([one]);
    await nodeOf(1, [second]).exchange.publish([two]);
    await nodeOf(0, [first, second]).exchange.collect(50n);
    expect(await proofs(0)).toEqual([[one, two]]);
  });

  test("behavior: a board that refuses what it hides a contradiction of gives the proof away", async () => {
    const [hiding, honest] = [await board({ shows: () => false }), await board()];
    const [one, two] = [(await make(1)).commitment, (await make(1, resultWord({ retries: 1n }))).commitment];
    await nodeOf(1, [hiding]).exchange.publish([two]);
    await nodeOf(1, [honest]).exchange.publish([one]);
    const { exchange } = nodeOf(0, [hiding, honest]);
    await exchange.collect(50n);
    await exchange.collect(51n);
    await exchange.collect(52n);
    expect(await proofs(0)).toEqual([[one, two]]);
  });

  test("behavior: what a board takes and drops is brought again, more and more rarely", async () => {
    const dropping = await board({ keeps: () => false });
    const { exchange } = nodeOf(0, [dropping]);
    const { commitment } = await make(0);
    await exchange.publish([commitment]);
    for (let pass = 0; pass < 40; pass += 1) await exchange.collect(50n);
    expect(dropping.posted.length).toBeGreaterThan(1);
    expect(dropping.posted.length).toBeLessThan(5);
  });
});
