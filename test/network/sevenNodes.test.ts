import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { unpackResult } from "../../domain/result.ts";
import { type ReferenceModels, startReferenceModels } from "../../examples/reference-models/startReferenceModels.ts";
import { type Message, messageSchema } from "../../oracle/messages/message.ts";
import { proposeFrom, revealFrom, roundIdAt, roundTiming } from "../../oracle/node/roundTiming.ts";
import { eventually } from "../oracle/eventually.ts";
import { killAll, type RunningProcess, startProcess } from "../oracle/runProcess.ts";
import { type ForgetfulModel, forgetfulScores, startForgetfulModel } from "./forgetfulModel.ts";
import { startTestNetwork, type TestNetwork } from "./testNetwork.ts";

/** Who sits where. */
const seats = { honest: [0, 1], over: 2, under: 3, copier: 4, silent: 5, equivocator: 6 } as const;
/** Whose reports count. */
const counted = [...seats.honest, seats.over, seats.under];
/** The first one's fees can be claimed when the third one has ended. */
const rounds = 3;
/** Long enough for any machine: the test turns the chain's clock to what it waits for. */
const epochLength = 1_200n;
const patience = 120;
const toleranceBps = 60;
/** Fault.Equivocation of IInspector. */
const equivocation = 0;
/** Rates that are known because they follow from how the models are made, so that every honest node measures just them. */
const truth = new Map<bigint, readonly bigint[]>([
  [1n, [10_000n, 10_000n, 10_000n, 10_000n, 10_000n, 0n, 10_000n]],
  [2n, forgetfulScores],
]);

/** Of what a node tells about itself: whose messages on a round it has not read. */
const statusSchema = z.object({
  rounds: z.array(
    z.object({
      roundId: z.coerce.bigint(),
      missing: z.object({ commitments: z.array(z.number()), reports: z.array(z.number()) }).optional(),
    }),
  ),
});

const timing = { commitByBps: 5_000, revealByBps: 7_500, staggerSeconds: 1 };

describe("seven evaluators, of whom two lie, one copies, one is silent and one says two things, and a board that cheats", {
  timeout: 1_000 * (patience + 30),
}, () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-seven-"));
  const nodes = new Map<number, RunningProcess>();
  let network: TestNetwork;
  let models: ReferenceModels;
  let forgetful: ForgetfulModel;
  let boards: string[];

  const messagesOf = async (roundId: bigint, board = boards[0]): Promise<Message[]> => {
    const response = await fetch(`${board}/v1/rounds/${roundId}/messages?limit=200`);
    const { messages }: { messages: { message: unknown }[] } = await response.json();
    return messages.map(({ message }) => messageSchema.parse(message));
  };
  const addressOf = (seat: number) => network.evaluatorAt(seat).account.address;

  /** Waits until every one of these seats has left a message of this kind on every model. */
  const said = (roundId: bigint, kind: Message["kind"], by: readonly number[]) =>
    eventually(`a ${kind} of every seat in round ${roundId}`, patience, async () => {
      const messages = (await messagesOf(roundId)).filter((message) => message.kind === kind);
      const counts = by.map((seat) => messages.filter(({ evaluator }) => evaluator === addressOf(seat)).length);
      return counts.every((count) => count === truth.size) ? true : undefined;
    });

  /** Waits until every node that counts has read what those that count have said: boards hand it on in their own time. */
  const read = (roundId: bigint, kind: "commitments" | "reports") =>
    eventually(`the ${kind} of round ${roundId} in every node`, patience, async () => {
      const missing = counted.map(async (seat) => {
        const status = statusSchema.parse(await (await fetch(`${nodes.get(seat)?.url}/status`)).json());
        return status.rounds.find((round) => round.roundId === roundId)?.missing?.[kind];
      });
      const isRead = (places: number[] | undefined) => places && !counted.some((seat) => places.includes(seat));
      return (await Promise.all(missing)).every(isRead) ? true : undefined;
    });

  /** Leads the network through a round, turning the clock on as soon as everybody has done what the time is for. */
  const playRound = async (roundId: bigint, others: readonly number[] = []): Promise<void> => {
    const times = roundTiming(network.deployment, timing, roundId);
    await said(roundId, "commitment", [...counted, seats.silent, ...others]);
    await read(roundId, "commitments");
    await network.chain.skipTo(revealFrom(times) + 1n);
    // The equivocator may have been found out by now, and says no more.
    await said(roundId, "report", counted);
    await read(roundId, "reports");
    await network.chain.skipTo(proposeFrom(times) + 1n);
    await eventually(`the batch of round ${roundId}`, patience, async () =>
      (await network.events.batches()).find(({ args }) => args.roundId === roundId),
    );
    await network.chain.skipTo(roundTiming(network.deployment, timing, roundId + 1n).startsAt);
  };

  const startNodes = () => {
    const node = (seat: number, script = "oracle/main.ts", env = {}) =>
      startProcess(script, network.nodeConfig(seat, { boards, timing }), env).then((started) =>
        nodes.set(seat, started),
      );
    const { privateKey, linkSecret } = network.evaluatorAt(seats.copier);
    const copier = network.write("copier", {
      deployment: join(directory, "deployment.json"),
      rpcUrl: network.chain.rpcUrl,
      boards: boards.slice(0, 2),
      privateKey,
      linkSecret,
    });
    return Promise.all([
      ...seats.honest.map((seat) => node(seat)),
      node(seats.over, "test/network/adversaries/liarNode.ts", { ASSAY_TEST_LIE_BPS: "500" }),
      node(seats.under, "test/network/adversaries/liarNode.ts", { ASSAY_TEST_LIE_BPS: "-500" }),
      startProcess("test/network/adversaries/copier.ts", copier),
      node(seats.silent, "test/network/adversaries/silentNode.ts"),
      node(seats.equivocator, "test/network/adversaries/equivocatorNode.ts"),
    ]);
  };

  beforeAll(async () => {
    network = await startTestNetwork({ directory, seats: 7, quorum: 4, epochLength, blockMs: 500 });
    models = await startReferenceModels({ port: 0, seed: 1, samplingSeed: 1 });
    forgetful = await startForgetfulModel(`${models.url}/anchor`);
    await network.register("anchor", `${models.url}/anchor/manifest.json`);
    await network.register("forgetful", `${forgetful.url}/manifest.json`);
    const real = await Promise.all(["board0", "board1"].map((name) => network.startBoard(name)));
    const faulty = network.write("faulty", { behind: real[1]?.url, seed: "one", oneIn: 4 });
    const cheating = await startProcess("test/network/adversaries/faultyBoard.ts", faulty);
    boards = [...real, cheating].map(({ url }) => url);
    await startNodes();
    // A version is measured from the epoch after its registration on.
    const first = 1n + roundIdAt(network.deployment, (await network.client.getBlock()).timestamp);
    await network.chain.skipTo(roundTiming(network.deployment, timing, first).startsAt);
    // Once it is slashed, no round counts on the equivocator any more.
    await playRound(first, [seats.equivocator]);
    for (let round = 1n; round < BigInt(rounds); round += 1n) await playRound(first + round);
  }, 600_000);
  afterAll(async () => {
    killAll();
    await forgetful.close();
    await models.close();
    await network.close();
    rmSync(directory, { recursive: true });
  });

  test("default: every round is posted once, within 60 bps of the truth in every family", async () => {
    const results = await network.events.results();
    expect(new Set(results.map(({ args }) => args.roundId)).size).toBe(rounds);
    expect(results).toHaveLength(rounds * truth.size);
    for (const { args } of results) {
      const { scores } = unpackResult(args.word);
      const off = scores.map((score, i) => Math.abs(Number(score - (truth.get(args.modelId)?.[i] ?? 0n))));
      expect(Math.max(...off)).toBeLessThanOrEqual(toleranceBps);
    }
  });

  test("behavior: the liars did lie, each its way, and their words were in the medians", async () => {
    const [first] = await network.events.batches();
    const messages = await messagesOf(first?.args.roundId ?? 0n);
    const wordOf = (seat: number) => {
      const report = messages.find(
        (each) => each.kind === "report" && each.modelId === 2n && each.evaluator === addressOf(seat),
      );
      return report?.kind === "report" ? unpackResult(report.word).scores[2] : undefined;
    };
    expect([wordOf(seats.over), wordOf(seats.under)]).toEqual([5_500n, 4_500n]);
    const entries = messages
      .filter(({ evaluator }) => seats.honest.some((seat) => addressOf(seat) === evaluator))
      .flatMap((each) => (each.kind === "batchSignature" ? each.batches[0]?.entries : []));
    const bits = counted.reduce((all, seat) => all | (1n << BigInt(seat)), 0n);
    expect(new Set(entries.map((entry) => entry?.reporters))).toEqual(new Set([bits]));
  });

  test("behavior: the copier, the silent one and the equivocator gain nothing: no report counts, no fee is theirs", async () => {
    const paid = await eventually("a fee for everybody who measured", patience, async () => {
      const seatIds = new Set((await network.events.fees()).map(({ args }) => Number(args.seatId)));
      return counted.every((seat) => seatIds.has(seat)) ? seatIds : undefined;
    });
    expect([...paid].toSorted()).toEqual(counted);
    const gainless = [seats.copier, seats.silent, seats.equivocator];
    for (const { args } of await network.events.batches())
      expect(gainless.filter((seat) => (args.signers >> BigInt(seat)) % 2n === 1n)).toEqual([]);
  });

  test("behavior: the copier did try: its reports lie on the boards, behind those it copied", async () => {
    const [first] = await network.events.batches();
    const messages = await messagesOf(first?.args.roundId ?? 0n);
    const own = messages.filter(({ evaluator }) => evaluator === addressOf(seats.copier));
    expect(own.map(({ kind }) => kind).toSorted()).toEqual([
      "batchSignature",
      "commitment",
      "commitment",
      "report",
      "report",
    ]);
  });

  test("behavior: the equivocator loses its bond by a proof that a peer submitted, and nobody else loses anything", async () => {
    const [slash] = await eventually("the equivocator slashed", patience, async () => {
      const all = await network.events.slashes();
      return all.length > 0 ? all : undefined;
    });
    expect(slash?.args).toMatchObject({ seatId: BigInt(seats.equivocator), fault: equivocation, shareBps: 10_000n });
    const { from } = await network.client.getTransaction({ hash: slash?.transactionHash ?? "0x" });
    const peers = [...counted, seats.silent].map((seat) => addressOf(seat).toLowerCase());
    expect(peers).toContain(from.toLowerCase());
    const slashed = (await network.events.slashes()).map(({ args }) => Number(args.seatId));
    expect(new Set(slashed)).toEqual(new Set([seats.equivocator]));
  });

  test("behavior: every node ends in order", async () => {
    const codes = await Promise.all([...nodes.values()].map((node) => node.stop("SIGTERM")));
    expect(new Set(codes)).toEqual(new Set([0]));
  });
});
