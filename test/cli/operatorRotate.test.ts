import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPublicClient, http, type PublicClient } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSuite, suiteHash } from "../../evaluation/suite/suite.ts";
import { closesAt } from "../../oracle/court/clocks.ts";
import { type Deployment, policyBoardAbi } from "../../sdk/index.ts";
import { type ChainActor, createChainActor } from "../oracle/chainActor.ts";
import { type TestEvaluator, testEvaluator } from "../oracle/committee.ts";
import { deployForTest } from "../oracle/deployForTest.ts";
import { killAll, startProcess } from "../oracle/runProcess.ts";
import { startTestChain, type TestChain } from "../oracle/testChain.ts";
import { runForTest } from "./runForTest.ts";

/** The steps of docs/operating-a-node.md, "Another signing key", with the commands that it names. */
describe("operator rotate", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-rotate-"));
  const seat = 1;
  const [owner, old, next, third] = [90, 91, 92, 93].map(testEvaluator);
  if (!owner || !old || !next || !third) throw new RangeError("evaluators");
  let chain: TestChain;
  let client: PublicClient;
  let deployment: Deployment;
  let actor: ChainActor;
  let board: Server;
  let boardUrl: string;

  const write = (name: string, content: unknown): string => {
    const file = join(directory, name);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const keyFile = ({ privateKey, linkSecret, account }: TestEvaluator, secret = linkSecret): string =>
    write(`key-${account.address}.json`, { privateKey, linkSecret: secret });
  /** A node's configuration, with a data directory of its own. */
  const configOf = (name: string, key: string): string =>
    write(`${name}.json5`, {
      key: { file: key },
      rpcUrls: [chain.rpcUrl],
      deployment: join(directory, "deployment.json"),
      boards: [boardUrl],
      dataDir: join(directory, name),
      port: 0,
    });
  const operator = (...args: string[]) => runForTest(["operator", ...args], {}, () => new Date());
  const rotate = (config: string, ...flags: string[]) =>
    operator("rotate", "--config", config, "--seat", `${seat}`, ...flags);
  const send = (config: string) => rotate(config, "--owner-key", keyFile(owner), "--yes");
  const seatOf = () =>
    client.readContract({
      address: deployment.policyBoard,
      abi: policyBoardAbi,
      functionName: "seat",
      args: [BigInt(seat)],
    });
  const seatCheck = async (config: string) => {
    const { out } = await operator("doctor", "--config", config, "--json");
    const { checks }: { checks: { name: string; verdict: string; value: string; remedy?: string }[] } = JSON.parse(out);
    return checks.find(({ name }) => name === "seat");
  };
  const roundNow = async (): Promise<bigint> => {
    const { timestamp } = await client.getBlock();
    return 1n + (timestamp - BigInt(deployment.genesis)) / BigInt(deployment.epochLength);
  };

  beforeAll(async () => {
    chain = await startTestChain(3_600_000);
    client = createPublicClient({ transport: http(chain.rpcUrl), cacheTime: 0 });
    const seated = [testEvaluator(0), old, testEvaluator(2)];
    const hash = suiteHash(await loadSuite());
    deployment = await deployForTest({ rpcUrl: chain.rpcUrl, epochLength: 1_000n, suiteHash: hash, seated });
    write("deployment.json", deployment);
    actor = createChainActor(chain.rpcUrl, deployment);
    await chain.fund(old.account.address);
    await chain.fund(owner.account.address);
    await chain.fund(next.account.address);
    await actor.transferSeat(old.account, BigInt(seat), owner.account.address);
    board = createServer((_, response) => response.end('{"ok":true}'));
    await new Promise<void>((resolve) => board.listen(0, "127.0.0.1", resolve));
    const address = board.address();
    boardUrl = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    await chain.skip(1_000);
    await actor.openRound();
  });
  afterAll(async () => {
    killAll();
    board.close();
    await chain.close();
    rmSync(directory, { recursive: true });
  });

  test("error: a seat that is not there, a key that is in use, a directory of another key: one line before anything is sent", async () => {
    const config = configOf("new", keyFile(next));
    const lineOf = async (asked: ReturnType<typeof operator>) => {
      const { code, out, err } = await asked;
      expect([code, out, err.split("\n").length]).toEqual([1, "", 2]);
      return err;
    };
    expect(await lineOf(operator("rotate", "--config", config, "--seat", "9"))).toMatch(
      /^seat 9: UnknownSeat .*: name a seat that is there with --seat\n$/,
    );
    const peer = testEvaluator(2);
    expect(await lineOf(rotate(configOf("peer", keyFile(peer))))).toBe(
      `key ${peer.account.address} is, or was, the key of seat 2, and can never be named again: make a new one (assay operator keys new)\n`,
    );
    expect(await lineOf(rotate(config, "--owner-key", keyFile(third), "--yes"))).toBe(
      `the seat's owner is ${owner.account.address}, --owner-key is the key of ${third.account.address}: use the owner's\n`,
    );
    expect(await rotate(config, "--yes")).toMatchObject({ code: 2, err: expect.stringContaining("--owner-key") });
    expect((await seatOf()).signer).toBe(old.account.address);
  });

  test("default: says what would be sent, from which round on it counts, and what becomes of the old key; sends nothing", async () => {
    const config = configOf("new", keyFile(next));
    const round = await roundNow();
    const shown = await rotate(config, "--dry-run");
    expect(shown).toMatchObject({ code: 0, err: "" });
    const until = new Date(Number(closesAt(deployment, round)) * 1_000).toISOString();
    const [first, ...lines] = shown.out.trimEnd().split("\n");
    expect(first).toBe(
      `seat 1 signs with ${old.account.address}; from round ${round + 1n} on it signs with ${next.account.address}`,
    );
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^would send: rotateSigner\\(1, ${next.account.address}, 0x\\w{130}\\) to 0x`)),
      expect.stringMatching(new RegExp(`^would send: rotateLink\\(1, ${next.links.head}\\) to 0x`)),
      `- rounds up to ${round} count on the old key: keep its node running until ${until}, then stop it`,
      expect.stringMatching(/^- start the node with the new key now/),
      expect.stringMatching(/^- evidence of the old key can be asked for until 20/),
      expect.stringMatching(/^- the signing history stays with the old key/),
    ]);
    expect(await rotate(config)).toMatchObject({
      code: 1,
      err: "nothing was sent: add --owner-key FILE --yes to send it\n",
    });
    // With the secret of the present chain, the chain stays.
    const keeping = JSON.parse((await rotate(configOf("keeping", keyFile(third, old.linkSecret)), "--json")).out);
    expect(keeping.calls.map(({ name }: { name: string }) => name)).toEqual(["rotateSigner"]);
    expect((await seatOf()).signer).toBe(old.account.address);
  });

  test("behavior: sent, both nodes may run while rounds are open, and doctor tells the old one why", async () => {
    const config = configOf("new", keyFile(next));
    const sent = await send(config);
    expect(sent.code).toBe(0);
    expect(sent.out.match(/^in a block: 0x\w{64}: rotate(Signer|Link)\(/gm)).toHaveLength(2);
    expect(await seatOf()).toMatchObject({ signer: next.account.address, linkHead: next.links.head });
    expect(await seatCheck(config)).toMatchObject({ verdict: "ok" });
    expect(await seatCheck(configOf("old", keyFile(old)))).toMatchObject({
      verdict: "warn",
      value: `seat 1 signs with ${next.account.address} now; only rounds that opened before count on ${old.account.address}`,
    });
    const again = await send(config);
    expect(again).toMatchObject({ code: 0, err: "" });
    expect(again.out).toBe(
      `seat 1 signs with ${next.account.address} already\nits hash chain is this configuration's, too: nothing is left to send\n`,
    );
    expect(await rotate(configOf("back", keyFile(old)))).toMatchObject({
      code: 1,
      err: expect.stringContaining("was, the key of seat 1, and can never be named again"),
    });
  });

  test("behavior: when they are closed the old key is refused by doctor and by run in one line, and the new one runs", async () => {
    await chain.skip(4_000);
    const stale = configOf("old", keyFile(old));
    const line = `seat 1 signs with ${next.account.address}, and no open round counts on key ${old.account.address}: name that one in key, with a dataDir of its own`;
    const check = await seatCheck(stale);
    expect(`${check?.verdict} ${check?.value}: ${check?.remedy}`).toBe(`fail ${line}`);
    expect(await operator("run", "--config", stale)).toEqual({ code: 1, out: "", err: `${line}\n` });

    const node = await startProcess("cli/main.ts operator run", configOf("new", keyFile(next)));
    expect(node.ready).toContain(`evaluator ${next.account.address} seat 1 ready http://`);
    expect(await node.stop("SIGTERM")).toBe(0);
  });

  test("error: the new key's node does not take the old one's directory: rotate says so before it sends", async () => {
    // The node before has left its history there.
    const config = configOf("new", keyFile(third));
    const refused = await send(config);
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toMatch(
      new RegExp(`^\\S+ is the history of ${next.account.address} on .*: give it a directory of its own\n$`),
    );
    expect((await seatOf()).signer).toBe(next.account.address);
  });
});
