import { describe, expect, test } from "vitest";
import { runSeconds } from "../../evaluation/run/runSeconds.ts";
import { loadSuite } from "../../evaluation/suite/suite.ts";

describe("runSeconds", () => {
  const fast = { declaredRate: 10, declaredConcurrency: 100, serviceLevelMs: 1_000 };

  test("default: the requests of the main phase at the declared rate, and the three steps of the load phase", async () => {
    const suite = await loadSuite();
    // 141 and 10 of V at 10 a second; 9 at 2.5, 5 and 10 a second; the last reply.
    expect(runSeconds(fast, suite, "quick")).toBe(Math.ceil(15.1 + 9 * 0.7 + 1));
    expect(runSeconds(fast, suite, "standard")).toBe(Math.ceil((1_581 - 3 * 93 + 60) / 10 + 93 * 0.7 + 1));
  });

  test("behavior: a model that declares few requests in flight takes as long as its service level allows", async () => {
    const suite = await loadSuite();
    const slow = { ...fast, declaredConcurrency: 2 };
    expect(runSeconds(slow, suite, "quick")).toBe(Math.ceil(151 * 0.5 + 9 * 0.7 + 1));
  });
});
