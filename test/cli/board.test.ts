import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSON5 from "json5";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { boardConfigSchema } from "../../oracle/board/boardConfig.ts";
import { boardLimitsSchema } from "../../oracle/board/boardLimits.ts";
import { type Message, stringifyMessage } from "../../oracle/messages/message.ts";
import type { SigningDomain } from "../../oracle/messages/messageDigest.ts";
import type { Deployment } from "../../sdk/index.ts";
import { createChainActor } from "../oracle/chainActor.ts";
import { commitAndReport, resultWord, testPlan } from "../oracle/committee.ts";
import { deployForTest } from "../oracle/deployForTest.ts";
import { killAll, runToEnd, startProcess } from "../oracle/runProcess.ts";
import { startTestChain, type TestChain } from "../oracle/testChain.ts";
import { runForTest } from "./runForTest.ts";

describe("assay board", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-board-command-"));
  let chain: TestChain;
  let deployment: Deployment;
  let domain: SigningDomain;
  let deploymentFile: string;

  const write = (name: string, content: unknown): string => {
    const file = join(directory, name);
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  /** Writes a configuration as an operator would. @returns its file. */
  const init = async (name: string, ...flags: string[]): Promise<string> => {
    const dir = join(directory, name);
    const given = ["--deployment", deploymentFile, "--rpc-url", chain.rpcUrl, ...flags];
    const { code, err } = await runForTest(["board", "init", dir, ...given]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    return join(dir, "board.json5");
  };
  const run = (config: string) => startProcess("cli/main.ts board", config);
  const runToRefusal = (config: string) => runToEnd("cli/main.ts", ["board", "--config", config]);
  const post = async (url: string, message: Message): Promise<number> => {
    const response = await fetch(`${url}/v1/messages`, { method: "POST", body: stringifyMessage(message) });
    await response.arrayBuffer();
    return response.status;
  };
  const page = async (url: string) => (await fetch(`${url}/v1/rounds/1/messages`)).json();
  const commitment = async (index: number) =>
    (await commitAndReport(testPlan(3, 1n), 0, index, resultWord(), domain)).commitment;

  beforeAll(async () => {
    chain = await startTestChain(0);
    deployment = await deployForTest({ rpcUrl: chain.rpcUrl, epochLength: 86_400n });
    domain = { chainId: BigInt(deployment.chainId), assay: deployment.assay, court: deployment.court };
    deploymentFile = write("net.json", deployment);
    await createChainActor(chain.rpcUrl, deployment).openRound();
  });
  afterAll(async () => {
    killAll();
    await chain.close();
    rmSync(directory, { recursive: true });
  });

  test("default: init writes a configuration that is valid, for its owner alone, with every key explained", async () => {
    const file = await init("explained", "--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "::1");
    const text = readFileSync(file, "utf8");
    expect(boardConfigSchema.parse(JSON5.parse(text))).toMatchObject({
      trustedProxies: ["10.0.0.0/8", "::1"],
      limits: boardLimitsSchema.parse({}),
    });
    expect(statSync(file).mode & 0o077).toBe(0);
    for (const key of Object.keys(boardConfigSchema.shape)) expect(text).toContain(`"${key}": `);
    for (const key of Object.keys(boardLimitsSchema.shape)) expect(text).toMatch(new RegExp(`// +${key}: \\w`));
  });

  test("error: init overwrites nothing, and writes nothing for flags that make no sense", async () => {
    await init("twice");
    const again = await runForTest(["board", "init", join(directory, "twice")]);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining("board.json5 exists already: ") });
    const other = join(directory, "senseless");
    const wrong = await runForTest(["board", "init", other, "--rpc-url", "localhost", "--port", "99999"]);
    expect({ code: wrong.code, lines: wrong.err.trimEnd().split("\n").length, made: existsSync(other) }).toEqual({
      code: 1,
      lines: 2,
      made: false,
    });
  });

  test("default: starts, takes a message, keeps it over SIGTERM and over kill -9", async () => {
    const config = await init("kept", "--port", "0");
    const first = await run(config);
    expect(first.ready).toMatch(/^board ready http:\/\/127\.0\.0\.1:\d+$/);
    expect(await post(first.url, await commitment(0))).toBe(201);
    const one = await page(first.url);
    expect(one.messages).toHaveLength(1);
    expect(await first.stop("SIGTERM")).toBe(0);

    const second = await run(config);
    expect(await page(second.url)).toEqual(one);
    expect(await post(second.url, await commitment(1))).toBe(201);
    const two = await page(second.url);
    await second.stop("SIGKILL");

    const third = await run(config);
    expect(await page(third.url)).toEqual(two);
    expect(two.messages).toHaveLength(2);
    expect(await post(third.url, await commitment(1))).toBe(200);
    expect(await third.stop("SIGTERM")).toBe(0);
  });

  test("error: a port or a folder that another board has", async () => {
    const running = await run(await init("running", "--port", "0"));
    const { port } = new URL(running.url);
    const taken = await runToRefusal(await init("second", "--port", port));
    expect(taken).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        new RegExp(`^cannot listen on 127\\.0\\.0\\.1:${port} \\(.*\\): choose another port\\n$`),
      ),
    });
    const held = await runToRefusal(join(directory, "running", "board.json5"));
    expect(held).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^\S+ is in use by another process: .*\n$/),
    });
    await running.stop("SIGTERM");
  });

  test("error: everything that is wrong with a configuration at once, a line each, before anything starts", async () => {
    const file = write("wrong.json", {
      rpcUrls: [],
      deployment: deploymentFile,
      port: 70_000,
      limits: { readsPerSecond: 0, postPerSecond: 5 },
      trustedProxies: ["proxy.example.org"],
      database: "mysql://user:password-secret@host/db",
    });
    const { code, stdout, stderr } = await runToRefusal(file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    const lines = stderr.trimEnd().split("\n");
    const fields = ["rpcUrls", "database", "port", "limits.readsPerSecond", "limits.postPerSecond", "trustedProxies.0"];
    for (const field of fields) expect(lines.filter((line) => line.includes(`"${field}"`))).toHaveLength(1);
    expect(lines).toHaveLength(fields.length);
    expect(stderr).toContain('did you mean "postsPerSecond"?');
    expect(stderr).not.toContain("secret");
  });

  test("error: no configuration, none that exists, no place for messages", async () => {
    expect(await runForTest(["board"])).toEqual({
      code: 2,
      out: "",
      err: "no configuration given: assay board --config FILE; `assay board init` writes one\n",
    });
    expect((await runForTest(["board", "--config", join(directory, "none.json")])).err).toMatch(
      /none\.json: does not exist/,
    );
    const placeless = write("placeless.json", { rpcUrls: [chain.rpcUrl], deployment: deploymentFile });
    expect((await runForTest(["board", "--config", placeless])).err).toContain(
      "give a folder to keep messages in, or database",
    );
  });
});
