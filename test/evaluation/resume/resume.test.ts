import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type EvaluateOptions, evaluate } from "../../../evaluation/evaluate.ts";
import { replay } from "../../../evaluation/replay/replay.ts";
import { ResumeRefusedError } from "../../../evaluation/resume/resumeRefusedError.ts";
import { findUnfinished } from "../../../evaluation/resume/unfinishedRun.ts";
import { runForTest } from "../../cli/runForTest.ts";
import { type Fields, recordsIn } from "../forgeBlob.ts";
import { type Answer, type ModelServer, oracleOf, startModelServer } from "../modelServer.ts";
import { manifestOf, planOf, quickTempered, seed } from "../testSuite.ts";

const suite = await quickTempered();
const oracle = oracleOf(planOf(suite, "quick"));
const servers: ModelServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** A model that fails and is wrong now and then, and does something else when it is asked for the nth time. */
async function flaky(at: number, onNth: () => void): Promise<ModelServer> {
  const answer: Answer = (chat, response, request) => {
    if (chat.count === at) onNth();
    if (chat.count % 11 === 3) {
      response.writeHead(503).end("busy");
      return null;
    }
    return chat.count % 7 === 5 ? "It depends." : oracle(chat, response, request);
  };
  const server = await startModelServer(answer);
  servers.push(server);
  return server;
}

const folder = () => mkdtemp(join(tmpdir(), "assay-"));

function optionsOf(server: ModelServer, outDir: string): EvaluateOptions {
  const manifest = manifestOf(server.url, { declaredConcurrency: 4 });
  return { manifest, suite, profile: "quick", seed, context: {}, allowPrivateHosts: ["127.0.0.1"], outDir };
}

async function draftIn(outDir: string): Promise<string> {
  const [name] = (await readdir(outDir)).filter((file) => file.endsWith(".part"));
  return join(outDir, name ?? "no draft");
}

/** Runs until the model is asked for the nth time, and then aborts. */
async function interrupted(nth: number) {
  const stop = new AbortController();
  const server = await flaky(nth, () => stop.abort(new Error("enough")));
  const outDir = await folder();
  const options = optionsOf(server, outDir);
  await expect(evaluate({ ...options, signal: stop.signal })).rejects.toThrow("enough");
  return { server, options, outDir };
}

const attemptsIn = (records: readonly Fields[]) => records.filter(({ kind }) => kind === "attempt");
const keyOf = ({ item, probe, attempt }: Fields) => `${item}/${probe}/${attempt}`;
/** The first request of the load phase, of 185. Its arrivals ask nobody: only the suite bounds how many are under way. */
const loadPhase = 155;
const inFlight = (nth: number, { manifest, suite }: Pick<EvaluateOptions, "manifest" | "suite">) =>
  nth < loadPhase ? manifest.declaredConcurrency : suite.transport.maxConcurrency;

describe("a run that was interrupted", () => {
  // Of 185: in the main phase, within conversations and retries, at the end of it, and within each step of the load phase.
  const places = [2, 9, 30, 61, 100, 152, 157, 165, 173, 181];

  it.each(places)("default: goes on at request %i with nothing lost and nothing asked twice", async (nth) => {
    const { server, options, outDir } = await interrupted(nth);
    const draft = recordsIn(await readFile(await draftIn(outDir)));
    const asked = server.requests.length;
    const evaluation = await evaluate({ ...options, resume: true });
    const records = recordsIn(await readFile(evaluation.path));
    expect(records.slice(0, draft.length)).toEqual(draft);
    expect(records[draft.length]).toMatchObject({ kind: "resume", gap: expect.any(Number) });
    const keys = attemptsIn(records).map(keyOf);
    expect(new Set(keys).size).toBe(keys.length);
    // What was under way is asked again, and only that.
    const unrecorded = asked - attemptsIn(draft).length;
    expect(unrecorded).toBeLessThanOrEqual(inFlight(nth, options));
    expect(server.requests.length).toBe(keys.length + unrecorded);
    expect(evaluation.stats).toMatchObject({ unsent: 0, interruptions: { count: 1 } });
    expect(await replay(outDir)).toEqual({ ok: true, evaluation });
    expect(await readdir(outDir)).toHaveLength(2);
  });

  it("behavior: times go on; the gap is in the clock and not in the duration", async () => {
    const { options, outDir } = await interrupted(40);
    const evaluation = await evaluate({ ...options, resume: true });
    const records = recordsIn(await readFile(evaluation.path));
    const at = records.findIndex(({ kind }) => kind === "resume");
    const latest = Math.max(...attemptsIn(records.slice(0, at)).map(({ end }) => Number(end)));
    const { at: resumedAt, gap } = { at: Number(records[at]?.at), gap: Number(records[at]?.gap) };
    expect(resumedAt).toBeGreaterThanOrEqual(latest + gap);
    for (const { sent } of attemptsIn(records.slice(at))) expect(Number(sent)).toBeGreaterThanOrEqual(resumedAt);
    expect(evaluation.stats.interruptions).toEqual({ count: 1, gapMicros: gap });
    const [first] = attemptsIn(records);
    const last = Math.max(...attemptsIn(records).map(({ end }) => Number(end)));
    expect(evaluation.stats.durationMicros).toBeLessThanOrEqual(last - Number(first?.sent) - gap + 1_000_000);
    expect(await replay(outDir)).toMatchObject({ ok: true });
  });

  it("behavior: an interruption is no free retry: what failed stays failed", async () => {
    const { options, outDir } = await interrupted(60);
    const failed = attemptsIn(recordsIn(await readFile(await draftIn(outDir)))).filter(
      ({ attempt, failure }) => attempt === 0 && failure !== null,
    );
    expect(failed.length).toBeGreaterThan(0);
    const healthy = await startModelServer(oracle);
    servers.push(healthy);
    const { path } = await evaluate({ ...options, resume: true });
    const firsts = attemptsIn(recordsIn(await readFile(path))).filter(({ attempt }) => attempt === 0);
    for (const before of failed) expect(firsts.filter((first) => keyOf(first) === keyOf(before))).toEqual([before]);
  });

  it("behavior: interrupted again and again, it still ends in one blob that replays", async () => {
    let stop = new AbortController();
    let left = 25;
    const server = await startModelServer((chat, response, request) => {
      left -= 1;
      if (left === 0) stop.abort(new Error("enough"));
      return oracle(chat, response, request);
    });
    servers.push(server);
    const outDir = await folder();
    const options = optionsOf(server, outDir);
    for (let times = 0; times < 5; times++) {
      [stop, left] = [new AbortController(), 25];
      await expect(evaluate({ ...options, resume: true, signal: stop.signal })).rejects.toThrow("enough");
    }
    left = Number.MAX_SAFE_INTEGER;
    const evaluation = await evaluate({ ...options, resume: true });
    expect(evaluation.stats.interruptions.count).toBe(5);
    expect(evaluation.scores).toMatchObject({ R: 10_000, C: 10_000, P: 10_000, T: 10_000 });
    expect(await replay(outDir)).toEqual({ ok: true, evaluation });
  });

  it("behavior: a line that was cut, or zeros of a power cut, are left out", async () => {
    for (const tail of ['{"hash":"00', "\0".repeat(4_096)]) {
      const { options, outDir } = await interrupted(40);
      await appendFile(await draftIn(outDir), tail);
      const evaluation = await evaluate({ ...options, resume: true });
      expect(await replay(outDir)).toEqual({ ok: true, evaluation });
    }
  });

  it("behavior: what was killed before its first line stood there begins anew", async () => {
    for (const tail of ["", '{"hash":"00', "\0".repeat(4_096)]) {
      const { options, outDir } = await interrupted(2);
      const path = await draftIn(outDir);
      await writeFile(path, tail);
      await expect(findUnfinished(outDir)).rejects.toThrow(/was interrupted before it asked anything: remove it/);
      const evaluation = await evaluate({ ...options, resume: true });
      expect(evaluation.stats.interruptions).toEqual({ count: 0, gapMicros: 0 });
      expect(await replay(outDir)).toEqual({ ok: true, evaluation });
    }
  });

  it("behavior: a node that asks to resume where there is nothing begins anew", async () => {
    const server = await flaky(-1, () => undefined);
    const evaluation = await evaluate({ ...optionsOf(server, await folder()), resume: true });
    expect(evaluation.stats.interruptions).toEqual({ count: 0, gapMicros: 0 });
  });

  it("error: a draft that was changed", async () => {
    const { options, outDir } = await interrupted(40);
    const path = await draftIn(outDir);
    const draft = await readFile(path, "utf8");
    await writeFile(path, draft.replace(/"answer":"[a-z]+"/, '"answer":"other"'));
    await expect(evaluate({ ...options, resume: true })).rejects.toThrow(
      /cannot be resumed: line \d+ .*field answer: .*; it is not what the run wrote: remove it to start over$/,
    );
    expect(await readFile(path, "utf8")).not.toBe(draft);
  });

  it("error: the same plan, without resuming; and by two at once", async () => {
    const { options, outDir } = await interrupted(40);
    await expect(evaluate(options)).rejects.toThrow(/is an unfinished run of the same plan; resume it, or remove it/);
    const both = await Promise.allSettled([
      evaluate({ ...options, resume: true }),
      evaluate({ ...options, resume: true }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: expect.any(ResumeRefusedError) });
    expect(await replay(outDir)).toMatchObject({ ok: true });
  });

  it("error: too often", async () => {
    const { options, outDir } = await interrupted(40);
    const { attempts } = await findUnfinished(outDir);
    expect(attempts).toBeGreaterThan(30);
    const abort = AbortSignal.abort(new Error("at once"));
    for (let times = 0; times < 16; times++)
      await expect(evaluate({ ...options, resume: true, signal: abort })).rejects.toThrow("at once");
    await expect(evaluate({ ...options, resume: true })).rejects.toThrow(/was resumed 16 times already/);
  });
});

describe("assay evaluate --resume", () => {
  /** The command as a process of its own, killed when the model is asked for the nth time. */
  async function killed(nth: number, signal: "SIGKILL" | "SIGINT") {
    const outDir = await folder();
    let kill = () => {};
    const server = await flaky(nth, () => kill());
    const manifest = join(await folder(), "manifest.json");
    await writeFile(manifest, JSON.stringify(manifestOf(server.url, { declaredConcurrency: 4 })));
    const suiteFile = join(await folder(), "suite.json");
    await writeFile(suiteFile, JSON.stringify(suite));
    const local = ["--allow-private", "127.0.0.1"];
    const cli = new URL("../../../cli/main.ts", import.meta.url).pathname;
    const args = ["evaluate", manifest, ...local, "--profile", "quick", "--suite", suiteFile, "--out", outDir];
    const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "ignore", "pipe"] });
    kill = () => child.kill(signal);
    let err = "";
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    const [code] = await once(child, "close");
    return { outDir, manifest, server, local, code, err };
  }

  // In the main phase as many as the manifest declares are under way; in the load phase a step of nine requests.
  it.each([
    [25, 4],
    [167, 9],
  ])("default: after kill -9 at request %i nothing that was measured is lost", async (nth, underWay) => {
    const { outDir, manifest, server, local } = await killed(nth, "SIGKILL");
    const kept = attemptsIn(recordsIn(await wholeLines(await draftIn(outDir)))).length;
    const resumed = await runForTest(["evaluate", manifest, ...local, "--resume", outDir, "--json"]);
    expect(resumed).toMatchObject({ code: 0, err: "" });
    const { stats } = JSON.parse(resumed.out);
    expect(stats.interruptions.count).toBe(1);
    expect(server.requests.length - stats.attempts).toBeLessThanOrEqual(underWay);
    expect(kept).toBeGreaterThanOrEqual(nth - underWay);
    expect(await runForTest(["replay", outDir])).toMatchObject({ code: 0, err: "" });
  });

  it("behavior: Ctrl-C says how to go on", async () => {
    const { outDir, manifest, local, code, err } = await killed(25, "SIGINT");
    expect(code).toBe(1);
    expect(err).toMatch(/^stopped: \d+ attempts are kept; go on with `npx assay evaluate .* --resume .*`\n$/);
    expect(err).toContain(`npx assay evaluate ${manifest} --allow-private 127.0.0.1 --resume ${outDir}`);
    const resumed = await runForTest(["evaluate", manifest, ...local, "--resume", outDir]);
    expect(resumed).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\ninterrupted +once, \d+ s in all, and resumed\n/),
    });
  });

  it("error: what cannot be resumed, and why", async () => {
    const { outDir, server } = await interrupted(30);
    const file = join(await folder(), "manifest.json");
    const write = (changes: object) =>
      writeFile(file, JSON.stringify({ ...manifestOf(server.url, { declaredConcurrency: 4 }), ...changes }));
    await write({ model: "another" });
    const local = ["--allow-private", "127.0.0.1"];
    const run = (...args: string[]) => runForTest(["evaluate", file, ...local, ...args]);
    expect(await run("--resume", outDir)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/asked a model whose manifest differs in "model"; give the same manifest/),
    });
    expect(await run("--resume", outDir, "--seed", seed)).toMatchObject({
      code: 2,
      err: "--seed does not go with --resume: the run that is resumed has its own\n",
    });
    const empty = await folder();
    expect(await run("--resume", empty)).toMatchObject({
      code: 1,
      err: `${empty} holds no unfinished run; start one with --out ${empty}\n`,
    });
    await write({});
    const draft = await draftIn(outDir);
    await writeFile(join(outDir, `unfinished-${"0".repeat(16)}.part`), await readFile(draft));
    expect(await run("--resume", outDir)).toMatchObject({
      code: 1,
      err: expect.stringContaining("holds 2 unfinished runs"),
    });
    await rm(join(outDir, `unfinished-${"0".repeat(16)}.part`));
    expect(await run("--resume", draft)).toMatchObject({ code: 0 });
  });
});

/** Without the line that kill -9 may have cut. */
async function wholeLines(path: string): Promise<string> {
  const text = await readFile(path, "utf8");
  return text.slice(0, text.lastIndexOf("\n") + 1);
}
