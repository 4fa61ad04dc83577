import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gradeReply, readsRight } from "../../../evaluation/grading/gradeReply.ts";
import { buildPlan } from "../../../evaluation/plan/plan.ts";
import type { Probe } from "../../../evaluation/plan/probe.ts";
import { controlOf, turnsOf } from "../../../evaluation/plan/unitsOf.ts";
import { answerSchema } from "../../../evaluation/suite/extraction.ts";
import { summarisePacks, warningsOf } from "../../../evaluation/suite/inspect.ts";
import { keepsSchema } from "../../../evaluation/suite/jsonSchema.ts";
import { loadSuite, parseSuite, suiteHash } from "../../../evaluation/suite/suite.ts";
import { manifestOf, seed } from "../testSuite.ts";

const broad = await loadSuite("evaluation/suites/broad.json");
const standard = await loadSuite();
const manifest = manifestOf("http://127.0.0.1:1");
const seeds = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `0x${Buffer.from(bytes).toString("hex")}` as const);

const probesOf = (suite: typeof broad, from = seed) =>
  buildPlan({ suite, profile: "lite", seed: from, manifest }).items.flatMap(({ probes }) => probes);

/** What any program would do that follows the turns; null when a turn says nothing that is understood. */
function followed(turns: readonly string[]): string | null {
  const values = new Map<string, string>();
  const read = (name = "") => values.get(name) ?? "empty";
  for (const turn of turns) {
    const set = /^There are (\d+) (\w+) in the house\./.exec(turn);
    const add = /^I bought (\d+) (\w+)\./.exec(turn);
    const subtract = /^We used up (\d+) (\w+)\./.exec(turn);
    const double = /^Now we have twice as many (\w+)\./.exec(turn);
    const asked = /^How many (\w+) are/.exec(turn);
    const moved = /^Move the (\w+) to the (\w+)\./.exec(turn);
    const copied = /^Bring the (\w+) to the room where the (\w+) is\./.exec(turn);
    const packed = /^Pack the (\w+) away\./.exec(turn);
    const swapped = /^Exchange the (\w+) and the (\w+)\./.exec(turn);
    const where = /^Where is the (\w+)\?/.exec(turn);
    const count = (name = "") => Number(values.get(name) ?? 0);
    if (set?.[1] && set[2]) values.set(set[2], set[1]);
    else if (add?.[2]) values.set(add[2], String(count(add[2]) + Number(add[1])));
    else if (subtract?.[2]) values.set(subtract[2], String(count(subtract[2]) - Number(subtract[1])));
    else if (double?.[1]) values.set(double[1], String(count(double[1]) * 2));
    else if (moved?.[1] && moved[2]) values.set(moved[1], moved[2]);
    else if (copied?.[1]) values.set(copied[1], read(copied[2]));
    else if (packed?.[1]) values.set(packed[1], "empty");
    else if (swapped?.[1] && swapped[2]) {
      const [one, other] = [read(swapped[1]), read(swapped[2])];
      values.set(swapped[1], other).set(swapped[2], one);
    } else if (asked ?? where) return read((asked ?? where)?.[1]);
    else return null;
  }
  return null;
}

const say = (change: (value: unknown, name: string) => unknown, { truth }: Probe) =>
  JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(truth)).map(([k, v]) => [k, change(v, k)])));

describe("the broad suite", () => {
  it("default: three domains with all four grammars, none of which can be learnt by heart", () => {
    const packs = summarisePacks(broad);
    expect(packs.map(({ name }) => name)).toEqual(["trading", "support", "home"]);
    for (const { grammars } of packs) {
      expect(grammars.map(({ task }) => task)).toEqual(["classification", "extraction", "slots", "arithmetic"]);
      for (const { instances } of grammars) expect(instances).toBeGreaterThan(100_000n);
    }
    expect([warningsOf(broad), warningsOf(standard)]).toEqual([[], []]);
  });

  it("behavior: every drawn probe is well formed and its own grader accepts its right reply, whatever the seed", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(broad, standard), (from, suite) => {
        for (const probe of probesOf(suite, from)) {
          expect(probe.prompt.isWellFormed()).toBe(true);
          // Places of phrasings, not the braces of a schema.
          expect(probe.prompt).not.toMatch(/\{[a-z_]+\}/);
          expect(probe.prompt.split(">>").length).toBeLessThan(3);
          if (probe.grader === "turn") continue;
          expect(gradeReply(probe, probe.expected)).toEqual({ answer: probe.truth, grade: 10_000 });
        }
      }),
      { seed: 6, numRuns: 12 },
    );
  });

  it("behavior: the same seed draws the same, from the same suite however its members are ordered", () => {
    const again = parseSuite(JSON.parse(JSON.stringify(broad)));
    expect(suiteHash(again)).toBe(suiteHash(broad));
    expect(probesOf(again)).toEqual(probesOf(broad));
    expect(probesOf(broad, `0x${"11".repeat(32)}`)).not.toEqual(probesOf(broad));
  });

  it("behavior: even a short run meets every pack and every task", () => {
    const plan = buildPlan({ suite: broad, profile: "quick", seed, manifest });
    const prompts = (family: string) =>
      plan.items
        .filter((item) => item.family === family)
        .map(({ probes }) => probes.map(({ prompt }) => prompt).join(" "));
    for (const family of ["R", "J", "P", "L"]) {
      for (const mark of ["TICKET", "MESSAGE", "REQUEST"]) expect(prompts(family).join(" ")).toContain(mark);
      for (const mark of ["Choose one of", "JSON Schema"]) expect(prompts(family).join(" ")).toContain(mark);
    }
    for (const mark of ["tickets about", "on duty", "in the house", "Move the", "portfolio"]) {
      const all = buildPlan({ suite: broad, profile: "standard", seed, manifest }).items;
      expect(
        all.some(({ probes }) => probes.some(({ prompt }) => prompt.includes(mark.replace("on duty", "off duty")))),
      ).toBe(true);
    }
  });

  it("behavior: the truth of a conversation is what following it gives", () => {
    const plan = buildPlan({ suite: broad, profile: "deep", seed, manifest });
    const answers = plan.items
      .filter(({ family }) => family === "C")
      .flatMap(({ probes }) => {
        const [, ...lines] = controlOf(probes)?.prompt.split("\n") ?? [];
        expect(lines).toEqual(turnsOf(probes).map(({ prompt }) => prompt));
        const found = followed(lines);
        return found === null ? [] : [[found, controlOf(probes)?.truth]];
      });
    expect(answers.length).toBeGreaterThan(60);
    for (const [found, truth] of answers) expect(found).toBe(truth);
  });

  it("behavior: an extraction's right answer keeps the schema in its prompt, and says what the request says", () => {
    const home = broad.packs[2]?.extraction;
    if (!home) throw new TypeError("no extraction");
    const probes = probesOf(broad).filter(
      ({ grader, rule }) => grader === "fields" && rule && "extraction" in rule && rule.extraction === home,
    );
    expect(probes.length).toBeGreaterThan(10);
    for (const { prompt, truth, stratum } of probes) {
      const answer = JSON.parse(truth);
      expect(keepsSchema(answerSchema(home), answer)).toBe(true);
      if (stratum === "identical" && answer.guest !== null) expect(prompt).toContain(answer.guest);
      if (stratum === "identical" && answer.date !== null)
        expect(prompt).toContain(String(Number(answer.date.slice(8))));
    }
  });
});

describe("an extraction's grade", () => {
  const [plain] = probesOf(broad).filter(({ grader }) => grader === "fields");
  const [format] = probesOf(broad).filter(({ grader }) => grader === "schema");
  if (!plain || !format) throw new TypeError("no extraction");

  it("default: exact values in any order and with any JSON white space are right", () => {
    const members = Object.entries(JSON.parse(plain.truth)).reverse();
    const reply = `\n${JSON.stringify(Object.fromEntries(members), null, 2)}  `;
    expect(gradeReply(plain, reply)).toEqual({ answer: plain.truth, grade: 10_000 });
  });

  it.each<[string, (probe: Probe) => string, number, number]>([
    ["fenced", ({ truth }) => `\`\`\`json\n${truth}\n\`\`\``, 0, 2_500],
    ["with prose", ({ truth }) => `Here you are: ${truth}`, 0, 2_500],
    ["with another member", ({ truth }) => truth.replace("{", '{"why":"x",'), 0, 2_500],
    ["with a member twice", ({ truth }) => truth.replace(/^\{("\w+":[^,]+),/, "{$1,$1,"), 0, 2_500],
    [
      "in capitals",
      (probe) => say((value) => (typeof value === "string" ? value.toUpperCase() : value), probe),
      0,
      2_500,
    ],
    [
      "with numbers as text",
      (probe) => say((value) => (typeof value === "number" ? String(value) : value), probe),
      0,
      2_500,
    ],
    ["with null for nothing left out", (probe) => say((value) => value ?? undefined, probe), 0, 2_500],
    ["with a wrong value", (probe) => say((value) => (typeof value === "number" ? value + 1 : "x"), probe), 0, 0],
    ["with a list", ({ truth }) => `[${truth}]`, 0, 2_500],
    ["empty", () => "", 0, 0],
    ["not JSON", () => "{", 0, 0],
  ])("behavior: %s", (_, reply, strictly, loosely) => {
    // Some draws have no number or no gap; then the changed reply is the right one.
    const isSame = (probe: Probe) => reply(probe) === probe.truth;
    if (!isSame(plain)) expect(gradeReply(plain, reply(plain)).grade).toBe(strictly);
    if (!isSame(format)) expect(gradeReply(format, reply(format)).grade).toBe(loosely);
    if (!isSame(plain)) expect(readsRight(plain, reply(plain))).toBe(loosely > 0);
  });

  it("behavior: total on any text", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.object().map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom(plain, format), (text, probe) => {
        const { answer, grade } = gradeReply(probe, text);
        expect([0, 2_500, 10_000]).toContain(grade);
        expect(answer?.isWellFormed() ?? true).toBe(true);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
