import { describe, expect, it } from "vitest";
import { judge } from "../../../evaluation/grading/judge.ts";
import { wordOf } from "../../../evaluation/grading/summarise.ts";
import type { Observation } from "../../../evaluation/run/observation.ts";
import { loadSuite } from "../../../evaluation/suite/suite.ts";
import { planOf } from "../testSuite.ts";

const suite = await loadSuite();
const plan = planOf(suite, "quick");
const second = 1_000_000;

/** One attempt per probe, a second apart, all right; then changed at will. */
function observations(
  change: (observation: Observation, place: number) => Partial<Observation> = () => ({}),
): Observation[] {
  return plan.items
    .flatMap(({ index, probes }) => probes.map((probe, at) => ({ index, at, truth: probe.truth })))
    .map(({ index, at, truth }, place) => {
      const observation: Observation = {
        item: index,
        probe: at,
        attempt: 0,
        failure: null,
        detail: null,
        answer: truth,
        grade: 10_000,
        inventions: [],
        cleanup: 0,
        isLooselyRight: true,
        tokenTimes: null,
        scheduled: place * second,
        sent: place * second,
        late: 0,
        end: place * second + 1000,
        recordHash: place.toString(16).padStart(64, "0"),
      };
      return { ...observation, ...change(observation, place) };
    });
}

const failing = (places: readonly number[]) => (_: Observation, place: number) =>
  places.includes(place) ? { failure: "connect" as const, answer: null, grade: 0 } : {};

describe("judge", () => {
  it("default: all right", () => {
    const verdict = judge({ plan, suite, observations: observations(), canaryFailures: [] });
    expect(verdict).toMatchObject({ voided: false, voidAttempts: 0 });
    expect(verdict.counts).toEqual([
      10,
      10,
      21,
      6,
      12,
      9 * 6,
      plan.items.flatMap(({ probes }) => probes).length,
      plan.items.length,
    ]);
  });

  it("behavior: a failure is void only within five seconds of a failure of the canary", () => {
    const at = 30;
    const verdictAt = (canary: number) =>
      judge({ plan, suite, observations: observations(failing([at])), canaryFailures: [canary] }).voidAttempts;
    expect(verdictAt(at * second - 5 * second)).toBe(1);
    expect(verdictAt(at * second - 5 * second - 1)).toBe(0);
    expect(verdictAt(at * second + 1000 + 5 * second)).toBe(1);
    expect(verdictAt(at * second + 1000 + 5 * second + 1)).toBe(0);
  });

  it("behavior: a void item counts for nothing, neither for nor against", () => {
    const verdict = judge({ plan, suite, observations: observations(failing([0])), canaryFailures: [0] });
    expect(verdict.items[0]).toMatchObject({ isVoid: true, sums: Array(8).fill(0), counts: Array(8).fill(0) });
    expect(verdict.counts[0]).toBe(9);
    expect(verdict.voided).toBe(false);
  });

  it("behavior: without a failure of the canary the model is to blame", () => {
    const verdict = judge({ plan, suite, observations: observations(failing([0, 1, 2, 3, 4])), canaryFailures: [] });
    expect(verdict.items[0]).toMatchObject({ isVoid: false, grade: 0 });
    expect(verdict.counts[0]).toBe(10);
  });

  it("behavior: above two per cent of voids the run is invalid", () => {
    const places = [40, 41, 42, 43];
    const verdict = judge({ plan, suite, observations: observations(failing(places)), canaryFailures: [41 * second] });
    expect(verdict.voidAttempts).toBe(4);
    expect(verdict.voided).toBe(true);
  });

  it("behavior: a run in which nothing counts has no word", () => {
    const all = observations((_, place) => ({ ...failing([place])(_, place), sent: 0, end: 0 }));
    const verdict = judge({ plan, suite, observations: all, canaryFailures: [0] });
    expect(wordOf(verdict)).toBe(0n);
    expect(verdict.voided).toBe(true);
  });

  it("behavior: the order of the records does not change the tree", () => {
    const seen = observations();
    const forward = judge({ plan, suite, observations: seen, canaryFailures: [] });
    const backward = judge({ plan, suite, observations: seen.toReversed(), canaryFailures: [] });
    expect(backward.tree.root).toEqual(forward.tree.root);
  });
});
