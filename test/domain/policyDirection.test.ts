import { describe, expect, test } from "vitest";
import { defaultPolicy, type Policy, policyFields } from "../../domain/policy.ts";
import { policyDirection, policyFieldsOf } from "../../domain/policyDirection.ts";

function change(to: Partial<Policy>, from: Partial<Policy> = {}) {
  const { tightening, loosening } = policyDirection({ ...defaultPolicy, ...from }, { ...defaultPolicy, ...to });
  return { tightening: policyFieldsOf(tightening), loosening: policyFieldsOf(loosening) };
}

describe("policyFields", () => {
  test("default: every field of a policy, once", () => {
    expect([...policyFields].sort()).toEqual(Object.keys(defaultPolicy).sort());
    expect(Object.keys(defaultPolicy)).toEqual(policyFields);
  });
});

describe("policyDirection", () => {
  test("default: nothing changes nothing", () => {
    expect(policyDirection(defaultPolicy, { ...defaultPolicy })).toEqual({ tightening: 0n, loosening: 0n });
  });

  test("default: raising what asks for more tightens, lowering it loosens", () => {
    expect(change({ massMin: 901n })).toEqual({ tightening: ["massMin"], loosening: [] });
    expect(change({ massMin: 899n })).toEqual({ tightening: [], loosening: ["massMin"] });
  });

  test("default: lowering what allows more tightens, raising it loosens", () => {
    expect(change({ maxAge: 1n })).toEqual({ tightening: ["maxAge"], loosening: [] });
    expect(change({ maxAge: 90n * 86_400n })).toEqual({ tightening: [], loosening: ["maxAge"] });
  });

  test("behavior: an array tightens for one family and loosens for another", () => {
    const floorsBps = [9_001n, 8_999n, 9_000n, 8_500n, 8_500n, 8_500n, 9_700n] as const;
    expect(change({ floorsBps })).toEqual({ tightening: ["floorsBps"], loosening: ["floorsBps"] });
  });

  test("behavior: what has no direction needs the long notice whichever way it moves", () => {
    const both = (field: string) => ({ tightening: [field], loosening: [field] });
    expect(change({ suiteHash: `0x${"11".repeat(32)}` })).toEqual(both("suiteHash"));
    expect(change({ arbitrator: `0x${"11".repeat(20)}` })).toEqual(both("arbitrator"));
    expect(change({ halfLife: defaultPolicy.halfLife - 64n })).toEqual(both("halfLife"));
    expect(change({ halfLife: defaultPolicy.halfLife + 64n })).toEqual(both("halfLife"));
  });

  test("behavior: there and back swaps what tightens and what loosens", () => {
    const next = { ...defaultPolicy, bondMin: 1n, failZ2: 4n, quorum: 5n, lossCapBps: 2_000n };
    const there = policyDirection(defaultPolicy, next);
    const back = policyDirection(next, defaultPolicy);
    expect(back).toEqual({ tightening: there.loosening, loosening: there.tightening });
  });
});
