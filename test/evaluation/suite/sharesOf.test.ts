import { expect, it } from "vitest";
import { sharesOf } from "../../../evaluation/suite/sharesOf.ts";
import { loadSuite } from "../../../evaluation/suite/suite.ts";
import { planOf } from "../testSuite.ts";

const suite = await loadSuite();

it("default: the standard profile of the standard suite, as deployment/example.json5 states it", () => {
  expect(sharesOf(suite, "standard")).toEqual([1_789n, 1_789n, 1_879n, 1_118n, 1_342n, 2_080n, 10_000n]);
});

it("behavior: each share is what the plan asks, never more", () => {
  for (const profile of ["quick", "lite", "standard", "deep"] as const) {
    const { items } = planOf(suite, profile);
    const shares = sharesOf(suite, profile);
    for (const [index, family] of (["R", "J", "C", "P", "E", "L"] as const).entries()) {
      const asked = items.filter((item) => item.family === family).length;
      expect(shares[index]).toBe(BigInt(Math.floor((asked * 10_000) / items.length)));
    }
  }
});
