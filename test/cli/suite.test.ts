import { mkdir, mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildPlan, type Plan } from "../../evaluation/plan/plan.ts";
import { unitsOf } from "../../evaluation/plan/unitsOf.ts";
import { commitmentTo, type Pack } from "../../evaluation/suite/pack.ts";
import { loadPack, loadSuite, type Suite } from "../../evaluation/suite/suite.ts";
import { type Answer, type ModelServer, startModelServer } from "../evaluation/modelServer.ts";
import { manifestOf, seed } from "../evaluation/testSuite.ts";
import { runForTest } from "./runForTest.ts";

const homeFile = "evaluation/suites/packs/home.json";
const home = await loadPack(homeFile);
const broad = await loadSuite("evaluation/suites/broad.json");
const folder = await mkdtemp(join(tmpdir(), "assay-"));
const servers: ModelServer[] = [];
afterAll(() => Promise.all(servers.map((server) => server.close())));

const run = (...args: readonly string[]) => runForTest(args);

let files = 0;
async function fileOf(value: unknown, name = `file${files++}.json`): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, typeof value === "string" ? value : JSON.stringify(value, null, 2));
  return file;
}

/** The broad suite with other packs, and without the phases that take long. */
function withPacks(packs: readonly unknown[]): unknown {
  const short = { ...broad.profiles.quick, load: 0 };
  // Whether this machine is too busy to measure is not what is tested here.
  const schedule = { maxLatenessMs: 60_000 };
  return { ...broad, packs, schedule, profiles: { ...broad.profiles, quick: short } };
}

/** Knows what to say to every list of user turns of a plan. */
function knowing({ items }: Plan): Answer {
  const known = new Map<string, string>();
  for (const item of items) {
    for (const unit of unitsOf(item)) {
      const turns: string[] = [];
      for (const { prompt, expected } of unit.flatMap((probe) => item.probes[probe] ?? [])) {
        turns.push(prompt);
        known.set(JSON.stringify(turns), expected);
      }
    }
  }
  return ({ messages }) =>
    known.get(JSON.stringify(messages.filter(({ role }) => role === "user").map(({ content }) => content))) ?? "";
}

async function serve(suite: Suite): Promise<string> {
  const manifest = manifestOf("http://127.0.0.1:1");
  const server = await startModelServer(knowing(buildPlan({ suite, profile: "quick", seed, manifest })));
  servers.push(server);
  return fileOf(manifestOf(server.url));
}

const quick = ["--allow-private", "127.0.0.1", "--profile", "quick", "--seed", seed];

describe("assay suite check", () => {
  it("default: packs, what they can ask, requests by profile", async () => {
    const { code, out, err } = await run("suite", "check", "evaluation/suites/broad.json");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^broad version \d+\n0x[0-9a-f]{64}\n/);
    expect(out).toMatch(/\n {2}classification [\d,]+ instances +light, heating, music, .*none\n/);
    expect(out).toMatch(/\n {2}extraction +[\d.,]+( × 10\^\d+)? instances +amount, asset/);
    expect(out).toMatch(/\nstandard +80 +80 +84 +50 +60 +93 +0 +1,581\n/);
  });

  it("behavior: a pack file is named by what assay suite hash prints", async () => {
    expect(JSON.parse((await run("suite", "hash", homeFile)).out)).toEqual({
      file: homeFile,
      sha256: commitmentTo(home).sha256,
    });
  });

  it("behavior: --json says the same", async () => {
    const { out } = await run("suite", "check", "evaluation/suites/broad.json", "--json");
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      name: "broad",
      warnings: [],
      packs: [
        {
          name: "trading",
          grammars: [{ task: "classification", instances: expect.stringMatching(/^\d+$/) }, {}, {}, {}],
        },
        {},
        {},
      ],
    });
  });

  it("behavior: warns of what can mean two things, is never right, or can be learnt by heart", async () => {
    const { classification } = home;
    if (!classification) throw new TypeError("no classification");
    const intents = {
      ...classification.intents,
      door: { train: ["lock the {r}"], heldOut: ["shut it"] },
      light: { train: ["{x} the hall"], heldOut: ["x"] },
    };
    const words = { ...classification.words, x: ["lock", "light"] };
    const labels = [...classification.labels.slice(0, -1), "idle", "none"];
    const pack = { name: "small", classification: { ...classification, intents, words, labels } };
    const { code, out } = await run("suite", "check", await fileOf(withPacks([pack])));
    expect(code).toBe(0);
    expect(out).toContain('warning: small.classification: "lock the hall" can mean light and door\n');
    expect(out).toContain('warning: small.classification: no intent has the label "idle", so that it is never right\n');
    const few = { name: "few", classification: { ...classification, intents: { door: intents.door } } };
    expect((await run("suite", "check", await fileOf(withPacks([few])))).out).toContain(
      "warning: few.classification: only 8 instances; add phrasings or words\n",
    );
  });

  it.each<[string, (pack: Pack) => unknown, RegExp]>([
    [
      "an unknown field of a pack",
      (pack) => ({ ...pack, colour: 1 }),
      /:\d+:7: unknown field "packs\.0\.colour"; remove it/,
    ],
    ["a pack that asks nothing", () => ({ name: "x" }), /:\d+:5: field "packs\.0": asks nothing; give it one of/],
    [
      "a place without words",
      ({ extraction, ...pack }) => ({
        ...pack,
        extraction: { ...extraction, phrasings: { train: ["{when}"], heldOut: ["x"] } },
      }),
      /:\d+:9: field "packs\.0\.extraction\.phrasings": "\{when\}" uses \{when\}, for which there are no words/,
    ],
    [
      "a word that stands for two values",
      ({ extraction, ...pack }) => ({
        ...pack,
        extraction: {
          ...extraction,
          fields: { ...extraction?.fields, place: { type: "choice", values: { a: ["x"], b: ["X"] } } },
        },
      }),
      /field "packs\.0\.extraction\.fields\.place": "x" stands for two values, or twice for one/,
    ],
    [
      "a date that is none",
      ({ extraction, ...pack }) => ({
        ...pack,
        extraction: {
          ...extraction,
          fields: { ...extraction?.fields, date: { type: "date", from: "2026-02-30", days: 1, forms: ["iso"] } },
        },
      }),
      /:\d+:\d+: field "packs\.0\.extraction\.fields\.date\.from": is no day of the calendar/,
    ],
    [
      "a contract that its own example breaks",
      ({ classification, ...pack }) => ({
        ...pack,
        classification: {
          ...classification,
          prompts: {
            ...classification?.prompts,
            formats: {
              ...classification?.prompts.formats,
              regex: { ask: "x", pattern: "<{label}>", reply: "[{label}]" },
            },
          },
        },
      }),
      /formats\.regex\.pattern": does not fit the reply that stands beside it/,
    ],
    [
      "a value that means empty",
      ({ slots, ...pack }) => ({ ...pack, slots: { ...slots, values: ["empty", "x"] } }),
      /slots\.values\.0": must not be "empty"/,
    ],
    [
      "a path out of the folder",
      () => ({ file: "../x.json", sha256: `0x${"0".repeat(64)}` }),
      /packs\.0\.file": expected a relative path/,
    ],
    [
      "another pack than the named one",
      () => ({ file: "packs/home.json", sha256: `0x${"0".repeat(64)}` }),
      /:\d+:7: packs\/home\.json has hash 0x[0-9a-f]{64}, the suite names 0x0+; correct/,
    ],
    [
      "a private pack that is not given",
      (pack) => commitmentTo(pack),
      /:\d+:7: pack "home" is private \(0x[0-9a-f]{64}\); name its opened file with --pack/,
    ],
  ])("error: %s is refused with its line", async (_, change, line) => {
    await mkdir(join(folder, "packs"), { recursive: true });
    await fileOf(home, "packs/home.json");
    const file = await fileOf(withPacks([change(home)]));
    const { code, err } = await run("suite", "check", file);
    expect([code, err.split("\n").length]).toEqual([1, 2]);
    expect(err.startsWith(`${file}:`)).toBe(true);
    expect(err).toMatch(line);
  });

  it("error: a broken pack file is named by its own lines", async () => {
    await mkdir(join(folder, "packs"), { recursive: true });
    await fileOf('{\n  "name": "x",\n}', "packs/broken.json");
    const file = await fileOf(withPacks([{ file: "packs/broken.json", sha256: `0x${"0".repeat(64)}` }]));
    expect((await run("suite", "check", file)).err).toBe(
      `${join(folder, "packs/broken.json")}:3:1: expected a member's name in double quotes; correct the file\n`,
    );
  });
});

describe("a private pack", () => {
  it("default: committed, used, and opened for a replay; its evidence holds nothing but its hash", async () => {
    const secret = join(folder, "secret.json");
    const { code, out } = await run("suite", "commit", homeFile, "--out", secret);
    expect(code).toBe(0);
    expect((await stat(secret)).mode & 0o077).toBe(0);
    const pack = await loadPack(secret);
    expect(JSON.parse(out)).toEqual(commitmentTo(pack));
    expect(commitmentTo(pack)).not.toEqual(commitmentTo(home));

    const suiteFile = await fileOf(withPacks([JSON.parse(out)]));
    const evidence = join(folder, "evidence");
    const manifestFile = await serve(await loadSuite(suiteFile, [pack]));
    const measured = await run(
      "evaluate",
      manifestFile,
      ...quick,
      "--suite",
      suiteFile,
      "--pack",
      secret,
      "--out",
      evidence,
      "--json",
    );
    expect(measured).toMatchObject({ code: 0, err: "" });
    const { scores, path } = JSON.parse(measured.out);
    expect(scores).toMatchObject({ R: 10_000, J: 10_000, C: 10_000, P: 10_000, E: 10_000 });

    const header = (await readFile(path, "utf8")).split("\n")[0] ?? "";
    expect(JSON.parse(header).record.suite.packs).toEqual([commitmentTo(pack)]);
    expect(header).not.toContain(pack.nonce);

    expect((await run("replay", evidence)).err).toContain(
      `pack "home" is private (${commitmentTo(pack).sha256}); name its opened file`,
    );
    expect((await run("replay", evidence, "--pack", homeFile)).code).toBe(1);
    expect(await run("replay", evidence, "--pack", secret)).toMatchObject({ code: 0, err: "" });
  });

  it("error: nothing is overwritten, and a public pack commits to nothing by itself", async () => {
    const there = await fileOf("{}");
    expect(await run("suite", "commit", homeFile, "--out", there)).toMatchObject({
      code: 1,
      err: `${there} exists already; name another file with --out\n`,
    });
    expect(await run("suite", "commit", homeFile)).toMatchObject({ code: 2 });
  });
});

describe("assay suite import", () => {
  it("default: the suite it writes can be checked and run", async () => {
    const out = join(folder, "imported.json");
    const imported = await run("suite", "import", "test/evaluation/suite/fixtures/promptfoo.yaml", "--out", out);
    expect(imported).toMatchObject({ code: 0, out: "" });
    expect(imported.err).toContain("8 cases; 4 with a request that family P can vary\n");
    expect((await run("suite", "check", out)).code).toBe(0);

    const server = await startModelServer(() => "Your parcel is on its way.");
    servers.push(server);
    const evidence = join(folder, "imported");
    const manifestFile = await fileOf(manifestOf(server.url));
    const measured = await run("evaluate", manifestFile, ...quick, "--suite", out, "--out", evidence, "--json");
    expect(JSON.parse(measured.out)).toMatchObject({ scores: { R: 6_500, J: 5_000, P: 10_000 } });
    expect(await run("replay", evidence)).toMatchObject({ code: 0, err: "" });
  });

  it("error: what needs a model is refused by name and line", async () => {
    const file = await fileOf(
      "prompts: [hi]\ntests:\n  - assert:\n      - type: llm-rubric\n        value: kind\n",
      "p.yaml",
    );
    expect(await run("suite", "import", file)).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining(`${file}:4:15: assertion "llm-rubric" cannot be imported`),
    });
  });
});

describe("the broad suite", () => {
  it("default: a model that is always right gets every point, and the evidence replays", async () => {
    const evidence = join(folder, "broad");
    const suiteFile = await fileOf(withPacks(broad.packs));
    const manifestFile = await serve(await loadSuite(suiteFile));
    const measured = await run("evaluate", manifestFile, ...quick, "--suite", suiteFile, "--out", evidence, "--json");
    expect(JSON.parse(measured.out).scores).toMatchObject({ R: 10_000, J: 10_000, C: 10_000, P: 10_000, E: 10_000 });
    expect(await run("replay", evidence)).toMatchObject({ code: 0, err: "" });
  });
});
