import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gradeReply } from "../../../evaluation/grading/gradeReply.ts";
import { buildPlan } from "../../../evaluation/plan/plan.ts";
import type { Probe } from "../../../evaluation/plan/probe.ts";
import type { Assertion } from "../../../evaluation/suite/cases.ts";
import { importAssertion } from "../../../evaluation/suite/promptfoo/importAssertion.ts";
import { importPromptfoo } from "../../../evaluation/suite/promptfoo/importPromptfoo.ts";
import { suiteOfCases } from "../../../evaluation/suite/promptfoo/suiteOfCases.ts";
import { manifestOf, seed } from "../testSuite.ts";

const fixture = await readFile(new URL("fixtures/promptfoo.yaml", import.meta.url), "utf8");

function probeOf(...assertions: Assertion[]): Probe {
  const common = { prompt: "", stratum: "", salt: null, truth: "pass", expected: "pass" };
  return { ...common, grader: "assertions", rule: { assertions } };
}

function passes(type: string, value: unknown, reply: string, threshold?: unknown): boolean {
  const assertion = importAssertion({ type, value, threshold });
  if (typeof assertion === "string") throw new TypeError(assertion);
  return gradeReply(probeOf(assertion), reply, 250_000).grade === 10_000;
}

describe("importPromptfoo", () => {
  it("default: prompts times tests times combinations, default assertions first", () => {
    const { cases, notes } = importPromptfoo(fixture, "p.yaml");
    expect(cases).toHaveLength(8);
    expect(cases[0]).toEqual({
      prompt: "Answer in English, one sentence.\nCustomer: where is my parcel with the blue kettle",
      request: "where is my parcel with the blue kettle",
      assert: [
        { type: "latency", maxMs: 5000 },
        { type: "icontains", not: true, value: "as an ai" },
        { type: "icontains-any", values: ["parcel", "delivery"] },
        { type: "word-count", min: 2, max: 40 },
      ],
    });
    expect(cases.at(-1)?.assert).toContainEqual({ type: "contains-all", values: ["A", "d", "Ada"] });
    expect(notes).toContain("repeat 3: family R asks every case five times");
  });

  it("default: runs in families R, J and, where a request can vary, P", async () => {
    const suite = await suiteOfCases("shop", importPromptfoo(fixture, "p.yaml").cases);
    const { items } = buildPlan({ suite, profile: "standard", seed, manifest: manifestOf("http://127.0.0.1:1") });
    const count = (family: string) => items.filter((item) => item.family === family).length;
    expect([count("R"), count("J"), count("P"), items.length]).toEqual([8, 8, 4, 20]);
    const perturbed = items.find(({ family }) => family === "P");
    for (const { prompt } of perturbed?.probes ?? [])
      expect(prompt).toMatch(/sentence\.\nCustomer: |\(English\)$|\(German\)$/);
    expect(new Set(perturbed?.probes.map(({ prompt }) => prompt)).size).toBe(6);
  });

  const one = (assertion: string) =>
    `prompts: ["{{q}}"]\ntests:\n  - vars: { q: hi }\n    assert:\n      - ${assertion}\n`;
  it.each([
    [
      "llm-rubric",
      one("{ type: llm-rubric, value: polite }"),
      'p.yaml:5:17: assertion "llm-rubric" cannot be imported',
    ],
    ["javascript", one("{ type: javascript, value: output.length }"), 'p.yaml:5:17: assertion "javascript" cannot'],
    ["not-similar", one("{ type: not-similar, value: x }"), 'p.yaml:5:17: assertion "not-similar" cannot'],
    [
      "a slow pattern",
      one('{ type: regex, value: "(?=a)b" }'),
      "p.yaml:5:17: regex: is not a regular expression that runs in linear",
    ],
    [
      "a transform",
      one("{ type: equals, value: x, transform: output }"),
      'p.yaml:5:46: "transform" under tests.0.assert.0 cannot',
    ],
    ["a weight of 0", one("{ type: equals, value: x, weight: 0 }"), "p.yaml:5:43: weight 0 asserts nothing"],
    [
      "a reference in a schema",
      one('{ type: is-json, value: { $ref: "#/x" } }'),
      "p.yaml:5:17: is-json: is not among the JSON Schema",
    ],
    ["no threshold", one("{ type: latency }"), "p.yaml:5:17: latency needs a threshold in milliseconds"],
    [
      "a filter",
      one("{ type: equals, value: '{{ q | upper }}' }"),
      "p.yaml:5:32: uses {{q | upper}}; only plain variables",
    ],
    [
      "a loop",
      'prompts: ["{% for x in y %}"]\ntests: [{ assert: [{ type: equals, value: x }] }]\n',
      "p.yaml:1:11: uses template code",
    ],
    [
      "a missing variable",
      'prompts: ["{{who}}"]\ntests: [{ assert: [{ type: equals, value: x }] }]\n',
      "p.yaml:1:11: uses {{who}}, for which a test has no variable",
    ],
    ["a prompt file", 'prompts: ["file://p.txt"]\ntests: [{}]\n', 'p.yaml:1:11: "file://p.txt" is another file'],
    ["tests in a file", "prompts: [hi]\ntests: tests.csv\n", 'p.yaml:2:8: "tests.csv" is another file'],
    ["a conversation", 'prompts: [\'[{"role": "user"}]\']\ntests: [{}]\n', "p.yaml:1:11: a prompt of several messages"],
    [
      "scenarios",
      "prompts: [hi]\nscenarios: []\ntests: [{}]\n",
      'p.yaml:2:12: "scenarios" under the file cannot be imported',
    ],
    [
      "a threshold on a test",
      "prompts: [hi]\ntests:\n  - threshold: 0.5\n",
      'p.yaml:3:16: "threshold" under tests.0 cannot',
    ],
    ["nothing asserted", "prompts: [hi]\ntests:\n  - vars: { a: b }\n", "p.yaml:3:5: this test asserts nothing"],
    ["no YAML", "prompts: [hi\ntests: }\n", "p.yaml:2:1: is not YAML"],
    ["an empty file", "", "p.yaml:1:1: expected"],
    [
      "too many combinations",
      `prompts: [hi]\ntests:\n  - vars:\n${["a", "b", "c"].map((name) => `      ${name}: [${Array.from({ length: 20 }, (_, n) => `w${n}`)}]`).join("\n")}\n`,
      "p.yaml:3:5: over 2000 combinations",
    ],
  ])("error: %s is refused with its line", (_, text, line) => {
    expect(() => importPromptfoo(text, "p.yaml")).toThrowError(
      expect.objectContaining({ name: "SuiteError", message: expect.stringContaining(line) }),
    );
    expect(() => importPromptfoo(text, "p.yaml")).toThrowError(/^[^\n]+$/);
  });

  it("error: aliases that multiply are not followed", () => {
    const bomb = Array.from({ length: 12 }, (_, n) => `a${n}: &a${n} [${Array(9).fill(n === 0 ? "x" : `*a${n - 1}`)}]`);
    expect(() => importPromptfoo(bomb.join("\n"), "p.yaml")).toThrowError(/^p\.yaml: is not YAML/);
  });
});

describe("an imported assertion", () => {
  // Outcomes of promptfoo's handlers, read from its source.
  it.each<[string, unknown, string, boolean, unknown?]>([
    ["equals", "a", "a", true],
    ["equals", "a", "a\n", false],
    ["equals", 7, "7", true],
    ["equals", { a: [1], b: "x" }, ' {"b":"x","a":[1]}', true],
    ["equals", { a: 1 }, "not JSON", false],
    ["not-equals", { a: 1 }, "not JSON", true],
    ["contains", "b c", "a b c", true],
    ["contains", "B", "a b c", false],
    ["icontains", "B", "a b c", true],
    ["not-icontains", "B", "a b c", false],
    ["contains-all", ["a", "c"], "a b c", true],
    ["contains-all", "a, d", "a b c", false],
    ["contains-any", "x, ,c", "a b c", true],
    ["icontains-all", ["A", "C"], "a b c", true],
    ["not-contains-any", ["x", "y"], "a b c", true],
    ["icontains-any", ["X", "C"], "a b c", true],
    ["regex", "b.c", "a b c", true],
    ["not-regex", "^b", "a b c", true],
    ["starts-with", "a b", "a b c", true],
    ["is-json", undefined, "[1]", true],
    ["is-json", { type: "object", required: ["a"] }, '{"a":1}', true],
    ["is-json", { type: "object", required: ["a"] }, '{"b":1}', false],
    ["not-is-json", { type: "object", required: ["a"] }, "nothing", true],
    ["not-is-json", undefined, "1", false],
    ["word-count", 3, " a  b\nc ", true],
    ["word-count", "3", "a b", false],
    ["word-count", { min: 2 }, "a", false],
    ["not-word-count", { max: 2 }, "a b c", true],
    ["word-count", 0, "", true],
    ["levenshtein", "kitten", "sitting", true],
    ["levenshtein", "kitten", "sitting", false, 2],
    ["latency", undefined, "", true, 250],
    ["latency", undefined, "", false, 249],
    ["not-latency", undefined, "", true, 249],
  ])("default: %s %j of %j passes: %s", (type, value, reply, outcome, threshold) => {
    expect(passes(type, value, reply, threshold)).toBe(outcome);
  });

  it("behavior: total and quick on hostile replies", () => {
    const slow = ["(a+)+$", "(x+x+)+y", "([a-zA-Z]+)*$", "(a|aa)+b"].map((value) =>
      importAssertion({ type: "regex", value, threshold: undefined }),
    );
    const others = [
      importAssertion({ type: "levenshtein", value: "x".repeat(2000), threshold: 100 }),
      importAssertion({
        type: "is-json",
        value: { type: "array", items: { pattern: "^(a|a)*$" } },
        threshold: undefined,
      }),
    ];
    const probe = probeOf(...[...slow, ...others].filter((assertion) => typeof assertion !== "string"));
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.constantFrom(
        "a".repeat(60_000),
        `${"ax".repeat(30_000)}!`,
        "[".repeat(60_000),
        "\ud800".repeat(2_000),
        `["${"a".repeat(50_000)}b"]`,
      ),
    );
    fc.assert(
      fc.property(hostile, (reply) => {
        const { answer, grade } = gradeReply(probe, reply);
        expect([0, 10_000]).toContain(grade);
        expect(answer?.isWellFormed()).toBe(true);
        expect(answer?.length).toBeLessThan(201);
      }),
      { seed: 8, numRuns: 60 },
    );
  }, 20_000);

  it("behavior: two replies are one answer only if they are the same", () => {
    const probe = probeOf({ type: "contains", value: "a" });
    const answers = ["a", "A", `${"a".repeat(300)}b`, `${"a".repeat(300)}c`, "\ud800", "\ud801"].map(
      (reply) => gradeReply(probe, reply).answer,
    );
    expect(new Set(answers).size).toBe(answers.length);
  });
});
