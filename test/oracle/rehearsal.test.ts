import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ReferenceModels, startReferenceModels } from "../../examples/reference-models/startReferenceModels.ts";
import { type Message, messageSchema } from "../../oracle/messages/message.ts";
import { proposeFrom, revealFrom, roundIdAt, roundTiming } from "../../oracle/node/roundTiming.ts";
import { runForTest } from "../cli/runForTest.ts";
import { startTestNetwork, type TestNetwork } from "../network/testNetwork.ts";
import { eventually } from "./eventually.ts";
import { killAll, type RunningProcess, runToEnd, startProcess } from "./runProcess.ts";

/** Long enough for any machine: the test turns the chain's clock to what it waits for. */
const epochLength = 1_200n;
const patience = 120;
const timing = { commitByBps: 5_000, revealByBps: 7_500, staggerSeconds: 1 };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** docs/operating-a-node.md, "Running it for years", sentence by sentence, with the commands that it names. */
describe("an operator's year", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-rehearsal-"));
  /** The machine: what `assay operator init` made. */
  const machine = join(directory, "machine");
  const file = join(machine, "node.json5");
  const dataDir = join(machine, "data");
  const passwordFile = join(directory, "password");
  let network: TestNetwork;
  let models: ReferenceModels;
  const boards: RunningProcess[] = [];
  let node: RunningProcess;
  /** The round that comes next. */
  let round: bigint;

  const operator = (...args: string[]) => runForTest(["operator", ...args], {}, () => new Date());
  const edit = (path: string, change: (text: string) => string) =>
    writeFileSync(path, change(readFileSync(path, "utf8")));
  const run = async (config = file) => {
    node = await startProcess("cli/main.ts operator run", config);
  };
  const doctor = async (config = file) => {
    const { out } = await operator("doctor", "--config", config, "--json");
    const { ok, checks }: { ok: boolean; checks: { verdict: string; value: string }[] } = JSON.parse(out);
    return { ok, failed: checks.filter(({ verdict }) => verdict === "fail").map(({ value }) => value) };
  };
  const status = async () => (await fetch(`${node.url}/status`)).json();
  const messagesOf = async (roundId: bigint): Promise<Message[]> => {
    const response = await fetch(`${boards[0]?.url}/v1/rounds/${roundId}/messages?limit=200`);
    const { messages }: { messages: { message: unknown }[] } = await response.json();
    return messages.map(({ message }) => messageSchema.parse(message));
  };
  const posted = async (roundId: bigint) =>
    (await network.events.batches()).filter(({ args }) => args.roundId === roundId).length;
  const timesOf = (roundId: bigint) => roundTiming(network.deployment, timing, roundId);
  const said = (roundId: bigint, kind: Message["kind"]) =>
    eventually(`a ${kind} in round ${roundId}`, patience, async () =>
      (await messagesOf(roundId)).some((message) => message.kind === kind) ? true : undefined,
    );

  /** Leads the node through the next round, turning the clock on as soon as it has done what the time is for. */
  const playRound = async (): Promise<void> => {
    const times = timesOf(round);
    await network.chain.skipTo(times.startsAt);
    await said(round, "commitment");
    await network.chain.skipTo(revealFrom(times) + 1n);
    await said(round, "report");
    await network.chain.skipTo(proposeFrom(times) + 1n);
    await eventually(`round ${round} posted, and the node knows`, patience, async () =>
      BigInt((await status()).lastPost?.roundId ?? 0) === round ? true : undefined,
    );
    expect(await posted(round)).toBe(1);
    round += 1n;
  };

  /** Into the next round, up to its commitment: from then on two things could be said. */
  const commitOnly = async (): Promise<void> => {
    await network.chain.skipTo(timesOf(round).startsAt);
    await said(round, "commitment");
  };

  /** Nothing that was done here cost the seat anything. */
  const expectNoContradiction = async (roundId: bigint): Promise<void> => {
    for (const board of boards) {
      const response = await fetch(`${board.url}/v1/rounds/${roundId}/equivocations`);
      expect(await response.json()).toEqual({ equivocations: [] });
    }
    expect(await network.events.slashes()).toEqual([]);
  };

  beforeAll(async () => {
    network = await startTestNetwork({ directory, seats: 1, quorum: 1, epochLength, blockMs: 500 });
    models = await startReferenceModels({ port: 0, seed: 1, samplingSeed: 1 });
    await network.register("anchor", `${models.url}/anchor/manifest.json`);
    for (const name of ["board0", "board1"]) boards.push(await network.startBoard(name));
    const flags = boards.flatMap(({ url }) => ["--board", url]);
    const made = await operator(
      ...["init", machine, "--deployment", join(directory, "deployment.json"), "--rpc-url", network.chain.rpcUrl],
      ...[...flags, "--suite", join(directory, "suite.json"), "--profile", "quick", "--allow-private", "127.0.0.1"],
      ...["--port", `${await freePort()}`],
    );
    expect(made.code).toBe(0);
    const { privateKey, linkSecret } = network.evaluatorAt(0);
    writeFileSync(join(machine, "signing.json"), JSON.stringify({ privateKey, linkSecret }), { mode: 0o600 });
    // What only a test needs: a clock that is turned by hand, and a log to look into.
    const more = { timing, pollMs: 200, evidenceStore: join(directory, "store"), logFile: join(machine, "node.log") };
    edit(file, (text) => text.replace(/\}\s*$/, `${JSON.stringify(more).slice(1, -1)}}\n`));
    writeFileSync(passwordFile, "correct horse\n", { mode: 0o600 });
    round = 1n + roundIdAt(network.deployment, (await network.client.getBlock()).timestamp);
  }, 240_000);
  afterAll(async () => {
    killAll();
    await models.close();
    await network.close();
    rmSync(directory, { recursive: true });
  });

  test("default: doctor finds nothing that fails, and the first round is posted", async () => {
    expect(await doctor()).toEqual({ ok: true, failed: [] });
    await run();
    await playRound();
    // While it runs, doctor does not take it for a stranger.
    expect(await doctor()).toEqual({ ok: true, failed: [] });
  }, 300_000);

  test("behavior: upgrade: stop, doctor, run; what was signed is known, and the next round is posted", async () => {
    const history = async () => JSON.parse((await operator("history", "--config", file, "--json")).out).signed;
    const before = await history();
    expect(before.length).toBeGreaterThan(0);
    expect(await node.stop("SIGTERM")).toBe(0);
    expect(await doctor()).toEqual({ ok: true, failed: [] });
    await run();
    expect(await history()).toEqual(before);
    await playRound();
  }, 300_000);

  const backup = join(directory, "backup");

  test("behavior: backup: keys once, the data directory with the node stopped", async () => {
    expect(await node.stop("SIGTERM")).toBe(0);
    const keys = await operator(
      "keys",
      "backup",
      join(backup, "keys.json"),
      "--config",
      file,
      "--password-file",
      passwordFile,
    );
    expect(keys).toMatchObject({ code: 0, out: expect.stringContaining("holds signing, link") });
    cpSync(dataDir, join(backup, "data"), { recursive: true });
    await run();
  }, 300_000);

  test("behavior: a restored older history waits with open rounds for every board, says so, and never contradicts the lost one", async () => {
    const lost = round;
    await commitOnly();
    await node.stop("SIGKILL");
    for (const path of [dataDir, join(machine, "signing.json")]) rmSync(path, { recursive: true });
    // Days later, as far as the history knows.
    await network.chain.skipTo(timesOf(lost).startsAt + 500n);
    const restored = await operator(
      "keys",
      "restore",
      join(backup, "keys.json"),
      machine,
      "--password-file",
      passwordFile,
    );
    expect(restored.code).toBe(0);
    cpSync(join(backup, "data"), dataDir, { recursive: true });
    // What `keys restore` said to do.
    expect(restored.out).toContain("name them in key.file, relayingKey.file and linkSecret.file");
    const [signing, link] = ["signing", "link"].map((name) => ({ file: join(machine, `${name}.json`), passwordFile }));
    edit(file, (text) =>
      text.replace(/"key": \{[^}]*\}/, `"key": ${JSON.stringify(signing)}, "linkSecret": ${JSON.stringify(link)}`),
    );
    const port = Number(new URL(boards[1]?.url ?? "").port);
    await boards[1]?.stop("SIGTERM");
    expect((await doctor()).ok).toBe(true);
    await run();
    const problem = await eventually("the round held back", patience, async () => {
      const { problems }: { problems: string[] } = await status();
      return problems.find((each) => each.startsWith(`left out: round ${lost}`));
    });
    expect(problem).toContain("see that all of boards answer");
    await eventually("the same in the metrics", patience, async () =>
      /^assay_rounds_held_back [1-9]/m.test(await (await fetch(`${node.url}/metrics`)).text()) ? true : undefined,
    );
    boards[1] = await network.startBoard("board1", port);
    // The boards are asked again every ten seconds of the chain's clock.
    await eventually("the round taken up", patience, async () => {
      await network.chain.skip(5);
      return (await status()).heldBack.length === 0 ? true : undefined;
    });
    await network.chain.skipTo(proposeFrom(timesOf(lost)) + 1n);
    await expectNoContradiction(lost);
    round = lost + 1n;
    await playRound();
    await expectNoContradiction(lost);
  }, 400_000);

  test("behavior: another machine: stopped, copied, the paths corrected, doctor, run", async () => {
    expect(await node.stop("SIGTERM")).toBe(0);
    const elsewhere = join(directory, "elsewhere");
    cpSync(machine, elsewhere, { recursive: true });
    const moved = join(elsewhere, "node.json5");
    // Before the paths are corrected it would be the old machine's directory.
    edit(moved, (text) => text.replaceAll(machine, elsewhere));
    expect(await doctor(moved)).toEqual({ ok: true, failed: [] });
    await run(moved);
    await playRound();
    await expectNoContradiction(round - 1n);
    // Whoever starts the old one on the same directory is refused.
    const second = await runToEnd("cli/main.ts", ["operator", "run", "--config", moved]);
    expect(second).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("in use by another process") });
    expect(await node.stop("SIGTERM")).toBe(0);
    rmSync(machine, { recursive: true });
    cpSync(elsewhere, machine, { recursive: true });
    edit(file, (text) => text.replaceAll(elsewhere, machine));
    await run();
  }, 400_000);

  test("behavior: disaster: an empty data directory once every open round is closed; old evidence comes from the shared store", async () => {
    const [report] = (await messagesOf(round - 1n)).filter((message) => message.kind === "report");
    const lost = round;
    await commitOnly();
    await node.stop("SIGKILL");
    rmSync(dataDir, { recursive: true });
    await network.chain.skipTo(timesOf(lost).closesAt + 1n);
    round = lost + 4n;
    expect(await doctor()).toEqual({ ok: true, failed: [] });
    await run();
    await playRound();
    expect((await status()).heldBack).toEqual([]);
    await expectNoContradiction(lost);
    const evidence = await fetch(`${node.url}/evidence/${report?.kind === "report" ? report.evidenceHash : ""}`);
    expect(evidence.status).toBe(200);
    expect(readdirSync(join(directory, "store"), { recursive: true }).length).toBeGreaterThan(0);
  }, 400_000);

  test("error: disaster, too soon: an empty data directory in a round that is open takes over from the boards what the lost one said", async () => {
    const lost = round;
    await commitOnly();
    const before = (await messagesOf(lost)).filter(({ kind }) => kind === "commitment");
    await node.stop("SIGKILL");
    rmSync(dataDir, { recursive: true });
    await run();
    await eventually("the commitment taken over", patience, async () => {
      const { out } = await operator("history", "--config", file, "--round", `${lost}`, "--json");
      return JSON.parse(out).signed.length > 0 ? true : undefined;
    });
    await network.chain.skipTo(proposeFrom(timesOf(lost)) + 1n);
    round = lost + 1n;
    await playRound();
    expect((await messagesOf(lost)).filter(({ kind }) => kind === "commitment")).toEqual(before);
    await expectNoContradiction(lost);
    expect(await node.stop("SIGTERM")).toBe(0);
  }, 400_000);
});
