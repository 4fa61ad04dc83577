import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadSuite, suiteHash } from "../../evaluation/suite/suite.ts";
import { lockDataDirectory } from "../../oracle/database/lockDataDirectory.ts";
import type { Deployment } from "../../sdk/index.ts";
import { evaluatorAt, testEvaluator } from "../oracle/committee.ts";
import { deployForTest } from "../oracle/deployForTest.ts";
import { startTestChain, type TestChain } from "../oracle/testChain.ts";
import { runForTest } from "./runForTest.ts";

interface Setting {
  readonly deployment: Deployment;
  /** Something else listens there. */
  readonly takenPort: number;
  readonly write: (name: string, content: unknown) => string;
}
/** What is wrong, what it changes in a configuration that is right, and the one line that tells. */
type Case = readonly [string, (setting: Setting) => object, RegExp];

const cases: readonly Case[] = [
  [
    "a wrong password",
    ({ write }) => ({ key: { file: write("keystore", keystore), passwordFile: write("password", "wrong") } }),
    /^key file .*keystore does not open with the password given .*: correct one of them$/,
  ],
  [
    "a password variable that is not set",
    ({ write }) => ({ key: { file: write("keystore", keystore), passwordEnv: "ASSAY_NOT_SET" } }),
    /^environment variable ASSAY_NOT_SET, .* is not set: export it, or name a file in passwordFile$/,
  ],
  [
    "a key without a seat",
    ({ write }) => ({ key: { file: write("stranger", { privateKey: testEvaluator(7).privateKey }) } }),
    /^key 0x\w+ holds no seat on PolicyBoard 0x\w+: have it seated/,
  ],
  [
    "another link secret than the seat's",
    ({ write }) => ({ key: { file: write("linkless", { privateKey: evaluatorAt(0).privateKey }) } }),
    /^the link secret of 0x\w+ does not belong to seat 0, .*: restore linkSecret in the key file$/,
  ],
  [
    "another chain",
    ({ write, deployment }) => ({ deployment: write("elsewhere", { ...deployment, chainId: 1 }) }),
    /^the RPC at http:.* is chain 31337, the deployment is on chain 1: correct one of the two$/,
  ],
  [
    "another contract",
    ({ write, deployment }) => ({ deployment: write("other", { ...deployment, assay: deployment.token }) }),
    /^the contract at 0x\w+ does not answer as an Assay \(.*\): correct the deployment's address$/,
  ],
  [
    "a deployment with a wrong address",
    ({ write, deployment }) => ({ deployment: write("short", { ...deployment, vault: "0x12" }) }),
    /short: vault: must be a 20-byte hex address: deploy again or correct it$/,
  ],
  [
    "a port that is taken",
    ({ takenPort }) => ({ port: takenPort }),
    /^127\.0\.0\.1:\d+ is taken by another process: choose another port, or end that process$/,
  ],
  [
    "a host that is not this machine's",
    () => ({ host: "192.0.2.7" }),
    /^cannot listen on 192\.0\.2\.7:0 \(EADDRNOTAVAIL\): /,
  ],
  [
    "a data directory that cannot be made",
    ({ write }) => ({ dataDir: join(write("file", ""), "data") }),
    /^\S+file\/data cannot be used \(EEXIST.*\): correct dataDir, or its owner$/,
  ],
  [
    "a data directory where the system makes none",
    () => ({ dataDir: "/proc/assay/data" }),
    /^\/proc\/assay\/data cannot be used \((ENOENT|EACCES|EROFS).*\): correct dataDir, or its owner$/,
  ],
  [
    "a log file where there can be none",
    () => ({ logFile: "/proc/assay/node.log" }),
    /^logFile .* cannot be written to \((ENOENT|EACCES|EROFS)\): name a file/,
  ],
  [
    "a log file that is a folder",
    () => ({ logFile: tmpdir() }),
    /^logFile .* cannot be written to \(EISDIR\): name a file/,
  ],
  [
    "an evidence store that takes nothing",
    ({ write }) => ({ evidenceStore: join(write("plain", ""), "store") }),
    /^evidence store .* cannot be written to \(EEXIST.*\): name another$/,
  ],
  ["too few rounds kept", () => ({ retainRounds: 8 }), /^retainRounds is 8, but .*: set retainRounds to \d+ or more/],
  ["a suite that is not there", () => ({ suite: "/nowhere.json" }), /^\/nowhere\.json: does not exist: check the path/],
  [
    "a database that is down",
    () => ({ database: "postgresql://assay:word-secret@127.0.0.1:9/assay" }),
    /^the database assay at 127\.0\.0\.1:9: it does not answer \(.*\): start it, or correct "database"$/,
  ],
];

/** What is wrong with the operator's input is found by doctor and by run alike: one line, with the value and what to do. */
describe("wrong input", () => {
  const directory = mkdtempSync(join(tmpdir(), "assay-input-"));
  let chain: TestChain;
  let server: Server;
  let setting: Setting;
  let config: (changes: object) => string;
  const now = () => new Date();

  beforeAll(async () => {
    chain = await startTestChain(1_000);
    const hash = suiteHash(await loadSuite());
    const deployment = await deployForTest({ rpcUrl: chain.rpcUrl, epochLength: 100n, suiteHash: hash });
    await chain.fund(evaluatorAt(0).account.address);
    server = createServer((_, response) => response.end('{"ok":true}'));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const takenPort = typeof address === "object" && address !== null ? address.port : 0;
    const write = (name: string, content: unknown): string => {
      const file = join(directory, name);
      writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
      return file;
    };
    setting = { deployment, takenPort, write };
    const { privateKey, linkSecret } = evaluatorAt(0);
    const right = {
      key: { file: write("key", { privateKey, linkSecret }) },
      rpcUrls: [chain.rpcUrl],
      deployment: write("deployment", deployment),
      boards: [`http://127.0.0.1:${takenPort}`],
      dataDir: join(directory, "data"),
      port: 0,
    };
    config = (changes) => write("node.json5", { ...right, ...changes });
  });
  afterAll(async () => {
    server.close();
    await chain.close();
    rmSync(directory, { recursive: true });
  });

  test("default: nothing fails where nothing is wrong", async () => {
    const { code, out } = await runForTest(["operator", "doctor", "--config", config({}), "--json"], {}, now);
    expect({ code, ok: JSON.parse(out).ok }).toEqual({ code: 0, ok: true });
  });

  test.each(cases)("error: %s", async (_, changes, says) => {
    const file = config(changes(setting));
    const doctor = await runForTest(["operator", "doctor", "--config", file, "--json"], {}, now);
    const { checks }: { checks: { verdict: string; value: string; remedy: string; passing?: true }[] } = JSON.parse(
      doctor.out,
    );
    const found = checks
      .filter(({ verdict, passing }) => verdict === "fail" && !passing)
      .map(({ value, remedy }) => `${value}: ${remedy}`);
    expect(found).toContainEqual(expect.stringMatching(says));
    const run = await runForTest(["operator", "run", "--config", file], {}, now);
    expect({ code: run.code, out: run.out, lines: run.err.trimEnd().split("\n") }).toEqual({
      code: 1,
      out: "",
      lines: found,
    });
    expect(`${doctor.out}${run.err}`).not.toContain("word-secret");
  });

  test("error: another node at this node's port is not taken for this one", async () => {
    const other = createServer((_, response) => response.end(`{"evaluator":"0x${"1".repeat(40)}"}`));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const file = config({ port: typeof address === "object" && address !== null ? address.port : 0 });
    const port = async () => {
      const { out } = await runForTest(["operator", "doctor", "--config", file, "--json"], {}, now);
      return JSON.parse(out).checks.find(({ name }: { name: string }) => name === "port");
    };
    expect(await port()).toMatchObject({
      verdict: "fail",
      value: expect.stringMatching(/ is taken by another process$/),
    });
    const status = await runForTest(["operator", "status", "--config", file], {}, now);
    expect(status).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(/^the node of .+ does not run .+\n$/),
    });
    // A node that runs holds its data directory.
    const lock = lockDataDirectory(join(directory, "data"));
    expect(await port()).toMatchObject({ verdict: "ok", value: expect.stringMatching(/^the node itself answers at /) });
    lock.release();
    other.close();
  });

  test("error: a clock that is an hour off", async () => {
    const late = () => new Date(Date.now() - 3_600_000);
    const args = ["--config", config({})];
    const doctor = await runForTest(["operator", "doctor", ...args], {}, late);
    const run = await runForTest(["operator", "run", ...args], {}, late);
    const says = /this clock is 3\d\d\d s behind .*/;
    expect([doctor.code, doctor.out.match(says)?.length, run.code]).toEqual([1, 1, 1]);
    expect(run.err).toMatch(/^this clock is 3\d\d\d s behind .*: set the clock by NTP .*\n$/);
  });
});

/** A geth-v3 keystore whose password is not the one the tests give. */
const keystore = {
  version: 3,
  id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
  address: "008aeeda4d805471df9b2a5b0f38a0c3bcba786b",
  crypto: {
    cipher: "aes-128-ctr",
    cipherparams: { iv: "6087dab2f9fdbbfaddc31a909735c1e6" },
    ciphertext: "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
    kdf: "pbkdf2",
    kdfparams: {
      c: 262_144,
      dklen: 32,
      prf: "hmac-sha256",
      salt: "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
    },
    mac: "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
  },
};
