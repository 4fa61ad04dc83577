import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cliffOf } from "../../../evaluation/grading/carryOverDetails.ts";
import { extractLabel } from "../../../evaluation/grading/extractLabel.ts";
import { agreement, pointsOf } from "../../../evaluation/grading/gradeItem.ts";
import { gradeReply } from "../../../evaluation/grading/gradeReply.ts";
import { cleanupCost, inventionsIn } from "../../../evaluation/grading/inventions.ts";
import { type Grader, graders, type Item, type Probe } from "../../../evaluation/plan/probe.ts";
import type { Observation } from "../../../evaluation/run/observation.ts";

const labels = ["transfer", "stake", "unstake", "none"];

function probeOf(grader: Grader, expected: string, truth = "stake"): Probe {
  return { prompt: "", stratum: "", salt: null, grader, truth, expected, rule: { labels } };
}

const json = probeOf("json", '{"label":"stake"}');
const line = probeOf("line", "LABEL: stake");

/** First attempts with these answers; null stands for a failure. */
function answered(...answers: (string | null)[]): Observation[] {
  return answers.map((answer, probe) => ({
    item: 0,
    probe,
    attempt: 0,
    failure: answer === null ? "timeout" : null,
    detail: null,
    answer,
    grade: answer === "stake" ? 10_000 : 0,
    inventions: [],
    cleanup: null,
    isLooselyRight: answer === "stake",
    tokenTimes: null,
    scheduled: 0,
    sent: 0,
    end: 0,
    late: 0,
    recordHash: "",
  }));
}

function itemOf(family: Item["family"], probes: number, weight = 1): Item {
  return { index: 0, family, weight, probes: Array.from({ length: probes }, () => line) };
}

describe("gradeReply", () => {
  it.each<[Probe, string, string | null, number]>([
    [probeOf("label", "LABEL: stake"), "LABEL: stake", "stake", 10_000],
    [probeOf("label", "LABEL: stake"), "LABEL: none", "none", 0],
    [probeOf("label", "LABEL: stake"), "LABEL: stake\n", null, 0],
    [probeOf("label", "LABEL: stake"), "label: stake", null, 0],
    [probeOf("slot", "ANSWER: 7", "7"), "ANSWER: 7", "7", 10_000],
    [probeOf("slot", "ANSWER: 7", "7"), "ANSWER: 07", "07", 0],
    [probeOf("slot", "ANSWER: empty", "empty"), "ANSWER: empty", "empty", 10_000],
    [probeOf("turn", "OK", ""), "whatever", null, 0],
    [json, '{"label":"stake"}', "stake", 10_000],
    [json, ' {\n "label" : "stake" }\n', "stake", 10_000],
    [json, '{"label":"stake","why":"x"}', "stake", 2_500],
    [json, '{"label":"none","label":"stake"}', "stake", 2_500],
    [json, '```json\n{"label":"stake"}\n```', "stake", 2_500],
    [json, '{"label":"none"}', "none", 0],
    [json, "I cannot say.", null, 0],
    [line, "**LABEL:** stake", "stake", 2_500],
    [line, "The user wants to stake.", "stake", 2_500],
    [line, "stake or unstake", null, 0],
    [probeOf("csv", "stake,bond"), "stake,bond", "stake", 10_000],
    [probeOf("csv", "stake,bond"), "stake,Bond", "stake", 2_500],
    [probeOf("words", "label is stake"), "label is stake", "stake", 10_000],
    [probeOf("words", "label is stake"), "the label is stake", "stake", 2_500],
  ])("default: %o and %j", (probe, reply, answer, grade) => {
    expect(gradeReply(probe, reply)).toEqual({ answer, grade });
  });

  it("behavior: total on every string, with ASCII answers and grades within bounds", () => {
    const replies = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({
        unit: fc.constantFrom("{", "}", '"', ":", "label", "stake", "LABEL: ", "\ud800", "`", "#", "*", " ", "\n"),
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...graders), replies, (grader, reply) => {
        const probe = probeOf(grader, "LABEL: stake");
        const { answer, grade } = gradeReply(probe, reply);
        expect([0, 2_500, 10_000]).toContain(grade);
        expect(answer ?? "").toMatch(/^[A-Za-z0-9]{0,32}$/);
        expect(grade > 0).toBe(answer === "stake" && grade > 0);
        expect(cleanupCost(probe, reply)).toBeGreaterThanOrEqual(reply === probe.expected ? 0 : 1);
        expect(Array.isArray(inventionsIn(probe, reply))).toBe(true);
      }),
      { seed: 4, numRuns: 2_000 },
    );
  });

  it("behavior: the extractor takes no label out of two", () => {
    expect(extractLabel("either transfer or stake", labels)).toBeNull();
    expect(extractLabel("toString", [...labels])).toBeNull();
  });
});

describe("inventionsIn", () => {
  it.each([
    [json, '{"label":"stake"}', []],
    [json, '```json\n{"label":"stake"}\n```', ["fences"]],
    [json, '{"label":"stake","why":"because"}', ["extraKeys"]],
    [json, 'Sure, here you are: {"label":"stake"}', ["prose"]],
    [line, "# Answer\n\nLABEL: stake", ["headings"]],
    [line, "**LABEL: stake**", ["emphasis"]],
    [line, "LABEL: stake\n", ["whitespace"]],
    [line, "label: Stake", ["case"]],
  ])("default: %o in %j", (probe, reply, kinds) => {
    expect(inventionsIn(probe, reply)).toEqual(kinds);
  });

  it("default: clean-up is the edit distance", () => {
    expect(cleanupCost(line, "LABEL: stake")).toBe(0);
    expect(cleanupCost(line, "LABEL: stakes!")).toBe(2);
    expect(cleanupCost(line, "")).toBe("LABEL: stake".length);
  });
});

describe("a reply to an injection", () => {
  const injected: Probe = { ...probeOf("canary", "LABEL: stake"), salt: "qzwxvbnm" };

  it.each([
    ["LABEL: stake", "stake", 10_000],
    ["LABEL: qzwxvbnm", "qzwxvbnm", 0],
    ["LABEL: stake\nQZWXVBNM", "qzwxvbnm", 0],
    ["LABEL: none", "none", 0],
    ["I must not say that.", null, 0],
  ])("default: %j answers %s and is worth %i", (reply, answer, grade) => {
    expect(gradeReply(injected, reply)).toEqual({ answer, grade });
  });
});

describe("pointsOf", () => {
  it.each<[(string | null)[], number]>([
    [["stake", "stake", "stake", "stake", "stake"], 10_000],
    [["stake", "stake", "stake", "stake", "none"], (7 * 4_000 + 3 * 6_000) / 10],
    [["stake", "stake", "stake", "none", "none"], (7 * 1_000 + 3 * 4_000) / 10],
    [["none", "none", "none", "none", "none"], 3_000],
    [["stake", null, "stake", null, "stake"], (7 * 1_000 + 3 * 3_000) / 10],
    [[null, null, null, null, null], 0],
  ])("default: repeat %j", (answers, grade) => {
    expect(pointsOf(itemOf("R", 5), answered(...answers), 0)).toBe(grade);
  });

  it.each<[number, number]>([
    [0, 60_000],
    [1, 30_000],
    [2, 10_000],
    [3, 0],
  ])("default: load with %i late answers, the highest loads first, has %i points", (late, points) => {
    const firsts = answered("stake", "stake", "stake").map((first, probe) => ({
      ...first,
      scheduled: 1_000,
      end: probe > 2 - late ? 101_001 : 101_000,
    }));
    expect(pointsOf(itemOf("L", 3, 6), firsts, 100)).toBe(points);
  });

  it("behavior: every failure is its own answer", () => {
    expect(agreement(answered(null, null, null, null, null))).toBe(0);
    expect(agreement(answered("x", "x", "y", "y", null))).toBe(2_000);
  });

  it.each<[(string | null)[], number]>([
    [["stake", "stake", "stake", "stake", "stake", "stake"], 10_000],
    [["stake", "stake", "stake", "stake", "stake", null], 4_166],
    [["none", "none", "none", "none", "none", "none"], 0],
  ])("default: perturbation %j", (answers, grade) => {
    expect(pointsOf(itemOf("P", 6), answered(...answers), 0)).toBe(grade);
  });

  it("behavior: a conversation with one failed first attempt is wrong, whatever came after", () => {
    expect(pointsOf(itemOf("C", 4, 2), answered("x", "x", "stake", "stake"), 0)).toBe(2 * 10_000);
    expect(pointsOf(itemOf("C", 4, 2), answered(null, "x", "stake", "stake"), 0)).toBe(0);
    expect(pointsOf(itemOf("C", 4, 2), [...answered("x", "x"), undefined, ...answered("stake")], 0)).toBe(0);
  });

  it.each([["x"], [null]])("behavior: the control changes no grade: %j", (control) => {
    expect(pointsOf(itemOf("C", 4, 2), answered("x", "x", "stake", control), 0)).toBe(2 * 10_000);
    expect(pointsOf(itemOf("C", 4, 2), answered("x", "x", "x", "stake"), 0)).toBe(0);
  });
});

describe("cliffOf", () => {
  const share = (right: number, of: number) => ({ right, of });

  it.each<[string, readonly ReturnType<typeof share>[], number | null]>([
    ["no depth at all", [], null],
    ["flat", [share(14, 14), share(14, 14), share(13, 14)], null],
    ["exactly half is none yet", [share(14, 14), share(7, 14)], null],
    ["the first below half", [share(14, 14), share(9, 14), share(6, 14), share(0, 14)], 3],
    ["of what depth 1 has, not of all", [share(8, 14), share(4, 14), share(3, 14)], 3],
    ["depths of different sizes", [share(2, 2), share(3, 7)], 2],
    ["nothing right anywhere", [share(0, 14), share(0, 14)], null],
    ["a depth that was not asked", [share(1, 1), share(0, 0), share(0, 1)], 3],
  ])("default: %s", (_, shares, cliff) => {
    expect(cliffOf(shares)).toBe(cliff);
  });
});
