import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSON5 from "json5";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeConfigSchema } from "../../oracle/node/nodeConfig.ts";
import { runForTest } from "./runForTest.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "assay-operator-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A deployment that no chain has. */
const deployment = {
  chainId: 31_337,
  ...Object.fromEntries(
    ["assay", "vault", "court", "inspector", "policyBoard", "lens", "token"].map((name, i) => [
      name,
      `0x${"0".repeat(39)}${i + 1}`,
    ]),
  ),
  startBlock: 0,
  genesis: 1,
  epochLength: 100,
  unbondingDelay: 1_400,
};

/** Nothing listens on the ports that these tests name. */
const nowhere = "http://127.0.0.1:9";

async function init(...flags: string[]) {
  const source = join(directory, "net.json");
  writeFileSync(source, JSON.stringify(deployment));
  const dir = join(directory, "node");
  const run = await runForTest(["operator", "init", dir, "--deployment", source, ...flags]);
  return { ...run, file: join(dir, "node.json5"), dir };
}

describe("operator init", () => {
  test("default: a configuration that is valid, for its owner alone, with every key explained", async () => {
    const { code, out, file, dir } = await init("--rpc-url", nowhere, "--rpc-url", `${nowhere}/b`, "--board", nowhere);
    expect({ code, next: out.includes(`assay operator doctor --config ${file}`) }).toEqual({ code: 0, next: true });
    const text = readFileSync(file, "utf8");
    const config = nodeConfigSchema.parse(JSON5.parse(text));
    expect(config).toMatchObject({ rpcUrls: [nowhere, `${nowhere}/b`], boards: [nowhere], dataDir: join(dir, "data") });
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(existsSync(join(dir, "deployment.json"))).toBe(true);
    for (const key of Object.keys(nodeConfigSchema.shape)) expect(text).toContain(`"${key}": `);
  });

  test("behavior: what is commented out is JSON5 as well", async () => {
    const { file } = await init();
    const uncommented = readFileSync(file, "utf8").replace(/^ {2}\/\/ (?="\w+": |[ \]}])/gm, "  ");
    const withoutProse = uncommented.replace(/^ {4}\w+: .*$|^ {6}[^"\s\]}].*$/gm, "");
    expect(Object.keys(JSON5.parse(withoutProse))).toEqual(expect.arrayContaining(["timing", "port", "packs"]));
  });

  test("error: a file that is there stays, and a flag that makes no sense writes nothing", async () => {
    const { file } = await init();
    const before = readFileSync(file, "utf8");
    const again = await init("--port", "5");
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining(`${file} exists already`) });
    expect(readFileSync(file, "utf8")).toBe(before);
    rmSync(file);
    const another = await init();
    expect(another.err).toContain(`${join(another.dir, "deployment.json")} exists already`);
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, before);
    const other = join(directory, "other");
    const wrong = await runForTest(["operator", "init", other, "--rpc-url", "localhost", "--profile", "huge"]);
    expect(wrong.err.trimEnd().split("\n")).toHaveLength(2);
    expect({ code: wrong.code, made: existsSync(other) }).toEqual({ code: 1, made: false });
    const port = await runForTest(["operator", "init", other, "--port", "http"]);
    expect(port).toMatchObject({ code: 2, out: "", err: "--port http: expected a port from 0 to 65535\n" });
    const file2 = join(file, "below-a-file");
    const below = await runForTest(["operator", "init", file2]);
    expect(below).toMatchObject({ code: 1, out: "" });
    expect(below.err).toMatch(/below-a-file cannot be made \(.+\): name another folder\n$/);
  });
});

describe("operator doctor", () => {
  test("default: tells all that is wrong, each with a remedy, and fails", async () => {
    const { file } = await init("--rpc-url", nowhere, "--board", nowhere);
    const { code, out } = await runForTest(["operator", "doctor", "--config", file, "--json"]);
    const { ok, checks } = JSON.parse(out);
    expect({ code, ok }).toEqual({ code: 1, ok: false });
    const failed = checks.filter(({ verdict }: { verdict: string }) => verdict === "fail");
    expect(failed.map(({ name }: { name: string }) => name)).toEqual(["key", "rpc", "boards"]);
    for (const { remedy } of failed) expect(remedy).not.toBe("");
    const table = await runForTest(["operator", "doctor", "--config", file]);
    expect(table.out).toContain(`the RPC at ${nowhere} does not answer (nothing listens there)`);
  });

  test("behavior: an observer needs no key", async () => {
    const { file } = await init("--rpc-url", nowhere, "--board", nowhere);
    const { out } = await runForTest(["operator", "doctor", "--config", file, "--observe", "--json"]);
    expect(JSON.parse(out).checks.map(({ name }: { name: string }) => name)).not.toContain("key");
  });

  test("error: no word of a secret, wherever it stands", async () => {
    const { file, dir } = await init("--rpc-url", "http://name:pass-secret@127.0.0.1:9/path-secret?key=query-secret");
    writeFileSync(join(dir, "signing.json"), '{"privateKey": "0xkey-secret"}');
    const database = "postgresql://assay:database-secret@127.0.0.1:9/assay";
    const text = readFileSync(file, "utf8").replace(/\}\s*$/, `  "database": "${database}",\n}\n`);
    writeFileSync(file, text);
    const runs = await Promise.all([
      runForTest(["operator", "doctor", "--config", file]),
      runForTest(["operator", "doctor", "--config", file, "--json"]),
      runForTest(["operator", "run", "--config", file]),
      runForTest(["operator", "run", "--config", file, "--observe"]),
    ]);
    for (const { code, out, err } of runs) {
      expect(code).toBe(1);
      expect(`${out}${err}`).not.toMatch(/\w+-secret/);
    }
  });
});

describe("operator status and exit", () => {
  test("error: no node, no URL, no seat", async () => {
    const none = await runForTest(["operator", "status", "--url", nowhere]);
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining(`no node answers at ${nowhere}`) });
    const wrong = await runForTest(["operator", "status", "--url", "here"]);
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("--url here: expected http://host:port") });
    const seatless = await runForTest(["operator", "exit", "--config", "x"]);
    expect(seatless).toMatchObject({ code: 2, err: expect.stringContaining("--seat") });
  });
});
