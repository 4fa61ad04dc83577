import { admissionRules } from "./admissionRules.ts";
import { boardRules } from "./boardRules.ts";
import { chanceRules } from "./chanceRules.ts";
import { gateRules } from "./gateRules.ts";
import { logRules } from "./logRules.ts";
import { recordRules } from "./recordRules.ts";
import { reportRules } from "./reportRules.ts";
import type { Rule } from "./rule.ts";
import { stakeRules } from "./stakeRules.ts";
import { verdictRules } from "./verdictRules.ts";

/** Every rule that exists in Solidity and in TypeScript. */
export const rules: readonly Rule[] = [
  ...recordRules,
  ...gateRules,
  ...admissionRules,
  ...chanceRules,
  ...logRules,
  ...boardRules,
  ...stakeRules,
  ...reportRules,
  ...verdictRules,
];
