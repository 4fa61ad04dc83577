import { defaultPolicy, type Policy } from "../../../domain/policy.ts";
import type { Rules } from "./future.ts";

export interface Variant {
  readonly name: string;
  readonly rules: Rules;
}

/** The default standards, and what a new version inherits. */
export const asDecided: Rules = { policy: defaultPolicy, wholeScar: true, inheritAfter: 1, unbondingDays: 14 };

/** Before decision 0018: mass alone made mature, and a round could add more to the scar. */
const before = withPolicy(asDecided, { scarCap: 300n, roundsFull: 1n });

/** From the rule before decision 0012 to the default standards, and what was not taken. */
export const variants: readonly Variant[] = [
  { name: "half the scar", rules: { ...before, wholeScar: false } },
  { name: "whole scar (0012)", rules: before },
  // A record is full after seven rounds (massCap / itemsCap): a version with fewer results is not a record of its own yet.
  { name: "the same, a quarter only after 7 results", rules: { ...before, inheritAfter: 7 } },
  { name: "scarCap 80 alone", rules: withPolicy(before, { scarCap: 80n }) },
  { name: "roundsFull 75 alone", rules: withPolicy(before, { roundsFull: 75n }) },
  { name: "both, roundsFull 60", rules: withPolicy(asDecided, { roundsFull: 60n }) },
  { name: defaultStandards(), rules: asDecided },
  { name: "the same, unbonding 28 days", rules: { ...asDecided, unbondingDays: 28 } },
];

function withPolicy(rules: Rules, changes: Partial<Policy>): Rules {
  return { ...rules, policy: { ...rules.policy, ...changes } };
}

function defaultStandards(): string {
  return `**default: scarCap ${defaultPolicy.scarCap}, roundsFull ${defaultPolicy.roundsFull} (0018)**`;
}
