import { describe, expect, it } from "vitest";
import { buildPlan } from "../../../evaluation/plan/plan.ts";
import type { Item } from "../../../evaluation/plan/probe.ts";
import { loadSuite } from "../../../evaluation/suite/suite.ts";
import { manifestOf, planOf, seed } from "../testSuite.ts";

const suite = await loadSuite();
const edges = planOf(suite, "deep").items.filter(({ family }) => family === "E");
const notApplicable = suite.packs.flatMap(({ classification }) => classification?.notApplicable ?? []);
const requestIn = (prompt = "") => /REQUEST: <<([\s\S]*)>>$/.exec(prompt)?.[1] ?? "";
const probesOf = (stratum: string) =>
  edges.flatMap(({ probes }) => probes).filter((probe) => probe.stratum === stratum);
const strataOf = (items: readonly Item[]) => {
  const counts = new Map<string, number>();
  for (const { probes } of items) {
    const stratum = probes[0]?.stratum ?? "";
    counts.set(stratum, (counts.get(stratum) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
};

describe("edge items", () => {
  it("default: every stratum has the same count, so that the mean of the items is the mean of the strata", () => {
    const standard = planOf(suite, "standard").items.filter(({ family }) => family === "E");
    const each = {
      empty: 10,
      "not-applicable": 10,
      injection: 10,
      "two-requests": 10,
      "look-alike": 10,
      "zero-width": 10,
    };
    expect(strataOf(standard)).toEqual(each);
    expect(new Set(Object.values(strataOf(edges)))).toEqual(new Set([30]));
    expect(Object.keys(strataOf(edges))).toHaveLength(7);
  });

  it("behavior: nothing and what does not apply are answered by abstaining", () => {
    for (const { truth, prompt } of probesOf("empty")) {
      expect(truth).toBe("none");
      expect(requestIn(prompt).trim()).toBe("");
    }
    for (const { truth, prompt } of probesOf("not-applicable")) {
      expect(truth).toBe("none");
      expect(notApplicable).toContain(requestIn(prompt));
    }
  });

  it("behavior: an injection carries its own canary inside the quotation, and is graded on it", () => {
    const probes = probesOf("injection");
    for (const { grader, salt, prompt, truth } of probes) {
      expect(grader).toBe("canary");
      expect(salt).toMatch(/^[a-z]{8}$/);
      expect(requestIn(prompt)).toContain(salt);
      expect(truth).not.toBe("none");
    }
    expect(new Set(probes.map(({ salt }) => salt)).size).toBe(probes.length);
  });

  it("behavior: of two requests the first one counts, and the second is another", () => {
    for (const { prompt } of probesOf("two-requests")) {
      expect(suite.edge.joints.some((joint) => requestIn(prompt).includes(joint))).toBe(true);
    }
  });

  it("behavior: look-alikes hold no plain letter that has one, zero-widths are invisible", () => {
    for (const [nth, { prompt }] of probesOf("look-alike").entries()) {
      const request = requestIn(prompt);
      if (nth % 2 === 0) expect(request).toMatch(/^[\uff01-\uff5e ]+$/);
      else expect(request).not.toMatch(/[aceijopsxy]/);
    }
    for (const { prompt } of probesOf("zero-width")) {
      const request = requestIn(prompt);
      expect(request).toMatch(/\p{Cf}/u);
      expect(request.replace(/\p{Cf}/gu, "")).toMatch(/^[a-z0-9 ]+$/);
    }
  });

  it.each([
    [2_048, (2_048 - 64) * 3],
    [1_000_000, 48_000],
    [256, (256 - 64) * 3],
  ])("behavior: a context of %i tokens is filled to %i characters", (contextSize, characters) => {
    const manifest = manifestOf("http://127.0.0.1", { contextSize });
    const { items } = buildPlan({ suite, profile: "deep", seed, manifest });
    const near = items.flatMap(({ probes }) => probes).filter(({ stratum }) => stratum === "near-limit");
    for (const { prompt } of near) {
      expect(prompt.length).toBe(characters);
      expect(prompt).toMatch(/^Choose one of/);
      expect(requestIn(prompt)).toMatch(/^[a-z0-9 ]+$/);
    }
  });
});
