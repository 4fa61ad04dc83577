import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { oracleOf, raw, startModelServer } from "../evaluation/modelServer.ts";
import { manifestOf, planOf, quickTempered, seed } from "../evaluation/testSuite.ts";
import { runForTest } from "./runForTest.ts";

const suite = await quickTempered();
const server = await startModelServer(oracleOf(planOf(suite, "quick")));
afterAll(() => server.close());

const folder = await mkdtemp(join(tmpdir(), "assay-"));
const manifestFile = join(folder, "manifest.json");
await writeFile(manifestFile, JSON.stringify(manifestOf(server.url)));
const suiteFile = join(folder, "suite.json");
await writeFile(suiteFile, JSON.stringify(suite));

const local = ["--allow-private", "127.0.0.1", "--profile", "quick", "--seed", seed, "--suite", suiteFile];

async function fileOf(value: unknown): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), "assay-")), "m.json");
  await writeFile(file, JSON.stringify(value, null, 2));
  return file;
}

describe("assay evaluate", () => {
  it("default: a table for people, and evidence that replays", async () => {
    const out = join(folder, "table");
    const measured = await runForTest(["evaluate", manifestFile, ...local, "--out", out]);
    expect(measured).toMatchObject({ code: 0, err: "" });
    expect(measured.out).toMatch(/^test · quick · 53 items · [\d,]+ requests/);
    expect(measured.out.split("\n")[1]).toMatch(/^Not proven: too few items for repeat, format, carry-over, /);
    expect(measured.out).toMatch(/R repeat +100\.00 % +\d+\.\d\d % +90\.00 % +10 +not proven\n/);
    expect(measured.out).toMatch(/E edge +100\.00 % +\d+\.\d\d % +85\.00 % +12 +not proven\n/);
    const tooWide = measured.out.split("\n").filter((line) => line.length > 80 && !line.startsWith("evidence"));
    expect(tooWide).toEqual([]);
    const replayed = await runForTest(["replay", out]);
    expect(replayed).toMatchObject({ code: 0, err: "" });
    expect(replayed.out).toBe(`${measured.out}\nidentical to the bit\n`);
  });

  it("default: --json is one object on one line", async () => {
    const { code, out, err } = await runForTest([
      "evaluate",
      server.url,
      ...local,
      "--out",
      join(folder, "json"),
      "--json",
    ]);
    expect([code, err]).toEqual([0, ""]);
    expect(out.trimEnd()).not.toContain("\n");
    expect(JSON.parse(out)).toMatchObject({
      scores: { R: 10_000, T: 10_000 },
      voided: false,
      path: expect.stringContaining(folder),
    });
    const replayed = await runForTest(["replay", join(folder, "json"), "--json"]);
    expect(JSON.parse(replayed.out)).toMatchObject({ ok: true, evaluation: { scores: { R: 10_000 } } });
  });

  it("default: --html writes one page beside the evidence, from a run and from its replay", async () => {
    const out = join(folder, "page");
    const measured = await runForTest(["evaluate", manifestFile, ...local, "--out", out, "--html"]);
    expect(measured).toMatchObject({ code: 0, err: "" });
    expect(measured.out).toContain(`page      ${join(out, "report.html")}\n`);
    const page = await readFile(join(out, "report.html"));
    const { path } = JSON.parse((await runForTest(["replay", out, "--json"])).out);
    const copy = join(await mkdtemp(join(tmpdir(), "assay-")), basename(path));
    await copyFile(path, copy);
    const replayed = await runForTest(["replay", copy, "--html", "--json"]);
    const { page: again } = JSON.parse(replayed.out);
    expect(page.equals(await readFile(again))).toBe(true);
  });

  it("behavior: works as a program", async () => {
    const main = new URL("../../cli/main.ts", import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [main, "suite", "check", "evaluation/suites/standard.json", "--json"],
      {
        cwd: new URL("../..", import.meta.url).pathname,
      },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      name: "standard",
      hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    });
  });

  it("behavior: help has an example and exits 0", async () => {
    for (const command of [["evaluate"], ["replay"], ["suite", "check"]]) {
      const { code, out } = await runForTest([...command, "--help"]);
      expect(code).toBe(0);
      expect(out).toMatch(/Examples?:\n {2}assay /);
    }
  });

  it.each<[string, string[], string]>([
    [
      "a profile that is none",
      ["evaluate", "m.json", "--profile", "huge"],
      "Allowed choices are quick, lite, standard, deep",
    ],
    [
      "a seed that is too short",
      ["evaluate", "m.json", "--seed", "0x12"],
      "--seed 0x12: expected 32 bytes as 64 hex digits",
    ],
    ["a model name beside a manifest", ["evaluate", manifestFile, "--model", "x"], "--model goes with an endpoint URL"],
    ["an unknown option", ["evaluate", "m.json", "--fast"], "unknown option '--fast'"],
    ["an unknown command", ["evalute"], "unknown command 'evalute'"],
    ["a missing argument", ["replay"], "missing required argument 'evidence'"],
    [
      "a misspelt option",
      ["evaluate", "m.json", "--profil", "lite"],
      "unknown option '--profil' (Did you mean --profile?)",
    ],
    ["an argument too many", ["replay", "a", "b"], "too many arguments for 'replay'"],
    ["another protocol", ["evaluate", "ftp://host/x"], '"ftp://host/x": expected a manifest file'],
    ["a URL without a host", ["evaluate", "http://"], "http://: is no URL; write it as https://host/path"],
    ["nothing to evaluate", ["evaluate", ""], '"": expected a manifest file'],
  ])("error: %s is wrong usage, in one line", async (_, args, line) => {
    const { code, out, err } = await runForTest(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(line);
    expect(err.trimEnd()).not.toContain("\n");
  });

  it("error: what is refused gets one line and exit code 1", async () => {
    const extra = await fileOf({ ...manifestOf(server.url), colour: "red" });
    const keyed = await fileOf(manifestOf(server.url, { apiKeyEnv: "MODEL_KEY" }));
    const cases: [string[], string][] = [
      [["evaluate", extra], `${extra}:9:3: unknown field "colour"; remove it or correct its spelling\n`],
      [["evaluate", "/no/m.json"], "/no/m.json: does not exist; check the path of the manifest\n"],
      [
        ["evaluate", keyed],
        "environment variable MODEL_KEY, which the manifest names in apiKeyEnv, is not set; export it and run again\n",
      ],
      [["evaluate", folder], `${folder}: is a folder; name the file of the manifest\n`],
      [["evaluate", "/dev/zero"], "/dev/zero: is longer than 65536 bytes; a manifest has at most that many\n"],
      [["suite", "check", manifestFile], `${manifestFile}:1:1: field "version" is missing; add it`],
      [["replay", "/no/place"], "/no/place does not exist; give an evidence folder or an .ndjson blob\n"],
    ];
    for (const [args, line] of cases) {
      const { code, err } = await runForTest(args);
      expect(code).toBe(1);
      expect(err.startsWith(line), err).toBe(true);
      expect(err.trimEnd()).not.toContain("\n");
    }
    const { code, err } = await runForTest(["evaluate", manifestFile]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^127\.0\.0\.1:\d+ is the private address 127\.0\.0\.1; .* \(--allow-private 127\.0\.0\.1\)\n$/,
    );
  });

  it.runIf(process.platform === "linux")("error: a folder that cannot be made is said at once", async () => {
    const { code, err } = await runForTest(["evaluate", manifestFile, ...local, "--out", "/proc/assay/x"]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^evidence cannot be written to \/proc\/assay\/x \(ENOENT.*\); make room there or name another/,
    );
  });

  it.runIf(process.platform === "linux")("error: a disk without room for the evidence", async () => {
    const main = new URL("../../cli/main.ts", import.meta.url).pathname;
    const out = join(folder, "full");
    const args = ["evaluate", manifestFile, ...local, "--out", out].map((arg) => `'${arg}'`).join(" ");
    // A limit on the size of files stands in for the disk's end: the system refuses the write in the same way.
    const limited = promisify(execFile)("bash", ["-c", `ulimit -f 16; exec ${process.execPath} ${main} ${args}`]);
    await expect(limited).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^evidence cannot be written to .*full \(EFBIG.*\); make room there .*\n$/),
    });
  });

  it("behavior: the key reaches the endpoint in the header the manifest names, and nobody else", async () => {
    const key = "sk-secret-4711-0815";
    const sent = new Set<unknown>();
    const keyed = await startModelServer((chat, response, request) => {
      sent.add([request.headers["api-key"], request.headers["x-team"], request.headers.authorization].join());
      if (chat.count % 5 === 0)
        return raw((other) => other.writeHead(500).end(`denied: ${key}`))(chat, response, request);
      return chat.count % 7 === 0 ? `LABEL: ${key}` : "LABEL: stake";
    });
    const manifest = manifestOf(keyed.url, {
      apiKeyFile: "key.txt",
      apiKeyHeader: "api-key",
      headers: { "X-Team": "blue" },
    });
    const file = await fileOf(manifest);
    await writeFile(join(dirname(file), "key.txt"), `${key}\n`);
    const out = join(folder, "keyed");
    const measured = await runForTest(["evaluate", file, ...local, "--out", out, "--json"]);
    await keyed.close();
    expect(measured.code).toBe(0);
    expect([...sent]).toEqual([`${key},blue,`]);
    const { path } = JSON.parse(measured.out);
    const written = await Promise.all([path, join(out, "report.json")].map((name) => readFile(name, "utf8")));
    const bodies = [...(written[0] ?? "").matchAll(/"body":"([^"]*)"/g)].map(([, body = ""]) => atob(body));
    const texts = [...written, ...bodies, measured.out, measured.err];
    expect(texts.filter((text) => text.includes(key))).toEqual([]);
    expect((await runForTest(["replay", out])).code).toBe(0);
  });

  it("error: a manifest from a URL gets no key that was not allowed by name", async () => {
    const keyed = manifestOf(server.url, { apiKeyEnv: "AWS_SECRET" });
    const host = await startModelServer(raw((response) => response.end(JSON.stringify(keyed))));
    const args = ["evaluate", `${host.url}/m.json`, ...local, "--out", join(folder, "remote")];
    const refused = await runForTest(args, { AWS_SECRET: "sk-1" });
    const allowed = await runForTest([...args, "--allow-key", "AWS_SECRET"], { AWS_SECRET: "sk-1" });
    await host.close();
    expect(refused.code).toBe(1);
    expect(refused.err).toBe(
      `${host.url}/m.json asks for the key AWS_SECRET to be sent to ${new URL(server.url).host}; if that host may have it, run again with --allow-key AWS_SECRET\n`,
    );
    expect(allowed.code).toBe(0);
  });

  it("behavior: another run into the folder of an unfinished one says so, and how to go on with that", async () => {
    const out = await mkdtemp(join(tmpdir(), "assay-"));
    const draft = join(out, "unfinished-0123456789abcdef.part");
    await writeFile(draft, "");
    const { code, err } = await runForTest(["evaluate", manifestFile, ...local, "--out", out]);
    const again = `npx assay evaluate ${manifestFile} --allow-private 127.0.0.1 --resume ${draft}`;
    expect([code, err]).toEqual([
      0,
      `${out} holds an unfinished run; this is another one. To go on with that: \`${again}\`\n`,
    ]);
  });

  it("error: an endpoint that never answers", async () => {
    const dead = await startModelServer(raw((response) => response.destroy()));
    await dead.close();
    const { code, err } = await runForTest(["evaluate", dead.url, ...local, "--out", join(folder, "dead")]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^the endpoint never gave an answer to grade \(connect ×\d+, ECONNREFUSED ×\d+\); check endpoint and model name\n$/,
    );
    expect((await runForTest(["replay", join(folder, "dead")])).code).toBe(0);
  });

  it("error: one changed byte", async () => {
    const { out } = await runForTest(["evaluate", server.url, ...local, "--out", join(folder, "changed"), "--json"]);
    const { path } = JSON.parse(out);
    const blob = await readFile(path);
    const at = blob.indexOf('"record":{"answer":"') + 20;
    blob[at] = (blob[at] ?? 0) ^ 1;
    await writeFile(path, blob);
    const { code, err } = await runForTest(["replay", path]);
    expect(code).toBe(1);
    expect(err).toMatch(/^not identical: line \d+ \(\w item \d+, probe \d+, attempt 0\), field answer: recorded "/);
  });
});
