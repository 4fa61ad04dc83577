import { loadSteps, loadWeight } from "./loadSteps.ts";
import type { PlannedItem } from "./probe.ts";
import type { Question } from "./question.ts";

/** Three questions, one for each load; different ones, so that nothing answers the later loads from memory. */
export function loadItem(draw: (nth: number) => Question): PlannedItem {
  const probes = loadSteps.map(({ stratum }, nth) => {
    const question = draw(nth);
    return question.plain(question.text, stratum);
  });
  return { family: "L", probes, weight: loadWeight, laps: [] };
}
