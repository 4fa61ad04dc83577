import type { Suite } from "../suite/suite.ts";
import type { Dice } from "./dice.ts";
import { drawRequest } from "./drawRequest.ts";
import { loadSteps, loadWeight } from "./loadSteps.ts";
import { labelProbe } from "./planItems.ts";
import type { PlannedItem } from "./probe.ts";

/** Three questions, one for each load; different ones, so that nothing answers the later loads from memory. */
export function loadItem(suite: Suite, dice: Dice): PlannedItem {
  const probes = loadSteps.map(({ stratum }) =>
    labelProbe(suite, { ...drawRequest(suite, dice), stratum, salt: null }),
  );
  return { family: "L", probes, weight: loadWeight, laps: [] };
}
