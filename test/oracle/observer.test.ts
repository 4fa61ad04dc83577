import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ReferenceModels, startReferenceModels } from "../../examples/reference-models/startReferenceModels.ts";
import { proposeFrom, revealFrom, roundIdAt, roundTiming } from "../../oracle/node/roundTiming.ts";
import { runForTest } from "../cli/runForTest.ts";
import { startTestNetwork, type TestNetwork } from "../network/testNetwork.ts";
import { eventually } from "./eventually.ts";
import { type ReaderProxy, startReaderProxy } from "./readerProxy.ts";
import { type RpcProxy, startRpcProxy } from "./rpcProxy.ts";
import { killAll, type RunningProcess, startProcess } from "./runProcess.ts";

/** Long enough for any machine: the test turns the chain's clock to what it waits for. */
const epochLength = 1_200n;
const patience = 120;
const timing = { commitByBps: 5_000, revealByBps: 7_500, staggerSeconds: 1 };
const lieBps = 500;

/** A committee of one, which lies; and somebody who only looks on. */
describe("operator run --observe", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-observer-"));
  const dataDir = join(directory, "watcher");
  const logFile = join(directory, "watcher.log");
  let network: TestNetwork;
  let models: ReferenceModels;
  let rpc: RpcProxy;
  let board: ReaderProxy;
  let liar: RunningProcess;
  let observer: RunningProcess;
  let config: string;
  let round: bigint;
  /** Takes the chain back to before the round was posted. */
  let undo: () => Promise<void>;

  const statusOf = async (node: RunningProcess) => (await fetch(`${node.url}/status`)).json();
  const metrics = async () => (await fetch(`${observer.url}/metrics`)).text();
  const logged = () => readFileSync(logFile, "utf8");

  /** Waits until the observer has read all that is on the board by now: what it reads after a deadline came late. */
  const boardRead = async (): Promise<void> => {
    const reads = () => board.asked.filter((asked) => asked.includes(`/v1/rounds/${round}/messages`)).length;
    const enough = reads() + 2;
    await eventually("the board read", patience, async () => (reads() >= enough ? true : undefined));
  };

  beforeAll(async () => {
    network = await startTestNetwork({ directory, seats: 1, quorum: 1, epochLength, blockMs: 500 });
    models = await startReferenceModels({ port: 0, seed: 1, samplingSeed: 1 });
    await network.register("anchor", `${models.url}/anchor/manifest.json`);
    const real = await network.startBoard("board");
    rpc = await startRpcProxy(network.chain.rpcUrl);
    board = await startReaderProxy(real.url);
    const seated = network.nodeConfig(0, { boards: [real.url], timing });
    liar = await startProcess("test/network/adversaries/liarNode.ts", seated, {
      ASSAY_TEST_LIE_BPS: `${-lieBps}`,
    });
    config = network.write("watcher", {
      ...JSON.parse(readFileSync(seated, "utf8")),
      key: { file: join(directory, "there-is-no-such-key.json") },
      rpcUrls: [rpc.url],
      boards: [board.url],
      dataDir,
      logFile,
    });
    observer = await startProcess("cli/main.ts operator run --observe", config);
    round = 1n + roundIdAt(network.deployment, (await network.client.getBlock()).timestamp);
    const times = roundTiming(network.deployment, timing, round);
    await network.chain.skipTo(times.startsAt);
    await eventually("the round measured by both", patience, async () => {
      const stages = [await statusOf(liar), await statusOf(observer)].map(
        ({ rounds }) =>
          rounds.find(({ roundId }: { roundId: number }) => BigInt(roundId) === round)?.versions[0]?.stage,
      );
      return stages[0] === "committed" && stages[1] === "measured" ? true : undefined;
    });
    await boardRead();
    await network.chain.skipTo(revealFrom(times) + 1n);
    undo = await network.chain.snapshot();
    await eventually("the report revealed", patience, async () => {
      const { rounds } = await statusOf(liar);
      const stage = rounds.find(({ roundId }: { roundId: number }) => BigInt(roundId) === round)?.versions[0]?.stage;
      return stage === "revealed" ? true : undefined;
    });
    await boardRead();
    await network.chain.skipTo(proposeFrom(times) + 1n);
    await eventually("the round posted, and compared", patience, async () => {
      const { disagreements } = await statusOf(observer);
      return disagreements.length > 0 ? true : undefined;
    });
  }, 400_000);
  afterAll(async () => {
    killAll();
    await Promise.all([rpc.close(), board.close(), models.close()]);
    await network.close();
    rmSync(directory, { recursive: true });
  });

  test("default: it starts without a key, measures the round, and tells that the posted score is not what it measured", async () => {
    expect(observer.ready).toMatch(/^observer ready http:/);
    const { disagreements, observes, lastPost, relayer } = await statusOf(observer);
    expect({ observes, posted: lastPost.roundId, relayer }).toEqual({
      observes: true,
      posted: Number(round),
      relayer: undefined,
    });
    const [{ own, posted }] = disagreements;
    expect(own - posted).toBe(lieBps);
    const { out } = await runForTest(["operator", "status", "--url", observer.url]);
    expect(out).toContain("observer (signs and submits nothing)");
    expect(out).toMatch(
      new RegExp(
        `compared +round ${round}: furthest apart in .*, own ${own / 100}\\.0 %, posted ${posted / 100}\\.0 %`,
      ),
    );
  });

  test("behavior: it judges what the committee proposes: the medians do follow from the reports", () => {
    expect(logged()).toContain("would sign this proposal");
    expect(logged()).not.toContain("would not sign");
  });

  test("behavior: metrics tell of the round, of its own measuring and of what it watches, and of no seat", async () => {
    const text = await metrics();
    for (const line of [
      'assay_rounds_total{outcome="posted"} 1',
      'assay_reports_total{outcome="made"} 1',
      'assay_check{check="rpc"} 0',
      'assay_check{check="boards"} 0',
      // Its committee's chain is the test's to turn: it is ahead of this machine's clock, and the observer says so.
      'assay_check{check="clock"} 1',
      `assay_last_round_posted ${round}`,
    ])
      expect(text).toContain(line);
    expect(text).toMatch(new RegExp(`assay_disagreement{family="\\w"} ${lieBps}`));
    expect(text).not.toMatch(/^assay_(transactions|proofs|challenges|reevaluations)_total{.*} [1-9]/m);
    expect(text).not.toMatch(/assay_check{check="(seat|bond|gas)"}/);
    // What it has none of is no alarm.
    expect(text).toContain("assay_gas_days Nan");
    expect(text).toContain("assay_challenge_seconds_left +Inf");
  });

  test("behavior: it signs nothing and posts nothing: no board got a message, no endpoint a transaction, no history is kept", () => {
    expect(board.asked.filter((asked) => !asked.startsWith("GET "))).toEqual([]);
    expect(board.asked.some((asked) => asked.includes(`/v1/rounds/${round}/messages`))).toBe(true);
    expect(rpc.asked.filter((method) => /send|sign/i.test(method))).toEqual([]);
    expect(rpc.asked).toContain("eth_getLogs");
    const kept = readdirSync(join(dataDir, "observer"), { recursive: true });
    expect(kept.filter((name) => `${name}`.includes("signing-history"))).toEqual([]);
    expect(existsSync(join(dataDir, "signing-history.sqlite"))).toBe(false);
  });

  test("behavior: when the post vanishes in a reorganisation, the committee's node posts it again and counts the round once", async () => {
    const countOf = async () =>
      (await (await fetch(`${liar.url}/metrics`)).text()).match(/^assay_rounds_total.* [1-9]\d*$/gm);
    await eventually("the round counted", patience, async () => ((await countOf()) === null ? undefined : true));
    const before = await countOf();
    const [first] = await network.events.results();
    await undo();
    await network.chain.skipTo(proposeFrom(roundTiming(network.deployment, timing, round)) + 1n);
    const again = await eventually("the round posted again", patience, async () => {
      const [result, ...others] = await network.events.results();
      expect(others).toEqual([]);
      return result && result.blockHash !== first?.blockHash ? result : undefined;
    });
    await eventually("the new post seen", patience, async () =>
      (await statusOf(liar)).head.number > again.blockNumber ? true : undefined,
    );
    expect(await countOf()).toEqual(before);
    expect(before).toEqual(['assay_rounds_total{outcome="posted"} 1']);
  }, 300_000);

  test("behavior: it keeps the evidence of what it measured, and ends in order", async () => {
    const evidence = readdirSync(join(dataDir, "observer", "evidence"), { recursive: true });
    expect(evidence.length).toBeGreaterThan(0);
    expect(await observer.stop("SIGTERM")).toBe(0);
  });
});
