import { describe, expect, it } from "vitest";
import { loadArrivals } from "../../../evaluation/plan/arrivals.ts";
import { loadSuite } from "../../../evaluation/suite/suite.ts";
import { planOf, seed } from "../testSuite.ts";

const items = Array.from({ length: 2_000 }, (_, index) => index);
const other = `0x${"0f".repeat(32)}` as const;

/** Gaps of a step in microseconds. */
function gapsOf(offsets: readonly number[]): number[] {
  return offsets.map((offset, index) => offset - (offsets[index - 1] ?? 0));
}

describe("loadArrivals", () => {
  it("default: three loads, each request once, at times that only rise", () => {
    const steps = loadArrivals([7, 8, 9], seed, 100);
    expect(steps.map(({ stratum }) => stratum)).toEqual(["load-25", "load-50", "load-100"]);
    for (const [probe, { arrivals }] of steps.entries()) {
      expect(arrivals.map(({ item }) => item)).toEqual([7, 8, 9]);
      expect(arrivals.every((arrival) => arrival.probe === probe)).toBe(true);
      for (const gap of gapsOf(arrivals.map(({ offset }) => offset))) expect(gap).toBeGreaterThanOrEqual(0);
    }
  });

  it.each([
    [0, 40_000],
    [1, 20_000],
    [2, 10_000],
  ])("behavior: gaps of step %i are exponential with a mean of %i µs at 100 requests a second", (step, mean) => {
    const gaps = gapsOf((loadArrivals(items, seed, 100)[step]?.arrivals ?? []).map(({ offset }) => offset));
    const average = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(average / mean).toBeGreaterThan(0.93);
    expect(average / mean).toBeLessThan(1.07);
    // Memoryless: e^-1 of the gaps are longer than the mean, e^-2 longer than two.
    const longer = (times: number) => gaps.filter((gap) => gap > times * mean).length / gaps.length;
    expect(longer(1)).toBeCloseTo(Math.exp(-1), 1);
    expect(longer(2)).toBeCloseTo(Math.exp(-2), 1);
  });

  it("behavior: follows from the seed alone; the declared rate only stretches it", () => {
    const slow = loadArrivals(items.slice(0, 50), seed, 10);
    expect(loadArrivals(items.slice(0, 50), seed, 10)).toEqual(slow);
    expect(loadArrivals(items.slice(0, 50), other, 10)).not.toEqual(slow);
    const fast = loadArrivals(items.slice(0, 50), seed, 1_000);
    for (const [step, { arrivals }] of slow.entries()) {
      for (const [index, { offset }] of arrivals.entries()) {
        expect(Math.floor(offset / 100)).toBe(fast[step]?.arrivals[index]?.offset);
      }
    }
  });

  it("behavior: the three requests of a load item ask different questions", async () => {
    const { items: planned } = planOf(await loadSuite(), "standard");
    const loaded = planned.filter(({ family }) => family === "L");
    const repeated = loaded.filter(({ probes }) => new Set(probes.map(({ prompt }) => prompt)).size < 3);
    expect(loaded).toHaveLength(93);
    expect(repeated.length).toBeLessThan(3);
  });
});
