import { formatUnits } from "viem";
import { families } from "../domain/families.ts";
import type { Policy } from "../domain/policy.ts";
import type { SystemPlan } from "./plan.ts";
import { policyMeanings } from "./policyMeanings.ts";

/** One value of a plan as people read it. */
export interface DescribedValue {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** Seconds in the largest unit that divides them. */
export function formatSeconds(seconds: bigint): string {
  for (const [length, unit] of [
    [86_400n, "d"],
    [3_600n, "h"],
    [60n, "min"],
  ] as const) {
    if (seconds >= length && seconds % length === 0n) return `${seconds / length} ${unit}`;
  }
  return `${seconds} s`;
}

function describeField(policy: Policy, field: keyof typeof policyMeanings, decimals: number): DescribedValue {
  const [unit, meaning] = policyMeanings[field];
  const value = policy[field];
  const one = (part: bigint | string): string => {
    if (typeof part === "string") return part;
    if (unit === "seconds") return formatSeconds(part);
    if (unit === "tokens") return `${formatUnits(part, decimals)} tokens`;
    return unit === "bps" || unit === "items" ? `${part} ${unit}` : `${part}`;
  };
  if (typeof value === "bigint" || typeof value === "string") return { name: field, value: one(value), meaning };
  const perFamily = value.map((part, index) => `${families[index]} ${part}`).join("  ");
  return { name: field, value: `${perFamily}${unit === "bps" ? " bps" : ""}`, meaning };
}

/** Every value a deployment fixes, with its meaning, in the order in which it is decided. */
export function describePlan(plan: SystemPlan, decimals: number): DescribedValue[] {
  const { token, timelock, guardian, seats } = plan;
  const values: DescribedValue[] = [
    "address" in token
      ? {
          name: "token",
          value: token.address,
          meaning: "ERC-20 that is staked: plain, no fee on transfer, no rebasing",
        }
      : {
          name: "token",
          value: `new: ${token.name} (${token.symbol}), ${formatUnits(token.supply, decimals)} to the deployer`,
          meaning: "made for a network without value",
        },
    { name: "epochLength", value: formatSeconds(plan.epochLength), meaning: "length of a round; fixed for ever" },
    {
      name: "unbondingDelay",
      value: formatSeconds(plan.unbondingDelay),
      meaning: "between a request to unbond and the withdrawal; fixed for ever",
    },
    {
      name: "owner",
      value: timelock ? `timelock of ${formatSeconds(timelock.delay)}` : "the deployer",
      meaning: "announces standards and seats evaluators; reaches no token and no record",
    },
    {
      name: "guardian",
      value: guardian ?? "nobody",
      meaning: "may pause freezes and releases for 7 days, never withdrawals",
    },
    { name: "seats", value: `${seats.length}`, meaning: "evaluators; each counts once its bond is paid" },
  ];
  if (timelock) {
    values.push(
      { name: "proposers", value: timelock.proposers.join(", "), meaning: "accounts that may propose to the timelock" },
      {
        name: "executors",
        value: timelock.executors.join(", ") || "anyone",
        meaning: "accounts that may execute what has waited",
      },
    );
  }
  for (const [i, seat] of seats.entries()) {
    values.push({ name: `seat ${i}`, value: seat.signer, meaning: `signing key of ${seat.owner}` });
  }
  for (const field of Object.keys(policyMeanings) as (keyof typeof policyMeanings)[]) {
    values.push(describeField(plan.policy, field, decimals));
  }
  return values;
}
