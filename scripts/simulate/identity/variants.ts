import { defaultPolicy } from "../../../domain/policy.ts";
import type { Rules } from "./future.ts";

export interface Variant {
  readonly name: string;
  readonly rules: Rules;
}

/** The default standards, and a new version that inherits the whole scar. */
export const asDecided: Rules = {
  policy: defaultPolicy,
  wholeScar: true,
  inheritAfter: 1,
  roundsFull: 0,
  unbondingDays: 14,
};

/** A record is full after seven rounds (massCap / itemsCap): a version with fewer results is not a record of its own yet. */
const fullRecord: Rules = { ...asDecided, inheritAfter: 7 };

/** One change after the other: from the rule before decision 0012 to what would establish the property. */
export const variants: readonly Variant[] = [
  { name: "half the scar", rules: { ...asDecided, wholeScar: false } },
  { name: "whole scar (0012)", rules: asDecided },
  { name: "A: a quarter only after 7 results", rules: fullRecord },
  { name: "A, scarCap 100", rules: withScarCap(fullRecord, 100n) },
  { name: "B: A, scarCap 100, unbonding 28 days", rules: { ...withScarCap(fullRecord, 100n), unbondingDays: 28 } },
  {
    name: "C: A, scarCap 80, maturity min(mass, rounds/75)",
    rules: { ...withScarCap(fullRecord, 80n), roundsFull: 75 },
  },
];

function withScarCap(rules: Rules, scarCap: bigint): Rules {
  return { ...rules, policy: { ...rules.policy, scarCap } };
}
