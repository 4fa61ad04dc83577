import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../evaluation/evaluate.ts";
import type { Suite } from "../../evaluation/suite/suite.ts";
import { type Answer, oracleOf, startModelServer } from "../evaluation/modelServer.ts";
import { manifestOf, planOf, quickTempered, seed } from "../evaluation/testSuite.ts";
import { runForTest as run } from "./runForTest.ts";

const suite = await quickTempered();
const plan = planOf(suite, "quick");
const oracle = oracleOf(plan);
const otherSeed = `0x${"0d".repeat(32)}` as const;

/** Wraps every second format reply in a fence, and fails now and then. */
const formats = plan.items.filter(({ family }) => family === "J").map(({ probes }) => probes[0]?.prompt);
const fencing: Answer = (chat, response, request) => {
  const text = oracle(chat, response, request);
  return formats.includes(chat.messages.at(-1)?.content) ? `\`\`\`\n${text}\n\`\`\`` : text;
};

interface Measured {
  readonly answer: Answer;
  readonly seed?: typeof seed | typeof otherSeed;
  readonly suite?: Suite;
}

/** The folder of a run. */
async function measured(name: string, { answer, seed: drawn = seed, suite: asked = suite }: Measured): Promise<string> {
  const server = await startModelServer(answer);
  const outDir = await mkdtemp(join(tmpdir(), "assay-"));
  await evaluate({
    manifest: manifestOf(server.url, { name }),
    suite: asked,
    profile: "quick",
    seed: drawn,
    context: { startedAt: "2026-05-01T12:00:00.000Z" },
    allowPrivateHosts: ["127.0.0.1"],
    outDir,
  });
  await server.close();
  return outDir;
}

const right = await measured("right", { answer: oracle });
const fenced = await measured("fenced", { answer: fencing });
const shaky = await measured("shaky", {
  answer: (chat, response, request) => (chat.count % 4 === 1 ? "It depends." : oracle(chat, response, request)),
});
const elsewhere = await measured("elsewhere", {
  answer: oracleOf(planOf(suite, "quick", otherSeed)),
  seed: otherSeed,
});
const silent = await measured("silent", { answer: () => "I cannot say.", seed: otherSeed });
const store = await mkdtemp(join(tmpdir(), "assay-"));

describe("assay compare", () => {
  it("default: the same questions are paired, and one family is worse", async () => {
    const { code, out, err } = await run(["compare", right, fenced]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^A {2}right · quick · 2026-05-01T12:00:00\.000Z · 0x[0-9a-f]{64}\nB {2}fenced · quick/);
    expect(out).toContain("paired item by item: both runs asked the same");
    expect(out).toMatch(/J format +100\.00 % +\d+\.00 % +−\d+\.00 % +10\/10 +0\/10 +−.* +0\/10 +\.001954 +worse\n/);
    expect(out).toMatch(/R repeat +100\.00 % +100\.00 % +\+0\.00 % +10\/10 +10\/10 .* 0\/0 +1\.000000\n/);
    expect(out.endsWith("\nB is worse in J\n")).toBe(true);
  });

  it("behavior: the other way round it is better; beside itself nothing differs", async () => {
    const back = JSON.parse((await run(["compare", fenced, right, "--json"])).out);
    expect(back).toMatchObject({ better: ["J"], worse: [], paired: true, a: { name: "fenced" }, b: { name: "right" } });
    const same = await run(["compare", right, right]);
    expect(same).toMatchObject({
      code: 0,
      out: expect.stringMatching(/no difference that chance would not explain\n$/),
    });
  });

  it("behavior: many small losses count together, also where no family shows them alone", async () => {
    const { code, out } = await run(["compare", right, shaky, "--fail-on-worse"]);
    expect(code).toBe(1);
    expect(out).toMatch(/all items +\d+\/53 +\d+\/53 +0\/\d+ +.* worse\n/);
  });

  it("behavior: --fail-on-worse is for scripts", async () => {
    expect((await run(["compare", right, fenced, "--fail-on-worse"])).code).toBe(1);
    expect((await run(["compare", fenced, right, "--fail-on-worse"])).code).toBe(0);
  });

  it("behavior: other seeds are independent samples", async () => {
    const equal = await run(["compare", right, elsewhere, "--json"]);
    expect(JSON.parse(equal.out)).toMatchObject({ paired: false, better: [], worse: [] });
    const worse = JSON.parse((await run(["compare", right, silent, "--json"])).out);
    expect(worse.worse).toEqual(expect.arrayContaining(["R", "J", "P", "E", "L"]));
    expect(worse.worse).not.toContain("T");
    const [repeat] = worse.families;
    expect(repeat).toMatchObject({
      family: "R",
      right: [
        { right: 10, of: 10 },
        { right: 0, of: 10 },
      ],
      pairs: null,
      // 2/C(20, 10)
      pMillionths: 11,
    });
    expect((await run(["compare", right, silent])).out).toContain("independent samples");
  });

  it("behavior: out of a store", async () => {
    for (const folder of [right, fenced]) await run(["evidence", "put", folder, "--store", store]);
    const hashes = await Promise.all(
      [right, fenced].map(
        async (folder) => JSON.parse(await readFile(join(folder, "report.json"), "utf8")).evidenceHash,
      ),
    );
    const { code, out } = await run(["compare", ...hashes, "--store", store, "--json"]);
    expect([code, JSON.parse(out).worse]).toEqual([0, ["J"]]);
  });

  it("error: different suites, evidence that does not replay, nothing there", async () => {
    const other = await measured("other", { answer: oracle, suite: { ...suite, name: "other" } });
    const suites = await run(["compare", right, other]);
    expect(suites).toMatchObject({ code: 1, out: "" });
    expect(suites.err).toMatch(
      /^the runs asked different suites, "standard" \(0x[0-9a-f]{64}\) and "other" \(0x[0-9a-f]{64}\): measure both with one\n$/,
    );
    const broken = join(store, "broken.ndjson");
    await writeFile(broken, "{}\n");
    expect(await run(["compare", right, broken])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/broken\.ndjson does not replay: line 1: is not of the form/),
    });
    expect(await run(["compare", right, "/no/place"])).toMatchObject({
      code: 1,
      err: "/no/place does not exist; give an evidence folder or an .ndjson blob\n",
    });
    expect((await run(["compare", right])).code).toBe(2);
  });
});
