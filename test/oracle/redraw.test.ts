import { pino } from "pino";
import type { Hex } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../oracle/database/openDatabase.ts";
import { type Message, stringifyMessage } from "../../oracle/messages/message.ts";
import { createBoardClient } from "../../oracle/node/boardClient.ts";
import type { CommitteeRound } from "../../oracle/node/committeeRound.ts";
import { enterCommittee } from "../../oracle/node/enterCommittee.ts";
import { createLinkChains } from "../../oracle/node/linkChains.ts";
import { createMetrics } from "../../oracle/node/metrics.ts";
import { nodeSchema } from "../../oracle/node/nodeSchema.ts";
import { createOwnMessages, type OwnMessages } from "../../oracle/node/ownMessages.ts";
import { createPeerMessages } from "../../oracle/node/peerMessages.ts";
import { memberOf, type RoundPlan } from "../../oracle/node/roundPlan.ts";
import { commitAndReport, domain, evaluatorAt, testPlan } from "./committee.ts";
import { hashOf } from "./courtStage.ts";
import { type HostileBoard, startHostileBoard } from "./hostileBoard.ts";

const own = evaluatorAt(0);
const [drawn, redrawn] = [hashOf("the block that vanished"), hashOf("the block in its place")];

describe("a round that the chain draws anew after this node has signed for it", () => {
  const log = pino({ level: "silent" });
  let database: Database;
  let board: HostileBoard;
  let ownMessages: OwnMessages;
  let roundId = 0n;

  const planOf = (seed: Hex): RoundPlan => ({ ...testPlan(1, roundId), seed });
  /** The round as the node enters it for a draw; nothing more is measured. */
  const enter = (seed: Hex): CommitteeRound => {
    const plan = planOf(seed);
    const self = memberOf(plan, own.account.address);
    if (!self) throw new TypeError("not in the committee");
    const exchange = {
      domain,
      own: own.account.address,
      ownMessages: ownMessages.ofRound,
      boards: [createBoardClient(board.url, log)],
      peers: createPeerMessages(database),
      metrics: createMetrics(),
      log,
    };
    const evaluations = {
      pursue: () => undefined,
      review: () => undefined,
      running: () => [],
      stop: async () => undefined,
    };
    const links = createLinkChains([own.linkSecret]);
    const parts = { links, suiteHash: plan.suiteHash, stagger: 1n, ownMessages, exchange, evaluations, log };
    const calls = { canPay: () => false, post: () => Promise.reject(new TypeError("nobody can pay")) };
    return enterCommittee(parts, { plan, self, calls, mayRevealEarly: () => true, log }).round;
  };
  /** Signs what was measured for a draw. */
  const report = async (seed: Hex): Promise<void> => {
    const { signature: _, ...unsigned } = (await commitAndReport(planOf(seed), 0, 0)).report;
    await ownMessages.signReport(unsigned, seed);
  };
  const peersSay = async (kind: "commitment" | "report"): Promise<void> => {
    for (const seat of [1, 2]) {
      const message = (await commitAndReport(planOf(drawn), seat, 0))[kind];
      await fetch(`${board.url}/v1/messages`, { method: "POST", body: stringifyMessage(message) });
    }
  };
  const sent = (kind: Message["kind"]): Message[] =>
    board.posted.filter(
      (message) => message.kind === kind && message.evaluator === own.account.address && message.roundId === roundId,
    );
  const advance = async (round: CommitteeRound, ...times: readonly bigint[]): Promise<void> => {
    for (const now of times) await round.advance(now, new Map());
  };
  const stages = (round: CommitteeRound) => round.view().versions.map(({ stage }) => stage);

  beforeAll(async () => {
    database = await openDatabase(undefined, nodeSchema);
    ownMessages = createOwnMessages(database, domain, own.account);
  });
  beforeEach(async () => {
    roundId += 1n;
    board = await startHostileBoard();
  });
  afterEach(() => board.close());
  afterAll(() => database.close());

  test("default: the report of the draw that vanished is not revealed, nor signed into a batch, and the node says it missed", async () => {
    await report(drawn);
    await advance(enter(drawn), 50n);
    expect(sent("commitment")).toHaveLength(1);
    await peersSay("commitment");
    await peersSay("report");
    const anew = enter(redrawn);
    await advance(anew, 60n, 71n, 90n, 95n);
    expect(stages(anew)).toEqual(["missed"]);
    expect(sent("report")).toEqual([]);
    const [batch] = sent("batchSignature");
    const entries = batch?.kind === "batchSignature" ? batch.batches.flatMap((each) => each.entries) : [];
    expect(entries.map(({ reporters }) => reporters)).toEqual([0b110n]);
  });

  test("behavior: when the first draw is in force again, its report is revealed", async () => {
    await report(drawn);
    await advance(enter(drawn), 50n);
    await advance(enter(redrawn), 55n);
    await peersSay("commitment");
    const again = enter(drawn);
    await advance(again, 60n, 61n);
    expect(stages(again)).toEqual(["revealed"]);
    expect(sent("report")).toHaveLength(1);
  });

  test("behavior: what was revealed before counts for nothing in the new draw, and no second batch is signed", async () => {
    await report(drawn);
    const first = enter(drawn);
    await peersSay("commitment");
    await peersSay("report");
    await advance(first, 50n, 60n, 61n, 62n, 63n);
    expect(sent("batchSignature").length).toBeGreaterThan(0);
    const before = board.posted.length;
    const anew = enter(redrawn);
    await advance(anew, 71n, 90n, 95n);
    expect(stages(anew)).toEqual(["missed"]);
    expect(board.posted.length).toBe(before);
  });

  test("behavior: what nobody has signed yet is measured for the new draw, and reported", async () => {
    await advance(enter(drawn), 50n);
    await report(redrawn);
    await peersSay("commitment");
    const anew = enter(redrawn);
    await advance(anew, 60n, 61n);
    expect(stages(anew)).toEqual(["revealed"]);
  });
});
