import { expect, it } from "vitest";
import { defaultPolicy } from "../../../domain/policy.ts";
import { sharesOf } from "../../../evaluation/suite/sharesOf.ts";
import { loadSuite } from "../../../evaluation/suite/suite.ts";
import { planOf } from "../testSuite.ts";

const suite = await loadSuite();

it("default: the default standards have the shares of the standard suite's standard profile", () => {
  expect(defaultPolicy.sharesBps).toEqual(sharesOf(suite, "standard"));
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
