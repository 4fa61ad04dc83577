import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawCandidates, regressionItems } from "../../../evaluation/plan/regressionItems.ts";
import { seed } from "../testSuite.ts";

const question = { prompt: "p", salt: null, grader: "label", truth: "stake", expected: "LABEL: stake" } as const;
const hashes = { evidenceHash: `0x${"ab".repeat(32)}`, manifestDigest: `0x${"cd".repeat(32)}` };

/** The run of a version before that has `candidates` questions, every other one passed; these are asked again. */
function previousOf(asked: readonly number[], candidates = 10) {
  const entries = asked.map((candidate) => ({
    ...question,
    candidate,
    item: candidate,
    probe: 0,
    passed: candidate % 2 === 0,
  }));
  return { ...hashes, candidates, asked: entries };
}

describe("regression items", () => {
  it("default: the drawn questions, marked by what became of them before", () => {
    const drawn = drawCandidates({ seed, count: 4 }, 10);
    const items = regressionItems({ seed, count: 4 }, previousOf(drawn));
    expect(items.map(({ probes }) => probes[0]?.stratum)).toEqual(
      drawn.map((candidate) => (candidate % 2 === 0 ? "passed-before" : "failed-before")),
    );
  });

  it("behavior: different candidates, all of them when there are fewer than asked for", () => {
    const sizes = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(sizes, sizes, (count, candidates) => {
        const drawn = drawCandidates({ seed, count }, candidates);
        expect(new Set(drawn).size).toBe(Math.min(count, candidates));
        for (const candidate of drawn) expect(candidate).toBeLessThan(candidates);
      }),
      { seed: 5, numRuns: 50 },
    );
  });

  it("behavior: without a version before nothing is asked", () => {
    expect(regressionItems({ seed, count: 60 }, undefined)).toEqual([]);
  });

  it.each([
    ["another question than the seed demands", (drawn: number[]) => drawn.with(1, drawn[0] ?? 0)],
    ["a question too few", (drawn: number[]) => drawn.slice(1)],
    ["a question too many", (drawn: number[]) => [...drawn, 9]],
  ])("error: %s", (_, change) => {
    const asked = change(drawCandidates({ seed, count: 4 }, 10));
    expect(() => regressionItems({ seed, count: 4 }, previousOf(asked))).toThrowError(
      expect.objectContaining({ name: "RegressionDrawError" }),
    );
  });
});
