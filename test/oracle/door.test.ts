import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commitmentTo } from "../../evaluation/suite/pack.ts";
import { privatePack } from "../../evaluation/suite/privatePack.ts";
import { loadSuite, suiteHash } from "../../evaluation/suite/suite.ts";
import { lockDataDirectory } from "../../oracle/database/lockDataDirectory.ts";
import type { Deployment } from "../../sdk/index.ts";
import { createChainActor } from "./chainActor.ts";
import { evaluatorAt, testEvaluator } from "./committee.ts";
import { deployForTest } from "./deployForTest.ts";
import { killAll, runToEnd, startProcess } from "./runProcess.ts";
import { startTestChain, type TestChain } from "./testChain.ts";

describe("the node's door", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-door-"));
  let chain: TestChain;
  let deployment: Deployment;
  let count = 0;

  const write = (content: unknown): string => {
    count += 1;
    const file = join(directory, `${count}.json`);
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const keyFile = ({ privateKey, linkSecret } = evaluatorAt(0)) => ({ file: write({ privateKey, linkSecret }) });
  const config = (fields: Record<string, unknown> = {}) => ({
    key: keyFile(),
    rpcUrls: [chain.rpcUrl],
    deployment: write(deployment),
    boards: ["http://127.0.0.1:9"],
    dataDir: join(directory, "data"),
    port: 0,
    logLevel: "silent",
    ...fields,
  });
  /** Starts a node that must refuse with one line and exit code 2. */
  const refusal = async (fields: Record<string, unknown>): Promise<string> => {
    const { code, stdout, stderr } = await runToEnd("oracle/main.ts", ["--config", write(config(fields))]);
    expect({ code, stdout, lines: stderr.trimEnd().split("\n").length }).toEqual({ code: 2, stdout: "", lines: 1 });
    return stderr.trimEnd();
  };

  beforeAll(async () => {
    chain = await startTestChain(0);
    const hash = suiteHash(await loadSuite());
    deployment = await deployForTest({ rpcUrl: chain.rpcUrl, epochLength: 1_000n, suiteHash: hash });
  });
  afterAll(async () => {
    killAll();
    await chain.close();
    rmSync(directory, { recursive: true });
  });

  test("error: no configuration, or none that can be read", async () => {
    const usage = await runToEnd("oracle/main.ts", []);
    expect(usage).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^assay node: no configuration given; usage: /),
    });
    const missing = await runToEnd("oracle/board/main.ts", ["--config", join(directory, "none.json")]);
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/none\.json: does not exist; check the path of the configuration/),
    });
  });

  test("error: every wrong field of the configuration at once, each with key, value and remedy", async () => {
    const file = write(
      config({ pollMS: 500, port: 99_999, rpcUrls: ["localhost:8545"], boards: [], timing: { commitBy: 1 } }),
    );
    const { code, stderr } = await runToEnd("oracle/main.ts", ["--config", file]);
    const lines = stderr.trimEnd().split("\n");
    expect(code).toBe(2);
    expect(lines.map((line) => line.replace(`${file}:1:`, ""))).toEqual([
      "assay node: 5 problems in the way:",
      expect.stringMatching(
        /^\d+: field "rpcUrls.0" is "localhost:8545": must be an http or https URL; correct the value$/,
      ),
      expect.stringMatching(/^\d+: field "boards" has 0 entries, at least 1 needed; correct the value$/),
      expect.stringMatching(/^\d+: field "port" is 99999, at most 65535 allowed; correct the value$/),
      expect.stringMatching(/^\d+: unknown field "timing.commitBy"; did you mean "commitByBps"\?$/),
      expect.stringMatching(/^\d+: unknown field "pollMS"; did you mean "pollMs"\?$/),
    ]);
  });

  test("behavior: a configuration may have comments; a slip in it is told with its line", async () => {
    const slip = join(directory, "slip.json5");
    writeFileSync(slip, "// mine\n{\n  port: 1,\n  boards: [,\n}\n");
    const { code, stderr } = await runToEnd("oracle/main.ts", ["--config", slip]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `assay node: ${slip}:4:12: invalid character ','; correct the file\n`,
    });
  });

  test("error: no word of a secret that stands in the wrong place", async () => {
    const { privateKey } = evaluatorAt(0);
    const fields = {
      key: privateKey,
      rpcUrls: [`user:${privateKey}@rpc.test`],
      logFile: 5,
      dataDir: "",
      passwort: "hunter2",
    };
    const { stderr } = await runToEnd("oracle/main.ts", ["--config", write(config(fields))]);
    expect(stderr).not.toMatch(new RegExp(`${privateKey.slice(2)}|hunter2`));
  });

  test("error: reports due before commitments", async () => {
    expect(await refusal({ timing: { commitByBps: 9_000, revealByBps: 8_000 } })).toContain(
      '"timing.revealByBps": must be greater than commitByBps',
    );
  });

  test("error: a chain that does not answer, or another one", async () => {
    expect(await refusal({ rpcUrls: ["http://127.0.0.1:9"] })).toBe(
      "assay node: the RPC at http://127.0.0.1:9 does not answer (nothing listens there): start the chain or correct rpcUrls",
    );
    expect(await refusal({ deployment: write({ ...deployment, chainId: 5 }) })).toContain(
      "is chain 31337, the deployment is on chain 5",
    );
  });

  test("error: no contract, or another one, where the deployment has it", async () => {
    const nobody = testEvaluator(50).account.address;
    expect(await refusal({ deployment: write({ ...deployment, assay: nobody }) })).toContain(
      `there is no contract at ${nobody}, where the deployment has Assay`,
    );
    expect(await refusal({ deployment: write({ ...deployment, epochLength: 7 }) })).toContain(
      "the deployment says epochLength 7, the contract 1000",
    );
    expect(await refusal({ deployment: write({ ...deployment, vault: deployment.court }) })).toContain(
      `the deployment says vault ${deployment.court}, the contract ${deployment.vault}`,
    );
  });

  test("error: a board on another chain than its deployment", async () => {
    const board = write({
      rpcUrls: [chain.rpcUrl],
      deployment: write({ ...deployment, chainId: 5 }),
      dataDir: join(directory, "board"),
    });
    const { code, stderr } = await runToEnd("oracle/board/main.ts", ["--config", board]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^assay board: the RPC at \S+ is chain 31337, the deployment is on chain 5: .*\n$/),
    });
  });

  test("error: a key without a seat, and a link secret that is another seat's", async () => {
    const stranger = testEvaluator(51);
    expect(await refusal({ key: keyFile(stranger) })).toContain(`key ${stranger.account.address} holds no seat`);
    const mixed = { ...evaluatorAt(0), linkSecret: evaluatorAt(1).linkSecret };
    const line = await refusal({ key: keyFile(mixed) });
    expect(line).toContain("does not belong to seat 0");
    expect(line).not.toContain(mixed.linkSecret.slice(2));
  });

  test("behavior: a hash chain can be rotated, and a key", async () => {
    const owner = evaluatorAt(2);
    const actor = createChainActor(chain.rpcUrl, deployment);
    await chain.fund(owner.account.address);
    const next = testEvaluator(60);
    await actor.rotateLink(owner.account, 2n, next.links.head);
    const { privateKey, linkSecret } = owner;
    expect(await refusal({ key: { file: write({ privateKey, linkSecret }) } })).toContain(
      `does not belong to seat 2, whose hash chain begins with ${next.links.head}`,
    );
    const both = { privateKey, linkSecret: next.linkSecret, earlierLinkSecrets: [linkSecret] };
    // Past the seat: what it is refused for now is the suite.
    const suite = write({ ...(await loadSuite()), name: "another" });
    expect(await refusal({ key: { file: write(both) }, suite })).toContain("the suite has hash");

    await actor.rotateSigner(owner.account, 2n, next.account.address, (hash) => next.account.sign({ hash }));
    expect(await refusal({ key: { file: write(both) } })).toContain(
      `seat 2 signs with ${next.account.address}, and no open round counts on key ${owner.account.address}`,
    );
    expect(await refusal({ key: keyFile(next), suite })).toContain("the suite has hash");
    await actor.leaveSeat(2n);
    expect(await refusal({ key: keyFile(next) })).toContain("seat 2 has left");
  });

  test("error: a suite that the policy does not ask for", async () => {
    const suite = write({ ...(await loadSuite()), name: "another" });
    expect(await refusal({ suite })).toMatch(/the suite has hash 0x\w{64}, policy 1 asks for 0x\w{64}/);
  });

  test("behavior: a suite with a private pack needs the opened pack, and no other will do", async () => {
    const standard = await loadSuite();
    const [open] = standard.packs;
    if (!open) throw new TypeError("no pack");
    const hidden = privatePack(open);
    const suite = write({ ...standard, packs: [commitmentTo(hidden)] });
    const missing =
      /\.json:\d+:\d+: pack "wallet" is private \(0x\w{64}\): name its opened file with --pack, or under packs/;
    expect(await refusal({ suite })).toMatch(missing);
    expect(await refusal({ suite, packs: [write(privatePack(open))] })).toMatch(missing);
    expect(await refusal({ suite, packs: ["/no/such.json"] })).toContain("/no/such.json");
    // With it the suite is complete; what it is refused for now is that no policy asks for it.
    const hash = suiteHash({ ...standard, packs: [hidden] });
    expect(await refusal({ suite, packs: [write(hidden)] })).toContain(`the suite has hash ${hash}, policy 1 asks for`);
  });

  test("error: a variable for manifests that is not set", async () => {
    const hosts = ["models.example.org"];
    expect(await refusal({ apiKeys: [{ env: "ASSAY_TEST_UNSET", hosts }] })).toContain(
      "apiKeys names ASSAY_TEST_UNSET, which is not set",
    );
    expect(await refusal({ apiKeys: [{ file: "/no/such.key", hosts }] })).toContain("/no/such.key");
  });

  test("error: a data directory that another process has", async () => {
    const dataDir = join(directory, "held");
    const lock = lockDataDirectory(dataDir);
    expect(await refusal({ dataDir })).toContain(`${dataDir} is in use by another process`);
    lock.release();
  });

  test("behavior: nothing secret is in log, status or metrics of a node that runs", async () => {
    const { privateKey, linkSecret } = evaluatorAt(0);
    const secrets = ["rpc-path-secret", "rpc-query-secret", "api-key-secret", privateKey.slice(2), linkSecret.slice(2)];
    process.env.ASSAY_TEST_API_KEY = "api-key-secret";
    const logFile = join(directory, "secrets.log");
    const file = write(
      config({
        rpcUrls: [`${chain.rpcUrl}/rpc-path-secret?key=rpc-query-secret`, "http://127.0.0.1:9/rpc-path-secret"],
        dataDir: join(directory, "secrets"),
        apiKeys: [{ env: "ASSAY_TEST_API_KEY", hosts: ["models.test"] }],
        logLevel: "debug",
        logFile,
      }),
    );
    const node = await startProcess("oracle/main.ts", file);
    const pages = await Promise.all(
      ["healthz", "readyz", "status", "metrics"].map(async (page) => (await fetch(`${node.url}/${page}`)).text()),
    );
    expect(await node.stop("SIGTERM")).toBe(0);
    const told = [node.ready, ...pages, readFileSync(logFile, "utf8")].join("\n");
    expect(told).toContain("evaluator's node started");
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  });
});
