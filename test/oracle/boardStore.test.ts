import { afterAll, beforeAll, expect, test } from "vitest";
import { type BoardStore, boardSchema, createBoardStore } from "../../oracle/board/boardStore.ts";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { type Message, stringifyMessage } from "../../oracle/messages/message.ts";
import { messageDigest } from "../../oracle/messages/messageDigest.ts";
import { sessionOfDispute } from "../../oracle/messages/session.ts";
import { commitAndReport, domain, resultWord, testPlan } from "./committee.ts";
import { describeOnEachDatabase } from "./eachDatabase.ts";

describeOnEachDatabase("a board's store", (place) => {
  let database: Database;
  let store: BoardStore;
  // A session of its own for every test.
  let session = 0n;

  const put = (message: Message) => store.put(message, messageDigest(domain, message));
  const commitment = async (index: number, retries = 0n, roundId = session) =>
    (await commitAndReport(testPlan(8, roundId), 0, index, resultWord({ retries }))).commitment;
  const bodies = async (roundId = session) => (await store.page(roundId, 0, 100)).map(({ body }) => body);

  beforeAll(async () => {
    database = await openDatabase(place(), boardSchema);
    store = await createBoardStore(database, { messages: 4, bytes: 10_000 });
  });
  afterAll(() => database.close());

  test("default: the first message stands, the same again is held, a second different one is kept once", async () => {
    session += 1n;
    const [first, second, third] = await Promise.all([0n, 1n, 2n].map((retries) => commitment(0, retries)));
    if (!first || !second || !third) throw new RangeError("messages");
    const held = messageDigest(domain, first);
    expect([await put(first), await put(first), await put(second), await put(third)]).toEqual([
      { outcome: "taken" },
      { outcome: "held" },
      { outcome: "conflict", held, isNew: true },
      { outcome: "conflict", held, isNew: false },
    ]);
    expect([await store.has(third), await store.has(await commitment(1))]).toEqual([true, false]);
    expect(await bodies()).toEqual([stringifyMessage(first)]);
    expect(await store.equivocations(session, 10)).toEqual([
      { first: stringifyMessage(first), second: stringifyMessage(second) },
    ]);
  });

  test("error: messages that come together do not get past the bound together", async () => {
    session += 1n;
    const verdicts = await Promise.all(Array.from({ length: 8 }, async (_, i) => put(await commitment(i))));
    expect(verdicts.filter(({ outcome }) => outcome === "taken")).toHaveLength(4);
    expect(verdicts.filter(({ outcome }) => outcome === "full")).toEqual(
      Array(4).fill({ outcome: "full", bound: "4 messages" }),
    );
  });

  test("error: bytes run out before messages do", async () => {
    session += 1n;
    const message = await commitment(0);
    const room = stringifyMessage(message).length + 10;
    const small = await createBoardStore(database, { messages: 4, bytes: room });
    expect(await small.put(message, messageDigest(domain, message))).toEqual({ outcome: "taken" });
    const next = await commitment(1);
    expect(await small.put(next, messageDigest(domain, next))).toEqual({ outcome: "full", bound: `${room} bytes` });
  });

  test("behavior: what is forgotten frees its share, and nothing else is touched", async () => {
    const [old, dispute] = [session + 1n, sessionOfDispute(7n)];
    session += 2n;
    for (const roundId of [old, session]) await put(await commitment(0, 0n, roundId));
    await put({ ...(await commitment(0)), roundId: dispute });
    await put(await commitment(0, 1n, old));
    await store.forgetBefore(session);
    await store.forgetDisputes(async (disputeId) => disputeId === 7n);
    expect(await Promise.all([old, dispute, session].map(bodies))).toEqual([[], [], [expect.any(String)]]);
    expect(await store.size()).toEqual({ messages: 1, bytes: stringifyMessage(await commitment(0)).length });
    await database.tidy();
    await store.tryWriting();
    expect(await bodies()).toHaveLength(1);
  });

  test("behavior: shares are counted for messages that an earlier version stored", async () => {
    await database.query("delete from shares");
    await database.executeSql(boardSchema);
    expect((await store.size()).messages).toBe(1);
  });
});
