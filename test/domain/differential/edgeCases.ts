import { admissionEdgeCases } from "./admissionEdgeCases.ts";
import { boardEdgeCases } from "./boardEdgeCases.ts";
import { chanceEdgeCases } from "./chanceEdgeCases.ts";
import type { EdgeCasesByRule } from "./edgeFixtures.ts";
import { gateEdgeCases } from "./gateEdgeCases.ts";
import { logEdgeCases } from "./logEdgeCases.ts";
import { recordEdgeCases } from "./recordEdgeCases.ts";
import { reportEdgeCases } from "./reportEdgeCases.ts";
import { stakeEdgeCases } from "./stakeEdgeCases.ts";
import { verdictEdgeCases } from "./verdictEdgeCases.ts";

/** The hand-picked cases of every rule. */
export const edgeCases: EdgeCasesByRule = {
  ...recordEdgeCases,
  ...gateEdgeCases,
  ...admissionEdgeCases,
  ...chanceEdgeCases,
  ...logEdgeCases,
  ...boardEdgeCases,
  ...stakeEdgeCases,
  ...reportEdgeCases,
  ...verdictEdgeCases,
};
