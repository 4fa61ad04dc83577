import { z } from "zod";
import { perFamily } from "../../../domain/families.ts";
import { type Policy, policyFields } from "../../../domain/policy.ts";
import { policyDirection } from "../../../domain/policyDirection.ts";
import { policySchema, randomPolicy } from "./fixtures.ts";
import type { Random } from "./random.ts";
import { defineRule } from "./rule.ts";

/** Some fields of one policy, the others of another; of arrays, some families. */
function mixed(random: Random, from: Policy, to: Policy): Policy {
  const keep = random.pick([1, 2, 8]);
  const kept = policyFields.filter(() => !random.chance(keep + 1)).map((field) => [field, from[field]]);
  const floorsBps = perFamily((index) => (random.chance(2) ? from : to).floorsBps[index]);
  return { ...to, floorsBps, ...Object.fromEntries(kept) };
}

/** What changes of the standards do. */
export const boardRules = [
  defineRule<{ policy: Policy; otherPolicy: Policy }>({
    name: "policy-direction",
    solidity: "directionOf",
    schema: z.strictObject({ policy: policySchema, otherPolicy: policySchema }),
    twin: ({ policy, otherPolicy }) => ({ ...policyDirection(policy, otherPolicy) }),
    toStruct: ({ policy, otherPolicy }, indexOf) => ({ first: indexOf(policy), second: indexOf(otherPolicy) }),
    random: (random, policy) => {
      const otherPolicy = mixed(random, policy, randomPolicy(random));
      return { policy, otherPolicy };
    },
    batchSize: 40,
  }),
];
